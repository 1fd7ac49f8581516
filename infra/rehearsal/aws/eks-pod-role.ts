import type { Cloud } from '../cloud/cloud';
import { type Cluster, podIdentityAssociation } from './eks-handles';
import { role } from './iam';
import { refuseService } from './iam-authorize';

export const podIdentityService = 'pods.eks.amazonaws.com';

type PodIdentity = {
  namespace: string;
  serviceAccount: string;
  /** Whether the pod asks the Pod Identity agent, or brings a token of its own (IRSA). */
  usesPodIdentity: boolean;
  /** Whether the agent runs on the nodes. */
  hasAgent: boolean;
};

/** The role that the pods of a service account take on, or why they have none. */
export async function findPodRole(
  cloud: Cloud,
  cluster: Cluster,
  { namespace, serviceAccount, usesPodIdentity, hasAgent }: PodIdentity,
): Promise<{ arn: string } | { why: string }> {
  const missing = `An IAM role must be associated with service account ${serviceAccount} (namespace: ${namespace})`;
  if (!usesPodIdentity)
    return { why: `${missing}: not simulated: roles for service accounts; set parameters.usePodIdentity to "true"` };
  if (!hasAgent)
    return {
      why: 'failed to connect to 169.254.170.23:80: the add-on eks-pod-identity-agent is not installed on these nodes',
    };
  const association = cloud
    .list(podIdentityAssociation)
    .find(
      ({ inputs, place }) =>
        inputs.clusterName === cluster.outputs.name &&
        place.region === cluster.place.region &&
        inputs.namespace === namespace &&
        inputs.serviceAccount === serviceAccount,
    );
  if (!association) return { why: `${missing}: there is no Pod Identity association of it` };
  const arn = association.inputs.roleArn;
  const refused = await refuseTrust(cloud, arn);
  return refused === undefined ? { arn } : { why: refused };
}

/** Source: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html */
export async function refuseTrust(cloud: Cloud, roleArn: string): Promise<string | undefined> {
  const found = cloud.findBy(role, 'arn', roleArn);
  if (!found) return `there is no role ${roleArn}`;
  for (const action of ['sts:AssumeRole', 'sts:TagSession']) {
    const refusal = await refuseService(podIdentityService, {
      action,
      resource: roleArn,
      resourcePolicy: found.inputs.assumeRolePolicy,
    });
    if (refusal !== undefined) {
      return `Trust policy of role is invalid: the trust policy (assumeRolePolicy) of ${roleArn} does not let ${podIdentityService} do ${action}`;
    }
  }
  return undefined;
}
