import type { eks } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import type { Cloud, Entity, TypeHandle } from '../cloud/cloud';
import type { OutputsOf } from '../declare';

export type ClusterArgs = Unwrap<eks.ClusterArgs>;
export type ClusterOutputs = OutputsOf<eks.Cluster>;
export type Cluster = Entity<ClusterArgs, ClusterOutputs>;

type Handle<Resource, Args> = TypeHandle<Unwrap<Args>, OutputsOf<Resource>>;

/** The types of EKS, for what only looks at them. */
export const cluster: TypeHandle<ClusterArgs, ClusterOutputs> = { token: 'aws:eks/cluster:Cluster' };
export const nodeGroup: Handle<eks.NodeGroup, eks.NodeGroupArgs> = { token: 'aws:eks/nodeGroup:NodeGroup' };
export const addon: Handle<eks.Addon, eks.AddonArgs> = { token: 'aws:eks/addon:Addon' };
export const accessEntry: Handle<eks.AccessEntry, eks.AccessEntryArgs> = { token: 'aws:eks/accessEntry:AccessEntry' };
export const accessPolicyAssociation: Handle<eks.AccessPolicyAssociation, eks.AccessPolicyAssociationArgs> = {
  token: 'aws:eks/accessPolicyAssociation:AccessPolicyAssociation',
};
export const podIdentityAssociation: Handle<eks.PodIdentityAssociation, eks.PodIdentityAssociationArgs> = {
  token: 'aws:eks/podIdentityAssociation:PodIdentityAssociation',
};

/** By its name in a region; undefined when there is none. */
export function findCluster(cloud: Cloud, name: string, region: string | undefined): Cluster | undefined {
  return cloud.list(cluster).find(({ outputs, place }) => outputs.name === name && place.region === region);
}

/** The cloud's words where there is none. */
export function noCluster(name: string): string {
  return `ResourceNotFoundException: No cluster found for name: ${name}. (clusterName)`;
}
