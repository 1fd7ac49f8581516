import type { compute } from '@pulumi/gcp';
import { resource } from '../declare';
import { applyRule, inputRule } from '../rules';
import { selfLink } from './declare';

const network = resource<compute.Network, compute.NetworkArgs>({
  token: 'gcp:compute/network:Network',
  naming: { maxLength: 63, letters: 'lower' },
  replaceOn: ['name', 'project', 'autoCreateSubnetworks', 'description', 'enableUlaInternalIpv6', 'internalIpv6Range'],
  defaults: {
    autoCreateSubnetworks: true,
    deleteDefaultRoutesOnCreate: false,
    networkFirewallPolicyEnforcementOrder: 'AFTER_CLASSIC_FIREWALL',
  },
  empty: ['bgpAlwaysCompareMed', 'bgpInterRegionCost', 'gatewayIpv4', 'internalIpv6Range'],
  seconds: { create: 12, delete: 12 },
  id: ({ inputs, place }) => `projects/${place.project}/global/networks/${inputs.name}`,
  outputs: ({ inputs, place, seed }) => ({
    selfLink: selfLink({ project: place.project ?? '' }, `global/networks/${inputs.name}`),
    networkId: seed.digits(19),
    numericId: seed.digits(19),
    mtu: inputs.mtu ?? 1460,
    routingMode: inputs.routingMode ?? 'REGIONAL',
    bgpBestPathSelectionMode: inputs.bgpBestPathSelectionMode ?? 'LEGACY',
    deletionPolicy: inputs.deletionPolicy ?? 'DELETE',
  }),
  unique: ({ inputs, place }) => `network ${inputs.name} in ${place.project}`,
  exists: ({ inputs, place }) =>
    `googleapi: Error 409: The resource 'projects/${place.project}/global/networks/${inputs.name}' already exists, alreadyExists`,
  inUse: (entity, users) =>
    `googleapi: Error 400: The network resource '${entity.id}' is already being used by ${users.map((user) => `'${user.entity?.id ?? user.description}'`).join(', ')}, resourceInUseByAnotherResource`,
});

const subnetwork = resource<compute.Subnetwork, compute.SubnetworkArgs>({
  token: 'gcp:compute/subnetwork:Subnetwork',
  naming: { maxLength: 63, letters: 'lower' },
  replaceOn: ['name', 'project', 'region', 'network', 'description', 'purpose'],
  empty: [
    'allowSubnetCidrRoutesOverlap',
    'externalIpv6Prefix',
    'internalIpv6Prefix',
    'ipv6CidrRange',
    'ipv6GceEndpoint',
    'secondaryIpRanges',
    'state',
  ],
  seconds: { create: 15, delete: 15 },
  id: ({ inputs, place }) => `projects/${place.project}/regions/${place.region}/subnetworks/${inputs.name}`,
  outputs: ({ inputs, place, seed, cloud }) => ({
    selfLink: selfLink({ project: place.project ?? '' }, `regions/${place.region}/subnetworks/${inputs.name}`),
    creationTimestamp: cloud.clock.timestamp(),
    fingerprint: seed.hex(16),
    gatewayAddress: firstAddress(inputs.ipCidrRange ?? ''),
    ipCidrRange: inputs.ipCidrRange ?? '',
    subnetworkId: seed.integer(2 ** 31),
    purpose: inputs.purpose ?? 'PRIVATE',
    stackType: inputs.stackType ?? 'IPV4_ONLY',
    privateIpGoogleAccess: inputs.privateIpGoogleAccess ?? false,
    privateIpv6GoogleAccess: 'DISABLE_GOOGLE_ACCESS',
    deletionPolicy: inputs.deletionPolicy ?? 'DELETE',
  }),
  uses: ({ inputs, cloud }) => [cloud.list(network).find((candidate) => refersTo(inputs.network, candidate))],
  unique: ({ inputs, place }) => `subnetwork ${inputs.name} in ${place.project} ${place.region}`,
  inUse: (entity, users) =>
    `googleapi: Error 400: The subnetwork resource '${entity.id}' is already being used by ${users.map((user) => `'${user.entity?.id ?? user.description}'`).join(', ')}, resourceInUseByAnotherResource`,
});

/** Google takes a network's id, its self link or its bare name. */
function refersTo(reference: string, entity: { id: string; outputs: { selfLink: string; name: string } }): boolean {
  return [entity.id, entity.outputs.selfLink, entity.outputs.name].includes(reference);
}

function firstAddress(cidr: string): string {
  const [address = ''] = cidr.split('/');
  return address.replace(/\d+$/, (last) => String(Number(last) + 1));
}

const namePattern = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

const rules = [
  inputRule({
    id: 'gcp.compute.name',
    refuses: 'Names that are not 1 to 63 lower-case letters, digits and hyphens, beginning with a letter.',
    source: 'https://docs.cloud.google.com/compute/docs/naming-resources',
    types: [network, subnetwork],
    check: ({ inputs }) =>
      namePattern.test(inputs.name ?? 'generated')
        ? undefined
        : `"name" ("${inputs.name}") doesn't match regexp "^(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)$"`,
  }),
  applyRule({
    id: 'gcp.compute.subnetwork-network',
    refuses: 'A subnetwork of a network that does not exist.',
    source: 'https://docs.cloud.google.com/compute/docs/reference/rest/v1/subnetworks/insert',
    types: subnetwork,
    check: ({ inputs, cloud }) =>
      cloud.list(network).some((candidate) => refersTo(inputs.network, candidate))
        ? undefined
        : `googleapi: Error 404: The resource '${inputs.network}' was not found, notFound`,
  }),
];

export const networkSimulation = { resources: [network, subnetwork], functions: [], rules };
