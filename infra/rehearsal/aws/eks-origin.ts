import type { Cloud } from '../cloud/cloud';
import { type Cluster, nodeGroup } from './eks-handles';
import type { InVpc } from './reachability';
import { subnet } from './vpc';

/** Where the pods of a cluster connect from: the subnets of its nodes, in the group that EKS made for the cluster. */
export function originOf(cloud: Cloud, { outputs, place }: Cluster): InVpc {
  const groups = cloud
    .list(nodeGroup)
    .filter((group) => group.inputs.clusterName === outputs.name && group.place.region === place.region);
  const subnetIds = groups.length > 0 ? groups.flatMap(({ inputs }) => inputs.subnetIds) : outputs.vpcConfig.subnetIds;
  return {
    kind: 'vpc',
    region: place.region ?? '',
    subnetIds: [...new Set(subnetIds)],
    securityGroupIds: [outputs.vpcConfig.clusterSecurityGroupId],
    // Nodes of a group have one where their subnet gives it; those of Auto Mode are in private subnets by advice.
    hasPublicAddress: subnetIds.every((id) => cloud.find(subnet, id)?.inputs.mapPublicIpOnLaunch === true),
  };
}
