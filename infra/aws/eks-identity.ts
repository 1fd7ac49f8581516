import * as eks from '@pulumi/aws/eks';
import type * as pulumi from '@pulumi/pulumi';
import type { EksCluster } from './eks-cluster';
import type { AwsScope } from './foundation';
import { createRole } from './roles';

/**
 * Of a role that pods take on by EKS Pod Identity, which tags its sessions.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
 */
export const podRole = { principal: 'pods.eks.amazonaws.com', actions: ['sts:AssumeRole', 'sts:TagSession'] };

type IdentityRequest = {
  names: AwsScope['names'];
  cluster: EksCluster;
  serviceAccount: { namespace: string; name: string };
  secretArn: pulumi.Output<string>;
};

/**
 * Lets the pods of one service account read the one secret. Gives what must exist before they start. Source:
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/ascp-pod-identity-integration.html
 */
export function createPodIdentity(
  name: string,
  { names, cluster, serviceAccount, secretArn }: IdentityRequest,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const role = createRole(
    name,
    {
      names,
      ...podRole,
      statements: [
        {
          Sid: 'ReadOwnSecret',
          Effect: 'Allow',
          Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
          Resource: secretArn,
        },
      ],
    },
    options,
  );
  const association = new eks.PodIdentityAssociation(
    name,
    {
      clusterName: cluster.resource.name,
      namespace: serviceAccount.namespace,
      serviceAccount: serviceAccount.name,
      roleArn: role.arn,
    },
    { ...options, dependsOn: role.ready },
  );
  return [...role.ready, association];
}
