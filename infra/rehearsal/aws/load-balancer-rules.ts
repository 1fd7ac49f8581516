import { applyRule, deleteRule, inputRule } from '../rules';
import { loadBalancer, subnetsOf } from './load-balancer';
import { internetGateway } from './routes';
import { findGroup } from './security-groups';
import { findSubnet } from './vpc';

const source = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html';
const subnetsSource =
  'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer';

/** The same for load balancers and target groups. Source: the provider's validName */
export function refuseName(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  if (name.length > 32) return '"name" cannot be longer than 32 characters';
  if (!/^[0-9A-Za-z-]+$/.test(name)) return `only alphanumeric characters and hyphens allowed in "name": "${name}"`;
  if (name.startsWith('-')) return '"name" cannot begin with a hyphen';
  if (name.endsWith('-')) return '"name" cannot end with a hyphen';
  return undefined;
}

export const loadBalancerRules = [
  inputRule({
    id: 'aws.elb.type',
    refuses: 'A load balancer of a type that does not exist; network and gateway load balancers cannot be rehearsed.',
    source,
    types: loadBalancer,
    check: ({ inputs: { loadBalancerType: type = 'application' } }) => {
      if (type === 'application') return undefined;
      return ['gateway', 'network'].includes(type)
        ? `not simulated: load balancers of the type ${type} (loadBalancerType)`
        : `expected loadBalancerType to be one of ["application" "gateway" "network"], got ${type}`;
    },
  }),
  inputRule({
    id: 'aws.elb.load-balancer-name',
    refuses:
      'A name of more than 32 letters, digits and hyphens, with a hyphen at an end, or with "internal-" before it.',
    source,
    types: loadBalancer,
    check: ({ inputs: { name } }) =>
      refuseName(name) ?? (name?.startsWith('internal-') ? '"name" cannot begin with "internal-"' : undefined),
  }),
  inputRule({
    id: 'aws.elb.timeouts',
    refuses: 'An idle timeout outside of 1 to 4,000 seconds, or a keep-alive outside of 60 to 604,800.',
    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html',
    types: loadBalancer,
    check: ({ inputs: { idleTimeout = 60, clientKeepAlive = 3_600 } }) => [
      ...(idleTimeout < 1 || idleTimeout > 4_000
        ? [
            `ValidationError: 'idle_timeout.timeout_seconds' must be between '1' and '4000', got ${idleTimeout} (idleTimeout)`,
          ]
        : []),
      ...(clientKeepAlive < 60 || clientKeepAlive > 604_800
        ? [`expected clientKeepAlive to be in the range (60 - 604800), got ${clientKeepAlive}`]
        : []),
    ],
  }),
  inputRule({
    id: 'aws.elb.subnets-given',
    refuses: 'A load balancer with subnets given in two ways.',
    source,
    types: loadBalancer,
    check: ({ inputs: { subnets, subnetMappings } }) =>
      subnets !== undefined && subnetMappings !== undefined ? '"subnets": conflicts with subnetMappings' : undefined,
  }),
  applyRule({
    id: 'aws.elb.subnets',
    refuses: 'A load balancer without subnets in two zones of one VPC, or with two in one zone.',
    source: subnetsSource,
    types: loadBalancer,
    check: ({ inputs, cloud, place }) => {
      const ids = subnetsOf(inputs);
      const homes = ids.map((id) => findSubnet(cloud, id, place.region));
      const missing = ids.find((_, index) => homes[index] === undefined);
      if (missing !== undefined) return `SubnetNotFound: The subnet ID '${missing}' does not exist (subnets)`;
      if (new Set(homes.map((home) => home?.vpcId)).size > 1) {
        return 'InvalidConfigurationRequest: All subnets must belong to the same VPC (subnets)';
      }
      const zones = new Set(homes.map((home) => home?.zone));
      if (zones.size < ids.length) {
        return 'InvalidConfigurationRequest: A load balancer cannot be attached to multiple subnets in the same Availability Zone (subnets)';
      }
      return zones.size < 2
        ? 'ValidationError: At least two subnets in two different Availability Zones must be specified (subnets)'
        : undefined;
    },
  }),
  applyRule({
    id: 'aws.elb.subnet-size',
    refuses: 'A subnet of a load balancer that is smaller than a /27.',
    source: subnetsSource,
    types: loadBalancer,
    check: ({ inputs, cloud, place }) => {
      const small = subnetsOf(inputs).find((id) => (findSubnet(cloud, id, place.region)?.cidr.bits ?? 0) > 27);
      return (
        small &&
        `InvalidSubnet: Not enough IP space available in ${small}. ELB requires at least 8 free IP addresses in each subnet, and a /27 at least. (subnets)`
      );
    },
  }),
  applyRule({
    id: 'aws.elb.internet-gateway',
    refuses: 'A load balancer on the internet in a VPC without an internet gateway.',
    source: subnetsSource,
    types: loadBalancer,
    check: ({ inputs, cloud, place }) => {
      if (inputs.internal) return undefined;
      const vpcId = findSubnet(cloud, subnetsOf(inputs)[0] ?? '', place.region)?.vpcId;
      return cloud.list(internetGateway).some(({ outputs }) => outputs.vpcId === vpcId)
        ? undefined
        : `InvalidSubnet: VPC ${vpcId} has no internet gateway (subnets)`;
    },
  }),
  applyRule({
    id: 'aws.elb.security-groups',
    refuses: 'A security group that does not exist in the VPC of the load balancer.',
    source,
    types: loadBalancer,
    check: ({ inputs, cloud, place }) => {
      const vpcId = findSubnet(cloud, subnetsOf(inputs)[0] ?? '', place.region)?.vpcId;
      return (inputs.securityGroups ?? []).flatMap((id) => {
        const home = findGroup(cloud, id, place.region)?.vpcId;
        if (home === vpcId) return [];
        return home === undefined
          ? `InvalidSecurityGroup: Security group '${id}' does not exist (securityGroups)`
          : `InvalidConfigurationRequest: One or more security groups are invalid: ${id} is not in ${vpcId} (securityGroups)`;
      });
    },
  }),
  deleteRule({
    id: 'aws.elb.deletion-protection',
    refuses: 'The deletion of a load balancer that is protected from it.',
    source:
      'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#deletion-protection',
    types: loadBalancer,
    check: ({ entity }) =>
      entity.outputs.enableDeletionProtection
        ? `OperationNotPermitted: Load balancer '${entity.outputs.arn}' cannot be deleted because deletion protection is enabled (enableDeletionProtection)`
        : undefined,
  }),
];
