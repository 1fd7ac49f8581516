export type NodeSize = { type: string; cpu: number; memoryMiB: number };

export type NodeRequest = {
  /** Of one instance of the service. */
  cpu: number;
  memoryMiB: number;
  /** At once on the node, one more at a roll-out included. */
  instances: number;
};

type NodeType = NodeSize & { pods: number };

/**
 * From small to large; `pods`: addresses that the VPC CNI plugin has for them. Sources:
 * https://github.com/awslabs/amazon-eks-ami/blob/main/templates/shared/runtime/eni-max-pods.txt,
 * https://aws.amazon.com/ec2/instance-types/
 */
const types: readonly NodeType[] = [
  { type: 't3.small', cpu: 2, memoryMiB: 2_048, pods: 11 },
  { type: 't3.medium', cpu: 2, memoryMiB: 4_096, pods: 17 },
  { type: 't3.large', cpu: 2, memoryMiB: 8_192, pods: 35 },
  { type: 't3.xlarge', cpu: 4, memoryMiB: 16_384, pods: 58 },
  { type: 't3.2xlarge', cpu: 8, memoryMiB: 32_768, pods: 58 },
  { type: 'm5.4xlarge', cpu: 16, memoryMiB: 65_536, pods: 234 },
  { type: 'm5.8xlarge', cpu: 32, memoryMiB: 131_072, pods: 234 },
  { type: 'm5.16xlarge', cpu: 64, memoryMiB: 262_144, pods: 737 },
];

/**
 * What the cluster itself runs on its one node, in pods and in what they request: aws-node, kube-proxy, two of CoreDNS, the
 * Pod Identity agent, two of metrics-server, two of the Secrets Store driver, and three of CloudWatch's.
 */
const cluster = { pods: 12, cpu: 1.1, memoryMiB: 1_000 };

/**
 * Smallest type of which one node holds it all: cpu in vCPU, memory in MiB; undefined when none is large enough. The
 * kubelet keeps some of each node for itself. Source:
 * https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html
 */
export function findNodeSize({ cpu, memoryMiB, instances }: NodeRequest): NodeSize | undefined {
  const found = types.find((type) => {
    const kept = { cpu: 0.1, memoryMiB: 255 + 11 * type.pods + 100 };
    return (
      type.pods >= cluster.pods + instances &&
      type.cpu - kept.cpu >= cluster.cpu + cpu * instances &&
      type.memoryMiB - kept.memoryMiB >= cluster.memoryMiB + memoryMiB * instances
    );
  });
  return found && { type: found.type, cpu: found.cpu, memoryMiB: found.memoryMiB };
}
