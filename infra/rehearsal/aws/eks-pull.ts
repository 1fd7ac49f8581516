import type { Cloud } from '../cloud/cloud';
import { findStoredImage, parseReference } from '../cloud/registry';
import type { PodProblem } from '../kubernetes/pod-problem';
import { withResource } from './app-runner-deployment';
import { repository, repositoryPolicy } from './ecr';
import { blockService } from './ecs-task-path';
import { type Cluster, nodeGroup } from './eks-handles';
import { hasAutoNodes } from './eks-nodes';
import { originOf } from './eks-origin';
import { refuseAccess } from './iam-authorize';

/**
 * What the policy holds that AWS advises for nodes; ecr:BatchCheckLayerAvailability, which other services ask for, is not in it.
 * Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEC2ContainerRegistryPullOnly.html
 */
const pullActions = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/** Pulls an image as the nodes of a cluster do, in the kubelet's words where it fails. */
export async function pullForNodes(
  cloud: Cloud,
  cluster: Cluster,
  image: string,
): Promise<{ digest: string } | PodProblem> {
  const failed = `Failed to pull image "${image}"`;
  const parsed = parseReference(image);
  const home = cloud.list(repository).find(({ outputs }) => outputs.repositoryUrl === parsed?.repository);
  const origin = originOf(cloud, cluster);
  for (const service of ['ecr.api', 'ecr.dkr', 's3'] as const) {
    const blocked = blockService(cloud, origin, service);
    if (blocked !== undefined) {
      return {
        problem: 'image unreachable',
        why: `${failed}: failed to resolve reference: dial tcp: i/o timeout: ${blocked}`,
      };
    }
  }
  const stored = findStoredImage(cloud, image);
  if (!home || !stored) {
    return {
      problem: 'image missing',
      why: `ErrImagePull: ${failed}: failed to resolve reference "${image}": not found`,
    };
  }
  if (stored.platform !== 'linux/amd64') {
    return {
      problem: 'image platform',
      why: `${failed}: no match for platform in manifest: it is for ${stored.platform}, the nodes are linux/amd64`,
    };
  }
  const resourcePolicy = cloud.list(repositoryPolicy).find(({ id }) => id === home.id)?.inputs.policy;
  const resource = home.outputs.arn;
  for (const role of nodeRolesOf(cloud, cluster)) {
    const requests = [
      { action: 'ecr:GetAuthorizationToken', resource: '*' },
      ...pullActions.map((action) => ({ action, resource, resourcePolicy: withResource(resourcePolicy, resource) })),
    ];
    for (const request of requests) {
      const refusal = await refuseAccess(cloud, role, request);
      if (refusal !== undefined) return { problem: 'image denied', why: `${failed}: 403 Forbidden: ${refusal}` };
    }
  }
  return { digest: stored.digest };
}

/** The roles of the nodes on which pods run. */
export function nodeRolesOf(cloud: Cloud, cluster: Cluster): string[] {
  const { outputs, place, inputs } = cluster;
  const groups = cloud
    .list(nodeGroup)
    .filter((group) => group.inputs.clusterName === outputs.name && group.place.region === place.region)
    .map((group) => group.inputs.nodeRoleArn);
  const auto = hasAutoNodes(cluster) ? inputs.computeConfig?.nodeRoleArn : undefined;
  return [...new Set([...groups, ...(auto === undefined ? [] : [auto])])];
}
