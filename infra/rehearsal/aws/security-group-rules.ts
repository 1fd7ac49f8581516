import { parseCidr } from '../cloud/cidr';
import { type Bag, isBag, type Value } from '../protocol/values';
import { applyRule, graphRule, inputRule } from '../rules';
import { egressRule, findGroup, ingressRule, securityGroup, securityGroupRule } from './security-groups';
import { defaultVpc, vpc } from './vpc';

const source = 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html';
const ruleSource = 'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html';
const allowed = /^[0-9A-Za-z_ .:/()#,@[\]+=&;{}!$*-]*$/;
const withPorts = ['tcp', 'udp', '6', '17'];

function refuseText(property: string, text: string | undefined): string[] {
  if (text === undefined) return [];
  if (text.length > 255) return [`expected length of ${property} to be in the range (0 - 255), got ${text.length}`];
  return allowed.test(text)
    ? []
    : [
        `InvalidParameterValue: Invalid ${property}. Valid characters are a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*`,
      ];
}

function refusePorts({ protocol, from, to }: { protocol: string; from?: number; to?: number }): string | undefined {
  if (!withPorts.includes(protocol)) return undefined;
  if (from === undefined || to === undefined) {
    return `InvalidParameterValue: fromPort and toPort must be set for the protocol ${protocol}`;
  }
  const isPort = (port: number) => Number.isInteger(port) && port >= 0 && port <= 65_535;
  if (isPort(from) && isPort(to) && from <= to) return undefined;
  return `InvalidParameterValue: Invalid TCP/UDP port range (${from}:${to}): fromPort and toPort must be 0 to 65535, and fromPort not above toPort`;
}

function refuseGroupId(found: unknown, property: string, id: string): string | undefined {
  return found ? undefined : `InvalidGroup.NotFound: The security group '${id}' does not exist (${property})`;
}

export const securityGroupRules = [
  inputRule({
    id: 'aws.ec2.security-group-text',
    refuses:
      'A security group whose name begins with sg-, is too long or has other characters; the same of descriptions.',
    source,
    types: securityGroup,
    check: ({ inputs }) => [
      ...refuseText('name', inputs.name),
      ...refuseText('description', inputs.description),
      ...(inputs.name?.startsWith('sg-') ? ['invalid value for name (cannot begin with sg-)'] : []),
      ...(inputs.description === '' ? ['InvalidParameterValue: description must not be empty'] : []),
    ],
  }),
  inputRule({
    id: 'aws.ec2.security-group-rule-text',
    refuses: 'A description of a security group rule that is too long or has other characters.',
    source: ruleSource,
    types: [ingressRule, egressRule],
    check: ({ inputs }) => refuseText('description', inputs.description),
  }),
  applyRule({
    id: 'aws.ec2.security-group-vpc',
    refuses: 'A security group in a VPC that does not exist.',
    source,
    types: securityGroup,
    check: ({ inputs, cloud, place }) =>
      inputs.vpcId === undefined || cloud.find(vpc, inputs.vpcId) || inputs.vpcId === defaultVpc(place.region ?? '').id
        ? undefined
        : `InvalidVpcID.NotFound: The vpc ID '${inputs.vpcId}' does not exist (vpcId)`,
  }),
  inputRule({
    id: 'aws.ec2.security-group-rule-peer',
    refuses:
      'A rule with no peer or with several: one of cidrIpv4, cidrIpv6, prefixListId and referencedSecurityGroupId.',
    source: ruleSource,
    types: [ingressRule, egressRule],
    check: ({ inputs }) => {
      const peers = [inputs.cidrIpv4, inputs.cidrIpv6, inputs.prefixListId, inputs.referencedSecurityGroupId];
      const count = peers.filter((peer) => peer !== undefined).length;
      if (count !== 1) {
        return `Exactly one of these attributes must be configured: [cidrIpv4,cidrIpv6,prefixListId,referencedSecurityGroupId], got ${count}`;
      }
      return inputs.cidrIpv4 === undefined || parseCidr(inputs.cidrIpv4)
        ? undefined
        : `InvalidParameterValue: CIDR block ${inputs.cidrIpv4} is malformed (cidrIpv4)`;
    },
  }),
  inputRule({
    id: 'aws.ec2.security-group-rule-ports',
    refuses: 'A rule for TCP or UDP without a range of ports between 0 and 65535.',
    source: ruleSource,
    types: [ingressRule, egressRule],
    check: ({ inputs }) =>
      refusePorts({
        protocol: inputs.ipProtocol,
        ...(inputs.fromPort !== undefined && { from: inputs.fromPort }),
        ...(inputs.toPort !== undefined && { to: inputs.toPort }),
      }),
  }),
  inputRule({
    id: 'aws.ec2.security-group-rule-older-form',
    refuses: 'A SecurityGroupRule of another type than ingress or egress, with wrong ports or without a peer.',
    source: ruleSource,
    types: securityGroupRule,
    check: ({ inputs }) => {
      if (inputs.type !== 'ingress' && inputs.type !== 'egress') {
        return `expected type to be one of ["egress" "ingress"], got ${inputs.type}`;
      }
      const { cidrBlocks = [], ipv6CidrBlocks = [], prefixListIds = [], sourceSecurityGroupId, self } = inputs;
      const hasPeer = [...cidrBlocks, ...ipv6CidrBlocks, ...prefixListIds].length > 0 || sourceSecurityGroupId || self;
      if (!hasPeer) {
        return 'One of cidrBlocks, ipv6CidrBlocks, prefixListIds, self or sourceSecurityGroupId must be set to create a rule';
      }
      return refusePorts({ protocol: inputs.protocol, from: inputs.fromPort, to: inputs.toPort });
    },
  }),
  applyRule({
    id: 'aws.ec2.security-group-rule-group',
    refuses: 'A rule of, or for, a security group that does not exist.',
    source: 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html',
    types: [ingressRule, egressRule],
    check: ({ inputs, cloud, place }) => {
      const { securityGroupId, referencedSecurityGroupId: other } = inputs;
      return (
        refuseGroupId(findGroup(cloud, securityGroupId, place.region), 'securityGroupId', securityGroupId) ??
        (other === undefined
          ? undefined
          : refuseGroupId(findGroup(cloud, other, place.region), 'referencedSecurityGroupId', other))
      );
    },
  }),
  applyRule({
    id: 'aws.ec2.security-group-rule-older-form-group',
    refuses: 'A SecurityGroupRule of, or for, a security group that does not exist.',
    source: 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html',
    types: securityGroupRule,
    check: ({ inputs, cloud, place }) => {
      const { securityGroupId, sourceSecurityGroupId: other } = inputs;
      return (
        refuseGroupId(findGroup(cloud, securityGroupId, place.region), 'securityGroupId', securityGroupId) ??
        (other === undefined
          ? undefined
          : refuseGroupId(findGroup(cloud, other, place.region), 'sourceSecurityGroupId', other))
      );
    },
  }),
  ...[ingressRule, egressRule].map((type) =>
    applyRule({
      id: `aws.ec2.${type === ingressRule ? 'ingress' : 'egress'}-rule-twice`,
      refuses: 'A rule that the security group has already.',
      source: 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html',
      types: type,
      check: ({ id, inputs, cloud }) => {
        const textOf = (rule: typeof inputs) =>
          JSON.stringify([
            rule.securityGroupId,
            rule.ipProtocol,
            rule.fromPort,
            rule.toPort,
            rule.cidrIpv4,
            rule.cidrIpv6,
            rule.prefixListId,
            rule.referencedSecurityGroupId,
          ]);
        const twin = cloud.list(type).find((other) => other.id !== id && textOf(other.inputs) === textOf(inputs));
        return twin && `InvalidPermission.Duplicate: the specified rule already exists (${twin.name})`;
      },
    }),
  ),
  graphRule({
    id: 'aws.ec2.store-open-to-all',
    refuses: 'A port of databases or caches that is open to every address: EC2 allows it, nobody wants it.',
    source: 'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19',
    types: [securityGroup, ingressRule, securityGroupRule],
    check: (graph) => {
      const opened = [
        ...graph.ofType(ingressRule).map((node) => ({ node, rules: [node.inputs] })),
        ...graph
          .ofType(securityGroupRule)
          .map((node) => ({ node, rules: node.inputs.type === 'ingress' ? [node.inputs] : [] })),
        ...graph.ofType(securityGroup).map((node) => ({ node, rules: listOf(node.inputs.ingress).filter(isBag) })),
      ];
      return opened
        .filter(({ rules }) => rules.some(opensStoreToAll))
        .map(({ node: { urn, name } }) => ({
          urn,
          message: `${name}: a port of databases (${storePorts.join(', ')}) is open to 0.0.0.0/0: name the security group that needs it`,
        }));
    },
  }),
];

/** SQL Server, Oracle, MySQL, Postgres, Redis, Memcached, MongoDB. */
const storePorts = [1_433, 1_521, 3_306, 5_432, 6_379, 11_211, 27_017];

function opensStoreToAll(rule: Bag): boolean {
  const blocks = [rule.cidrIpv4, rule.cidrIpv6, ...listOf(rule.cidrBlocks), ...listOf(rule.ipv6CidrBlocks)];
  const protocol = rule.ipProtocol ?? rule.protocol;
  if (!blocks.some((block) => block === '0.0.0.0/0' || block === '::/0')) return false;
  if (protocol === '-1') return true;
  return storePorts.some((port) => Number(rule.fromPort) <= port && port <= Number(rule.toPort));
}

function listOf(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : [];
}
