import { countAddresses, overlaps } from '../cloud/cidr';
import { applyRule, inputRule } from '../rules';
import { notFound } from './google-error';
import { findNetwork, firewall, globalAddress, network, subnetwork, takenRanges } from './network';
import { apiRules } from './project-services';
import { parseRange } from './ranges';

const types = [network, subnetwork, globalAddress, firewall];
const ranges = 'https://docs.cloud.google.com/vpc/docs/subnets#valid-ranges';

/** Never usable as a subnetwork's range. */
const forbidden = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '255.255.255.255/32',
  '199.36.153.4/30',
  '199.36.153.8/30',
];

const rules = [
  ...apiRules('compute', 'compute', types),
  inputRule({
    id: 'gcp.compute.name',
    refuses: 'Names that are not 1 to 63 lower-case letters, digits and hyphens, beginning with a letter.',
    source: 'https://docs.cloud.google.com/compute/docs/naming-resources',
    types,
    check: ({ inputs }) =>
      /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(inputs.name ?? 'generated')
        ? undefined
        : `"name" ("${inputs.name}") doesn't match regexp "^(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)$"`,
  }),
  applyRule({
    id: 'gcp.compute.network-exists',
    refuses: 'Parts of a network that does not exist.',
    source: 'https://docs.cloud.google.com/compute/docs/reference/rest/v1/subnetworks/insert',
    types: [subnetwork, globalAddress, firewall],
    check: ({ inputs, cloud }) =>
      inputs.network === undefined || findNetwork(cloud, inputs.network)
        ? undefined
        : notFound('The resource', inputs.network),
  }),
  inputRule({
    id: 'gcp.compute.subnetwork-range',
    refuses: 'Ranges that are no IPv4 range, lie where none may lie, or are smaller than a /29.',
    source: ranges,
    types: subnetwork,
    check: ({ inputs }) => {
      if (inputs.ipCidrRange === undefined) return undefined;
      const range = parseRange(inputs.ipCidrRange);
      if (!range)
        return `Invalid value for field 'resource.ipCidrRange': '${inputs.ipCidrRange}'. Must be a CIDR address range that is contained in a valid IPv4 range.`;
      if (range.bits > 29 || range.bits < 4)
        return `Invalid IPCidrRange: ${inputs.ipCidrRange}. The prefix length must be between 4 and 29.`;
      const bad = forbidden.find((text) => overlaps(range, parseRange(text) ?? range));
      return bad
        ? `Invalid value for field 'resource.ipCidrRange': '${inputs.ipCidrRange}' overlaps with ${bad}, which is not allowed.`
        : undefined;
    },
  }),
  applyRule({
    id: 'gcp.compute.subnetwork-overlap',
    refuses: 'A range that overlaps another one of the same network.',
    source: ranges,
    types: subnetwork,
    check: ({ inputs, cloud, previous }) => {
      const range = parseRange(inputs.ipCidrRange ?? '');
      const before = parseRange(previous?.outputs.ipCidrRange ?? '');
      if (!range) return undefined;
      const others = takenRanges(cloud, inputs.network).filter(
        (taken) => taken.address !== before?.address || taken.bits !== before.bits,
      );
      return others.some((taken) => overlaps(range, taken))
        ? `Invalid IPCidrRange: ${inputs.ipCidrRange} conflicts with existing subnetwork or allocated range of the network ${inputs.network}.`
        : undefined;
    },
  }),
  applyRule({
    id: 'gcp.compute.subnetwork-shrink',
    refuses: "A change of a subnetwork's range to anything but a larger one that holds it.",
    source: 'https://docs.cloud.google.com/vpc/docs/create-modify-vpc-networks#expand-subnet',
    types: subnetwork,
    check: ({ inputs, previous }) => {
      const before = parseRange(previous?.outputs.ipCidrRange ?? '');
      const after = parseRange(inputs.ipCidrRange ?? '');
      if (!before || !after || (before.address === after.address && before.bits === after.bits)) return undefined;
      const holds = overlaps(before, after) && countAddresses(after) > countAddresses(before);
      return holds
        ? undefined
        : `ipCidrRange cannot change from ${previous?.outputs.ipCidrRange} to ${inputs.ipCidrRange}: a subnetwork only grows`;
    },
  }),
  inputRule({
    id: 'gcp.compute.address-purpose',
    refuses: 'A range for peering without purpose VPC_PEERING, addressType INTERNAL, network or prefixLength.',
    source: 'https://docs.cloud.google.com/vpc/docs/configure-private-services-access',
    types: globalAddress,
    check: ({ inputs }) => {
      if (inputs.purpose === undefined && inputs.prefixLength === undefined) return undefined;
      if (inputs.purpose !== 'VPC_PEERING') {
        return inputs.purpose === 'PRIVATE_SERVICE_CONNECT'
          ? undefined
          : `purpose must be VPC_PEERING or PRIVATE_SERVICE_CONNECT, not ${inputs.purpose ?? 'empty'}`;
      }
      const missing = [
        ...(inputs.addressType === 'INTERNAL' ? [] : ['addressType must be INTERNAL']),
        ...(inputs.network === undefined ? ['network must be set'] : []),
        ...(inputs.prefixLength === undefined ? ['prefixLength must be set'] : []),
      ];
      return missing.map((text) => `${text} when purpose is VPC_PEERING`);
    },
  }),
  inputRule({
    id: 'gcp.compute.address-prefix',
    refuses: 'A range for private services access that is smaller than a /24 or larger than a /8.',
    source:
      'https://docs.cloud.google.com/sql/docs/postgres/configure-private-services-access (a /24 is the minimum, /16 recommended; the upper bound is unverified)',
    types: globalAddress,
    check: ({ inputs }) =>
      inputs.purpose !== 'VPC_PEERING' || inputs.prefixLength === undefined
        ? undefined
        : inputs.prefixLength > 24 || inputs.prefixLength < 8
          ? `prefixLength must be 8 to 24, not ${inputs.prefixLength}: Google's services take a /24 at least`
          : undefined,
  }),
  applyRule({
    id: 'gcp.compute.address-overlap',
    refuses: 'A range for peering that overlaps a subnetwork of the network, or does not begin at its own boundary.',
    source: 'https://docs.cloud.google.com/vpc/docs/private-services-access#allocated-range-considerations',
    types: globalAddress,
    check: ({ inputs, cloud }) => {
      if (inputs.address === undefined || inputs.network === undefined || inputs.prefixLength === undefined)
        return undefined;
      const range = parseRange(`${inputs.address}/${inputs.prefixLength}`);
      if (!range)
        return `Invalid value for field 'resource.address': '${inputs.address}' is no start of a /${inputs.prefixLength}.`;
      return takenRanges(cloud, inputs.network).some((taken) => overlaps(range, taken))
        ? `Invalid value for field 'resource.address': '${inputs.address}/${inputs.prefixLength}' overlaps with a subnetwork or an allocated range of the network.`
        : undefined;
    },
  }),
  inputRule({
    id: 'gcp.compute.firewall-rule',
    refuses:
      'A firewall rule that neither allows nor denies, or does both, or whose ranges are for the other direction.',
    source: 'https://docs.cloud.google.com/firewall/docs/firewalls#firewall_rule_components',
    types: firewall,
    check: ({ inputs }) => {
      const isEgress = inputs.direction === 'EGRESS';
      return [
        ...((inputs.allows ?? []).length > 0 === (inputs.denies ?? []).length > 0
          ? ['one of `allow,deny` must be specified']
          : []),
        ...(isEgress && (inputs.sourceRanges ?? []).length > 0
          ? ['sourceRanges must not be set for direction EGRESS']
          : []),
        ...(!isEgress &&
        (inputs.destinationRanges ?? []).length > 0 &&
        (inputs.sourceRanges ?? []).length === 0 &&
        (inputs.sourceTags ?? []).length === 0 &&
        (inputs.sourceServiceAccounts ?? []).length === 0
          ? ['sourceRanges, sourceTags or sourceServiceAccounts must be set for direction INGRESS']
          : []),
      ];
    },
  }),
];

export const networkSimulation = { resources: types, functions: [], rules };
