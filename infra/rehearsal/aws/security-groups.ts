import type { ec2, vpc as vpcModule } from '@pulumi/aws';
import type { Cloud, Place } from '../cloud/cloud';
import { resource } from '../declare';
import { accountId, arn } from './declare';
import { defaultVpc, vpc } from './vpc';

type RuleInputs = { securityGroupId: string; referencedSecurityGroupId?: string };

export const securityGroup = resource<ec2.SecurityGroup, ec2.SecurityGroupArgs>({
  token: 'aws:ec2/securityGroup:SecurityGroup',
  naming: { maxLength: 255 },
  replaceOn: ['name', 'namePrefix', 'description', 'vpcId'],
  defaults: { description: 'Managed by Pulumi', revokeRulesOnDelete: false },
  unordered: ['ingress', 'egress', 'ingress.cidrBlocks', 'egress.cidrBlocks'],
  empty: ['ingress', 'egress', 'namePrefix'],
  seconds: { create: 3, delete: 1 },
  id: ({ seed }) => `sg-0${seed.hex(16)}`,
  outputs: ({ id, inputs, place }) => ({
    arn: arn('ec2', place, `security-group/${id}`),
    ownerId: accountId,
    vpcId: inputs.vpcId ?? defaultVpc(place.region ?? '').id,
  }),
  unique: ({ inputs, place }) => `group ${inputs.name} in ${inputs.vpcId ?? place.region}`,
  exists: ({ inputs }) =>
    `InvalidGroup.Duplicate: The security group '${inputs.name}' already exists for VPC '${inputs.vpcId}' (name)`,
  uses: ({ inputs, cloud }) => [inputs.vpcId === undefined ? undefined : cloud.find(vpc, inputs.vpcId)],
  inUse: (entity) => `DependencyViolation: resource ${entity.id} has a dependent object`,
});

/** A rule goes with its own group, but keeps the other one that it names. */
function usedByRule({ inputs, cloud }: { inputs: RuleInputs; cloud: Cloud }) {
  const { securityGroupId, referencedSecurityGroupId: other } = inputs;
  return [other === undefined || other === securityGroupId ? undefined : cloud.find(securityGroup, other)];
}

function describeRule({ id, place }: { id: string; place: Place }) {
  return { arn: arn('ec2', place, `security-group-rule/${id}`), securityGroupRuleId: id };
}

export const ingressRule = resource<vpcModule.SecurityGroupIngressRule, vpcModule.SecurityGroupIngressRuleArgs>({
  token: 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule',
  replaceOn: ['securityGroupId'],
  seconds: { create: 1, delete: 1 },
  id: ({ seed }) => `sgr-0${seed.hex(16)}`,
  outputs: describeRule,
  uses: usedByRule,
});

export const egressRule = resource<vpcModule.SecurityGroupEgressRule, vpcModule.SecurityGroupEgressRuleArgs>({
  token: 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule',
  replaceOn: ['securityGroupId'],
  seconds: { create: 1, delete: 1 },
  id: ({ seed }) => `sgr-0${seed.hex(16)}`,
  outputs: describeRule,
  uses: usedByRule,
});

/** The older form: either direction, several blocks at once. */
export const securityGroupRule = resource<ec2.SecurityGroupRule, ec2.SecurityGroupRuleArgs>({
  token: 'aws:ec2/securityGroupRule:SecurityGroupRule',
  replaceOn: [
    'cidrBlocks',
    'fromPort',
    'ipv6CidrBlocks',
    'prefixListIds',
    'protocol',
    'securityGroupId',
    'self',
    'sourceSecurityGroupId',
    'toPort',
    'type',
  ],
  defaults: { self: false },
  seconds: { create: 1, delete: 1 },
  id: ({ seed }) => `sgrule-${seed.digits(10)}`,
  outputs: ({ inputs, seed }) => ({
    securityGroupRuleId: `sgr-0${seed.hex(16, 'rule')}`,
    sourceSecurityGroupId: inputs.sourceSecurityGroupId ?? '',
  }),
  uses: ({ inputs, cloud }) =>
    usedByRule({
      inputs: {
        securityGroupId: inputs.securityGroupId,
        ...(inputs.sourceSecurityGroupId && { referencedSecurityGroupId: inputs.sourceSecurityGroupId }),
      },
      cloud,
    }),
});

/** What a rule of a group lets through. */
export type Permission = {
  direction: 'ingress' | 'egress';
  /** -1: all of them. */
  protocol: string;
  fromPort: number;
  toPort: number;
  cidrBlocks: readonly string[];
  groupIds: readonly string[];
  /** Lists of addresses that AWS keeps, such as those of S3. */
  prefixListIds: readonly string[];
};

/** A group's VPC; undefined when there is no such group in the region. */
export function findGroup(cloud: Cloud, id: string, region: string | undefined): { vpcId: string } | undefined {
  const own = cloud.find(securityGroup, id);
  if (own) return own.place.region === region ? { vpcId: own.outputs.vpcId } : undefined;
  const network = cloud.findBy(vpc, 'defaultSecurityGroupId', id);
  if (network) return network.place.region === region ? { vpcId: network.id } : undefined;
  const fallback = defaultVpc(region ?? '');
  return fallback.securityGroupId === id ? { vpcId: fallback.id } : undefined;
}

/** Everything that a group lets through, however the program wrote it down. */
export function permissionsOf(cloud: Cloud, groupId: string): Permission[] {
  const group = cloud.find(securityGroup, groupId);
  if (!group) return defaultPermissions(groupId);
  const inline = (['ingress', 'egress'] as const).flatMap((direction) =>
    (group.outputs[direction] ?? []).map((rule) => ({
      direction,
      protocol: rule.protocol,
      fromPort: rule.fromPort,
      toPort: rule.toPort,
      cidrBlocks: rule.cidrBlocks ?? [],
      groupIds: [...(rule.securityGroups ?? []), ...(rule.self ? [groupId] : [])],
      prefixListIds: rule.prefixListIds ?? [],
    })),
  );
  const apart = [
    ...cloud.list(ingressRule).map((rule) => ({ direction: 'ingress' as const, inputs: rule.inputs })),
    ...cloud.list(egressRule).map((rule) => ({ direction: 'egress' as const, inputs: rule.inputs })),
  ]
    .filter(({ inputs }) => inputs.securityGroupId === groupId)
    .map(({ direction, inputs }) => ({
      direction,
      protocol: inputs.ipProtocol,
      fromPort: inputs.fromPort ?? 0,
      toPort: inputs.toPort ?? 65_535,
      cidrBlocks: inputs.cidrIpv4 === undefined ? [] : [inputs.cidrIpv4],
      groupIds: inputs.referencedSecurityGroupId === undefined ? [] : [inputs.referencedSecurityGroupId],
      prefixListIds: inputs.prefixListId === undefined ? [] : [inputs.prefixListId],
    }));
  const older = cloud
    .list(securityGroupRule)
    .filter(({ inputs }) => inputs.securityGroupId === groupId)
    .map(({ inputs }) => ({
      direction: inputs.type === 'ingress' ? ('ingress' as const) : ('egress' as const),
      protocol: inputs.protocol,
      fromPort: inputs.fromPort,
      toPort: inputs.toPort,
      cidrBlocks: inputs.cidrBlocks ?? [],
      groupIds: [
        ...(inputs.sourceSecurityGroupId === undefined ? [] : [inputs.sourceSecurityGroupId]),
        ...(inputs.self ? [groupId] : []),
      ],
      prefixListIds: inputs.prefixListIds ?? [],
    }));
  return [...inline, ...apart, ...older];
}

/** A VPC's default group lets its members reach each other, and everything out. */
function defaultPermissions(groupId: string): Permission[] {
  const all = { protocol: '-1', fromPort: 0, toPort: 65_535, prefixListIds: [] };
  return [
    { ...all, direction: 'ingress', cidrBlocks: [], groupIds: [groupId] },
    { ...all, direction: 'egress', cidrBlocks: ['0.0.0.0/0'], groupIds: [] },
  ];
}
