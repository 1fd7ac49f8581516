import { type Finding, ofTypes, type PolicyRule } from './policy-rule';
import { listOf, readPath, recordOf, recordsOf } from './read-inputs';

const ingressRules = [
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule',
  'aws:ec2/securityGroupRule:SecurityGroupRule',
];
const webPorts = new Set([80, 443]);
const onlyBalancers = 'let only load balancers be reached from anywhere, at 80 and 443';

/** Ports that anyone on the internet reaches. */
export const openFirewalls: readonly PolicyRule[] = [
  {
    id: 'aws-no-open-port',
    forbids: 'Only 80 and 443 may be reached from the internet.',
    source: 'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html',
    level: 'mandatory',
    types: ingressRules,
    check: ({ inputs }) =>
      isOpenIngress(inputs) && !isWeb(inputs) ? [{ property: 'cidrIpv4', must: onlyBalancers }] : [],
  },
  {
    id: 'aws-only-balancers-open',
    forbids: 'Only load balancers may be reached from the internet.',
    source: 'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html',
    level: 'mandatory',
    types: ingressRules,
    checkStack: (stack) => {
      const open = ofTypes(stack, ingressRules).filter(({ inputs }) => isOpenIngress(inputs) && isWeb(inputs));
      if (open.length === 0) return [];
      const balancers = ofTypes(stack, ['aws:lb/loadBalancer:LoadBalancer']);
      const guarded = new Set(balancers.flatMap(({ inputs }) => listOf(inputs.securityGroups)));
      return open
        .filter(({ inputs }) => !guarded.has(inputs.securityGroupId))
        .map((resource) => ({ resource, property: 'cidrIpv4', must: onlyBalancers }));
    },
  },
  {
    id: 'aws-no-open-group',
    forbids: 'A security group must not let the internet in by rules of its own, which belong to no load balancer.',
    source: 'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html',
    level: 'mandatory',
    types: ['aws:ec2/securityGroup:SecurityGroup', 'aws:ec2/defaultSecurityGroup:DefaultSecurityGroup'],
    check: ({ inputs: { ingress } }) =>
      recordsOf(ingress).flatMap((rule, index) =>
        isFromAnywhere(rule) && !isWeb(rule) ? [{ property: `ingress[${index}]`, must: onlyBalancers }] : [],
      ),
  },
  {
    id: 'gcp-no-open-firewall',
    forbids: 'Only 80 and 443 may be reached from the internet.',
    source: 'https://cloud.google.com/firewall/docs/firewalls',
    level: 'mandatory',
    types: ['gcp:compute/firewall:Firewall'],
    check: ({ inputs: { direction, sourceRanges, sourceTags, sourceServiceAccounts, allows } }) => {
      // Without any source, a rule is for all of them.
      const sources = [sourceRanges, sourceTags, sourceServiceAccounts].flatMap(listOf);
      const isOpen = sources.length === 0 || listOf(sourceRanges).some(isEverywhere);
      if (direction === 'EGRESS' || !isOpen) return [];
      return recordsOf(allows).flatMap(({ protocol, ports }, index): Finding[] => {
        const isWeb =
          protocol === 'tcp' && listOf(ports).length > 0 && listOf(ports).every((port) => webPorts.has(Number(port)));
        return isWeb ? [] : [{ property: `allows[${index}]`, must: 'be tcp at 80 and 443, or from known ranges' }];
      });
    },
  },
  {
    id: 'docker-loopback-only',
    forbids: 'A container of the local stack must be reached from this machine only.',
    source: 'https://docs.docker.com/engine/network/port-publishing/',
    level: 'mandatory',
    types: ['docker:index/container:Container'],
    check: ({ inputs: { ports } }) =>
      recordsOf(ports).flatMap(({ ip }, index) =>
        ip === '127.0.0.1' || ip === '::1' ? [] : [{ property: `ports[${index}].ip`, must: 'be 127.0.0.1 or ::1' }],
      ),
  },
  {
    id: 'kubernetes-no-open-service',
    forbids: 'Only 80 and 443 of a load balancer may be reached from the internet.',
    source: 'https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/',
    level: 'mandatory',
    types: ['kubernetes:core/v1:Service'],
    check: ({ inputs }) => {
      const { type, ports, loadBalancerSourceRanges: ranges } = recordOf(inputs.spec);
      const isOpen = listOf(ranges).length === 0 || listOf(ranges).some(isEverywhere);
      if (type !== 'LoadBalancer' || !isOpen) return [];
      return recordsOf(ports).flatMap(({ port }, index) =>
        webPorts.has(Number(port)) ? [] : [{ property: `spec.ports[${index}].port`, must: 'be 80 or 443' }],
      );
    },
  },
  {
    id: 'eks-api-for-known-ranges',
    forbids: "A cluster's API should be reached from known ranges only: it asks for credentials, but anyone may try.",
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html',
    level: 'advisory',
    types: ['aws:eks/cluster:Cluster'],
    check: ({ inputs }) => {
      const ranges = readPath(inputs, 'vpcConfig.publicAccessCidrs');
      const isPublic = readPath(inputs, 'vpcConfig.endpointPublicAccess') !== false;
      return isPublic && (ranges === undefined || listOf(ranges).some(isEverywhere))
        ? [
            {
              property: 'vpcConfig.publicAccessCidrs',
              must: 'be known ranges: set taproom:settings.eks.publicAccessCidrs',
            },
          ]
        : [];
    },
  },
];

function isEverywhere(range: unknown): boolean {
  return String(range).endsWith('/0');
}

function isFromAnywhere({
  cidrIpv4,
  cidrIpv6,
  cidrBlocks,
  ipv6CidrBlocks,
}: Readonly<Record<string, unknown>>): boolean {
  return [cidrIpv4, cidrIpv6, ...listOf(cidrBlocks), ...listOf(ipv6CidrBlocks)].some(
    (range) => range !== undefined && isEverywhere(range),
  );
}

function isOpenIngress(inputs: Readonly<Record<string, unknown>>): boolean {
  return inputs.type !== 'egress' && isFromAnywhere(inputs);
}

function isWeb({ fromPort, toPort, ipProtocol, protocol }: Readonly<Record<string, unknown>>): boolean {
  return (ipProtocol ?? protocol) === 'tcp' && fromPort === toPort && webPorts.has(Number(fromPort));
}
