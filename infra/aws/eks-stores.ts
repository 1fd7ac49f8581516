import type * as pulumi from '@pulumi/pulumi';
import type { EksCluster } from './eks-cluster';
import type { AwsFoundation } from './foundation';
import { allowConnection } from './security-group';

/** A door from the cluster to each store: pods have the security group of their nodes, which is the cluster's. */
export function connectClusterToStores(
  name: string,
  { foundation: { postgres, redis }, cluster }: { foundation: AwsFoundation; cluster: EksCluster },
  options: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const stores = { postgres, ...(redis && { redis }) };
  return Object.entries(stores).flatMap(([store, { securityGroupId, port, ready }]) => {
    const door = { from: cluster.groupId, to: securityGroupId, port };
    return [...ready, ...allowConnection(`${name}-to-${store}`, door, options)];
  });
}
