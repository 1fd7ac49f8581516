import type { eks } from '@pulumi/aws';
import { FailedInPlace } from '../cloud/refusal';
import { resource } from '../declare';
import { judgeOperation } from '../rules';
import { arn } from './declare';
import { cluster, findCluster, nodeGroup as handle } from './eks-handles';
import { nodeGroupOperationRules } from './eks-node-group-rules';
import { subnet } from './vpc';

export const eksNodeGroup = resource<eks.NodeGroup, eks.NodeGroupArgs>({
  token: handle.token,
  naming: { property: 'nodeGroupName', maxLength: 63 },
  replaceOn: [
    'amiType',
    'capacityType',
    'clusterName',
    'diskSize',
    'instanceTypes',
    'launchTemplate.id',
    'launchTemplate.name',
    'nodeGroupName',
    'nodeGroupNamePrefix',
    'nodeRoleArn',
    'remoteAccess',
    'subnetIds',
  ],
  unordered: ['subnetIds', 'taints'],
  empty: ['nodeGroupNamePrefix', 'nodeRepairConfig'],
  seconds: { create: 150, update: 200, delete: 200 },
  id: ({ inputs }) => `${inputs.clusterName}:${inputs.nodeGroupName}`,
  outputs: ({ inputs, place, cloud, seed, previous }) => ({
    amiType: inputs.amiType ?? 'AL2023_x86_64_STANDARD',
    arn: arn('eks', place, `nodegroup/${inputs.clusterName}/${inputs.nodeGroupName}/${seed.uuid('group')}`),
    capacityType: inputs.capacityType ?? 'ON_DEMAND',
    diskSize: inputs.diskSize ?? 20,
    instanceTypes: inputs.instanceTypes ?? ['t3.medium'],
    nodeGroupName: inputs.nodeGroupName ?? '',
    releaseVersion: inputs.releaseVersion ?? previous?.releaseVersion ?? '1.0.0-20261101',
    resources: [{ autoscalingGroups: [{ name: `eks-${inputs.nodeGroupName}` }], remoteAccessSecurityGroupId: '' }],
    status: 'ACTIVE',
    updateConfig: { maxUnavailable: 1, ...inputs.updateConfig },
    version:
      inputs.version ??
      previous?.version ??
      findCluster(cloud, inputs.clusterName, place.region)?.outputs.version ??
      '',
  }),
  unique: ({ inputs, place }) => `node group ${inputs.clusterName}/${inputs.nodeGroupName} in ${place.region}`,
  exists: ({ inputs }) =>
    `ResourceInUseException: NodeGroup already exists with name ${inputs.nodeGroupName} and cluster name ${inputs.clusterName}`,
  uses: ({ inputs, cloud, place }) => [
    cloud.find(cluster, inputs.clusterName, place),
    ...inputs.subnetIds.map((id) => cloud.find(subnet, id)),
  ],
  create: async (lifecycle) => {
    const problems = await judgeOperation(nodeGroupOperationRules, lifecycle);
    if (problems.length === 0) return;
    lifecycle.entity.outputs = { ...lifecycle.entity.outputs, status: 'CREATE_FAILED' };
    throw new FailedInPlace(
      `waiting for EKS Node Group (${lifecycle.id}) create: unexpected state 'CREATE_FAILED', wanted target 'ACTIVE'. last error: NodeCreationFailure: ${problems.join('\n')}`,
    );
  },
});
