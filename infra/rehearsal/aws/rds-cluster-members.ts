import type { rds } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import type { Cloud, Entity, TypeHandle } from '../cloud/cloud';
import type { OutputsOf } from '../declare';

/** A cluster and its instances know each other. */
export const clusterHandle: TypeHandle<Unwrap<rds.ClusterArgs>, OutputsOf<rds.Cluster>> = {
  token: 'aws:rds/cluster:Cluster',
};
export const memberHandle: TypeHandle<Unwrap<rds.ClusterInstanceArgs>, OutputsOf<rds.ClusterInstance>> = {
  token: 'aws:rds/clusterInstance:ClusterInstance',
};

export function findCluster(
  cloud: Cloud,
  id: string,
): Entity<Unwrap<rds.ClusterArgs>, OutputsOf<rds.Cluster>> | undefined {
  return cloud.list(clusterHandle).find((found) => found.id === id);
}

export function membersOf(
  cloud: Cloud,
  id: string,
): Entity<Unwrap<rds.ClusterInstanceArgs>, OutputsOf<rds.ClusterInstance>>[] {
  return cloud.list(memberHandle).filter(({ inputs }) => inputs.clusterIdentifier === id);
}
