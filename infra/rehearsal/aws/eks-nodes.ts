import type { Cloud } from '../cloud/cloud';
import type { Node } from '../kubernetes/cluster';
import { addon, type Cluster, nodeGroup } from './eks-handles';

type InstanceType = { cpu: number; memoryMiB: number; pods: number };

/**
 * Types of instances with what the VPC's plugin lets them have of pods.
 * Source: https://github.com/awslabs/amazon-eks-ami/blob/main/templates/shared/runtime/eni-max-pods.txt
 */
export const instanceTypes: Readonly<Record<string, InstanceType>> = {
  't3.micro': { cpu: 2, memoryMiB: 1_024, pods: 4 },
  't3.small': { cpu: 2, memoryMiB: 2_048, pods: 11 },
  't3.medium': { cpu: 2, memoryMiB: 4_096, pods: 17 },
  't3.large': { cpu: 2, memoryMiB: 8_192, pods: 35 },
  't3.xlarge': { cpu: 4, memoryMiB: 16_384, pods: 58 },
  't3.2xlarge': { cpu: 8, memoryMiB: 32_768, pods: 58 },
  't3a.small': { cpu: 2, memoryMiB: 2_048, pods: 8 },
  't3a.medium': { cpu: 2, memoryMiB: 4_096, pods: 17 },
  't3a.large': { cpu: 2, memoryMiB: 8_192, pods: 35 },
  'm5.large': { cpu: 2, memoryMiB: 8_192, pods: 29 },
  'm5.xlarge': { cpu: 4, memoryMiB: 16_384, pods: 58 },
  'm5.2xlarge': { cpu: 8, memoryMiB: 32_768, pods: 58 },
  'm5.4xlarge': { cpu: 16, memoryMiB: 65_536, pods: 234 },
  'm5.8xlarge': { cpu: 32, memoryMiB: 131_072, pods: 234 },
  'm5.16xlarge': { cpu: 64, memoryMiB: 262_144, pods: 737 },
  'm6i.large': { cpu: 2, memoryMiB: 8_192, pods: 29 },
  'm7i.large': { cpu: 2, memoryMiB: 8_192, pods: 29 },
  'c6i.large': { cpu: 2, memoryMiB: 4_096, pods: 29 },
  'c7i.large': { cpu: 2, memoryMiB: 4_096, pods: 29 },
};

/** What an add-on runs: on each node, or so many in the cluster. CPU in thousandths. */
type Load = { each: boolean; pods: number; cpuMillis: number; memoryMiB: number };

/** By the requests of their manifests, as of November 2026. */
const loads: Readonly<Record<string, readonly Load[]>> = {
  'vpc-cni': [{ each: true, pods: 1, cpuMillis: 50, memoryMiB: 0 }],
  'kube-proxy': [{ each: true, pods: 1, cpuMillis: 100, memoryMiB: 0 }],
  coredns: [{ each: false, pods: 2, cpuMillis: 200, memoryMiB: 140 }],
  'eks-pod-identity-agent': [{ each: true, pods: 1, cpuMillis: 0, memoryMiB: 0 }],
  'metrics-server': [{ each: false, pods: 2, cpuMillis: 200, memoryMiB: 400 }],
  'aws-secrets-store-csi-driver-provider': [
    { each: true, pods: 1, cpuMillis: 50, memoryMiB: 100 },
    { each: true, pods: 1, cpuMillis: 70, memoryMiB: 140 },
  ],
  'amazon-cloudwatch-observability': [
    { each: true, pods: 2, cpuMillis: 300, memoryMiB: 153 },
    { each: false, pods: 1, cpuMillis: 100, memoryMiB: 64 },
  ],
};

/** Those that run in a cluster: installed as add-ons, or by EKS itself without Auto Mode. */
export function addonsOf(cloud: Cloud, { inputs, outputs, place }: Cluster): string[] {
  const installed = cloud
    .list(addon)
    .filter((entity) => entity.inputs.clusterName === outputs.name && entity.place.region === place.region)
    .map((entity) => entity.inputs.addonName);
  const own = inputs.bootstrapSelfManagedAddons === false ? [] : ['vpc-cni', 'kube-proxy', 'coredns'];
  return [...new Set([...own, ...installed])];
}

/**
 * The nodes of a cluster's node groups, with what the add-ons and the kubelet leave of each.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html
 */
export function nodesOf(cloud: Cloud, cluster: Cluster): Node[] {
  const groups = cloud
    .list(nodeGroup)
    .filter(
      ({ inputs, place }) => inputs.clusterName === cluster.outputs.name && place.region === cluster.place.region,
    );
  const nodes = groups.flatMap((group) => {
    const type = instanceTypes[group.outputs.instanceTypes[0] ?? ''];
    const count = group.inputs.scalingConfig.desiredSize;
    return type
      ? Array.from({ length: count }, (_, index) => ({ name: `${group.id}-${index}`, ...allocatable(type) }))
      : [];
  });
  for (const load of addonsOf(cloud, cluster).flatMap((name) => loads[name] ?? [])) {
    const [first] = nodes;
    for (const node of load.each ? nodes : first ? [first] : []) {
      node.pods -= load.pods;
      node.cpuMillis -= load.cpuMillis;
      node.memoryMiB -= load.memoryMiB;
    }
  }
  return nodes;
}

function allocatable({ cpu, memoryMiB, pods }: InstanceType): Omit<Node, 'name'> {
  // 6 % of the first core, 1 % of the second, half a percent of the next two, a quarter of a percent of the others.
  const kept = 60 + Math.min(cpu - 1, 1) * 10 + Math.max(0, Math.min(cpu - 2, 2)) * 5 + Math.max(0, cpu - 4) * 2.5;
  return { cpuMillis: cpu * 1_000 - kept, memoryMiB: memoryMiB - (255 + 11 * pods) - 100, pods };
}

/**
 * The largest node that Auto Mode makes for pods of its own: families c, m and r of the general purpose pool.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/set-builtin-node-pools.html
 */
export function autoNodeOf(cluster: Cluster): Omit<Node, 'name'> | undefined {
  return hasAutoNodes(cluster) ? { cpuMillis: 190_000, memoryMiB: 740_000, pods: 110 } : undefined;
}

export function isAutoMode({ inputs }: Cluster): boolean {
  return inputs.computeConfig?.enabled === true;
}

/** The system pool takes no pods but those of the cluster itself. */
export function hasAutoNodes(cluster: Cluster): boolean {
  return isAutoMode(cluster) && (cluster.inputs.computeConfig?.nodePools ?? []).includes('general-purpose');
}
