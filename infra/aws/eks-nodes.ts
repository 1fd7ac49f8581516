import * as eks from '@pulumi/aws/eks';
import type * as pulumi from '@pulumi/pulumi';
import type { ServiceSpec } from '../target';
import { createAddOn } from './eks-add-on';
import type { EksCluster } from './eks-cluster';
import { findNodeSize } from './eks-node-size';
import { nodeRequest } from './eks-settings';
import type { AwsFoundation } from './foundation';

type NodesRequest = {
  foundation: Pick<AwsFoundation, 'network' | 'scope'>;
  cluster: EksCluster;
  service: ServiceSpec;
};

/**
 * One node that holds every instance, with the add-ons that nodes of Auto Mode have built in. A group does not grow by
 * itself, so its size follows maxInstances. Gives what must exist before a pod can run.
 */
export function createNodeGroup(
  name: string,
  { foundation: { network, scope }, cluster, service }: NodesRequest,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const size = findNodeSize(nodeRequest(service));
  if (size === undefined) throw new Error('findProblems refuses what no node holds');
  const addOn = (addOnName: string, rest: { values?: object; dependsOn: pulumi.Resource[] }) =>
    createAddOn(name, { addOnName, cluster, ...rest }, options);
  // A node is ready once it has a network.
  const before = [
    addOn('vpc-cni', { values: { enableNetworkPolicy: 'true' }, dependsOn: cluster.ready }),
    addOn('kube-proxy', { dependsOn: cluster.ready }),
    addOn('eks-pod-identity-agent', { dependsOn: cluster.ready }),
  ];
  const group = new eks.NodeGroup(
    name,
    {
      nodeGroupName: scope.names('eksNodeGroup', name),
      clusterName: cluster.resource.name,
      nodeRoleArn: cluster.nodeRoleArn,
      subnetIds: network.privateSubnetIds,
      instanceTypes: [size.type],
      amiType: 'AL2023_x86_64_STANDARD',
      capacityType: 'ON_DEMAND',
      version: cluster.resource.version,
      scalingConfig: { minSize: 1, desiredSize: 1, maxSize: 2 },
      updateConfig: { maxUnavailable: 1 },
    },
    {
      ...options,
      // The name is taken until the old one is gone.
      deleteBeforeReplace: true,
      dependsOn: [...cluster.ready, ...before],
    },
  );
  const dns = addOn('coredns', { dependsOn: [group] });
  return [...before, group, dns];
}
