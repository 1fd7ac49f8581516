import type { compute } from '@pulumi/gcp';
import { addressAt, type Cidr, findFreeBlock } from '../cloud/cidr';
import type { Cloud, Entity } from '../cloud/cloud';
import { googleResource, refersTo, selfLink } from './declare';
import { googleError } from './google-error';
import { parseRange } from './ranges';

export const network = googleResource<compute.Network, compute.NetworkArgs>({
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
    selfLink: selfLink(place, `global/networks/${inputs.name}`),
    networkId: seed.digits(19),
    numericId: seed.digits(19),
    mtu: inputs.mtu ?? 1460,
    routingMode: inputs.routingMode ?? 'REGIONAL',
    bgpBestPathSelectionMode: inputs.bgpBestPathSelectionMode ?? 'LEGACY',
  }),
  unique: ({ inputs, place }) => `network ${inputs.name} in ${place.project}`,
  exists: ({ inputs, place }) =>
    googleError(
      409,
      `The resource 'projects/${place.project}/global/networks/${inputs.name}' already exists`,
      'alreadyExists',
    ),
  inUse: (entity, users) => inUse('network', entity, users),
});

export const subnetwork = googleResource<compute.Subnetwork, compute.SubnetworkArgs>({
  token: 'gcp:compute/subnetwork:Subnetwork',
  naming: { maxLength: 63, letters: 'lower' },
  replaceOn: ['name', 'project', 'region', 'network', 'description', 'purpose', 'reservedInternalRange'],
  empty: [
    'allowSubnetCidrRoutesOverlap',
    'externalIpv6Prefix',
    'internalIpv6Prefix',
    'ipv6CidrRange',
    'ipv6GceEndpoint',
    'secondaryIpRanges',
    'state',
  ],
  changesOnUpdate: ['fingerprint'],
  seconds: { create: 15, delete: 15 },
  id: ({ inputs, place }) => `projects/${place.project}/regions/${place.region}/subnetworks/${inputs.name}`,
  outputs: ({ inputs, place, seed, cloud, previous }) => ({
    selfLink: selfLink(place, `regions/${place.region}/subnetworks/${inputs.name}`),
    creationTimestamp: previous?.creationTimestamp ?? cloud.clock.timestamp(),
    fingerprint: seed.hex(16, inputs.ipCidrRange),
    gatewayAddress: firstAddress(inputs.ipCidrRange ?? ''),
    ipCidrRange: inputs.ipCidrRange ?? '',
    subnetworkId: previous?.subnetworkId ?? seed.integer(2 ** 31),
    purpose: inputs.purpose ?? 'PRIVATE',
    stackType: inputs.stackType ?? 'IPV4_ONLY',
    privateIpGoogleAccess: inputs.privateIpGoogleAccess ?? false,
    privateIpv6GoogleAccess: 'DISABLE_GOOGLE_ACCESS',
  }),
  uses: ({ inputs, cloud }) => [findNetwork(cloud, inputs.network)],
  unique: ({ inputs, place }) => `subnetwork ${inputs.name} in ${place.project} ${place.region}`,
  exists: ({ inputs, place }) =>
    googleError(
      409,
      `The resource 'projects/${place.project}/regions/${place.region}/subnetworks/${inputs.name}' already exists`,
      'alreadyExists',
    ),
  inUse: (entity, users) => inUse('subnetwork', entity, users),
});

export const globalAddress = googleResource<compute.GlobalAddress, compute.GlobalAddressArgs>({
  token: 'gcp:compute/globalAddress:GlobalAddress',
  naming: { maxLength: 63, letters: 'lower' },
  replaceOn: [
    'name',
    'project',
    'address',
    'addressType',
    'description',
    'ipVersion',
    'network',
    'prefixLength',
    'purpose',
  ],
  defaults: { addressType: 'EXTERNAL' },
  empty: ['prefixLength'],
  seconds: { create: 11, delete: 11 },
  id: ({ inputs, place }) => `projects/${place.project}/global/addresses/${inputs.name}`,
  outputs: ({ inputs, place, seed, cloud, previous }) => ({
    address:
      inputs.address ??
      previous?.address ??
      freeAddress(cloud, inputs) ??
      `34.${seed.integer(250)}.${seed.integer(250, 'c')}.7`,
    creationTimestamp: previous?.creationTimestamp ?? cloud.clock.timestamp(),
    labelFingerprint: seed.hex(12),
    selfLink: selfLink(place, `global/addresses/${inputs.name}`),
  }),
  uses: ({ inputs, cloud }) => [inputs.network === undefined ? undefined : findNetwork(cloud, inputs.network)],
  unique: ({ inputs, place }) => `global address ${inputs.name} in ${place.project}`,
  exists: ({ inputs, place }) =>
    googleError(
      409,
      `The resource 'projects/${place.project}/global/addresses/${inputs.name}' already exists`,
      'alreadyExists',
    ),
});

export const firewall = googleResource<compute.Firewall, compute.FirewallArgs>({
  token: 'gcp:compute/firewall:Firewall',
  naming: { maxLength: 63, letters: 'lower' },
  replaceOn: ['name', 'project', 'network', 'direction'],
  defaults: { priority: 1000 },
  unordered: ['sourceRanges', 'destinationRanges'],
  empty: ['destinationRanges', 'enableLogging'],
  seconds: { create: 11, update: 11, delete: 11 },
  id: ({ inputs, place }) => `projects/${place.project}/global/firewalls/${inputs.name}`,
  outputs: ({ inputs, place, cloud, previous }) => ({
    creationTimestamp: previous?.creationTimestamp ?? cloud.clock.timestamp(),
    direction: inputs.direction ?? 'INGRESS',
    selfLink: selfLink(place, `global/firewalls/${inputs.name}`),
  }),
  uses: ({ inputs, cloud }) => [findNetwork(cloud, inputs.network)],
  unique: ({ inputs, place }) => `firewall ${inputs.name} in ${place.project}`,
});

export type NetworkEntity = ReturnType<typeof findNetwork>;

export function findNetwork(cloud: Cloud, reference: string) {
  return cloud.list(network).find((candidate) => refersTo(reference, candidate));
}

export function findSubnetwork(cloud: Cloud, reference: string) {
  return cloud.list(subnetwork).find((candidate) => refersTo(reference, candidate));
}

/** The ranges of a network that are taken: its subnetworks and the ranges lent to Google's services. */
export function takenRanges(cloud: Cloud, networkReference: string): Cidr[] {
  const network = findNetwork(cloud, networkReference);
  const isIn = (reference: string | undefined) => reference !== undefined && findNetwork(cloud, reference) === network;
  const texts = [
    ...cloud.list(subnetwork).flatMap((entity) => (isIn(entity.inputs.network) ? [entity.outputs.ipCidrRange] : [])),
    ...cloud
      .list(globalAddress)
      .flatMap(({ inputs, outputs }) =>
        isIn(inputs.network) ? [`${outputs.address}/${outputs.prefixLength || 32}`] : [],
      ),
  ];
  return texts.flatMap((text) => parseRange(text) ?? []);
}

/** Google chooses ranges in 10.0.0.0/8 when none is asked for; here always above what programs like to take. */
function freeAddress(cloud: Cloud, inputs: { network?: string; prefixLength?: number }): string | undefined {
  if (inputs.network === undefined || inputs.prefixLength === undefined) return undefined;
  const taken = takenRanges(cloud, inputs.network);
  const range = findFreeBlock({ address: 10 * 2 ** 24 + 2 ** 23, bits: 9 }, inputs.prefixLength, taken);
  return range && addressAt(range, 0);
}

function inUse(
  kind: string,
  entity: { id: string },
  users: readonly { entity?: Entity; description: string }[],
): string {
  const names = users.map((user) => `'${user.entity?.id ?? user.description}'`).join(', ');
  return googleError(
    400,
    `The ${kind} resource '${entity.id}' is already being used by ${names}`,
    'resourceInUseByAnotherResource',
  );
}

function firstAddress(cidr: string): string {
  const range = parseRange(cidr);
  return range ? addressAt(range, 1) : '';
}
