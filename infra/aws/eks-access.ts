import type { Provider as AwsProvider } from '@pulumi/aws';
import * as eks from '@pulumi/aws/eks';
import { Provider } from '@pulumi/kubernetes/provider';
import * as pulumi from '@pulumi/pulumi';
import { shortHash } from '../names';
import type { EksCluster } from './eks-cluster';

type ConnectionRequest = { cluster: EksCluster; region: string; aws: AwsProvider; ready: pulumi.Resource[] };

/**
 * Speaks to the cluster as who runs Pulumi: the AWS CLI makes a token for each call, so that none is in the state, and no
 * two runs differ. Source: https://docs.aws.amazon.com/eks/latest/userguide/create-kubeconfig.html
 */
export function connectToCluster(
  name: string,
  { cluster: { resource: cluster }, region, aws, ready }: ConnectionRequest,
  options: pulumi.CustomResourceOptions,
): Provider {
  const kubeconfig = pulumi
    .all([cluster.name, cluster.endpoint, cluster.certificateAuthority.data, aws.profile])
    .apply(([clusterName, server, authority, profile]) => ({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'eks', cluster: { server, 'certificate-authority-data': authority } }],
      contexts: [{ name: 'eks', context: { cluster: 'eks', user: 'aws' } }],
      users: [{ name: 'aws', user: { exec: tokenCommand({ clusterName, region, profile }) } }],
      'current-context': 'eks',
    }));
  return new Provider(
    name,
    {
      kubeconfig: pulumi.jsonStringify(kubeconfig),
      // Another spelling of the same cluster's kubeconfig replaces nothing.
      clusterIdentifier: cluster.arn,
    },
    { ...options, dependsOn: ready },
  );
}

function tokenCommand({ clusterName, region, profile }: { clusterName: string; region: string; profile?: string }) {
  return {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command: 'aws',
    args: ['eks', 'get-token', '--cluster-name', clusterName, '--region', region, '--output', 'json'],
    ...(profile !== undefined && { env: [{ name: 'AWS_PROFILE', value: profile }] }),
    interactiveMode: 'Never',
  };
}

/**
 * Lets others administer the cluster. Source:
 * https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
 */
export function admit(
  name: string,
  { cluster, admins }: { cluster: EksCluster; admins: readonly string[] },
  options: pulumi.CustomResourceOptions,
): void {
  const clusterName = cluster.resource.name;
  for (const principalArn of new Set(admins)) {
    const entryName = `${name}-admin-${shortHash(principalArn)}`;
    const entry = new eks.AccessEntry(entryName, { clusterName, principalArn, type: 'STANDARD' }, options);
    new eks.AccessPolicyAssociation(
      entryName,
      {
        clusterName,
        principalArn,
        policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
        accessScope: { type: 'cluster' },
      },
      { ...options, dependsOn: [entry] },
    );
  }
}
