import type { servicenetworking } from '@pulumi/gcp';
import { addressAt, type Cidr, countAddresses, findFreeBlock } from '../cloud/cidr';
import { type Cloud, table } from '../cloud/cloud';
import { applyRule, inputRule } from '../rules';
import { googleResource } from './declare';
import { googleError, notFound } from './google-error';
import { findNetwork, globalAddress } from './network';
import { apiRules } from './project-services';
import { parseRange } from './ranges';

export const connection = googleResource<servicenetworking.Connection, servicenetworking.ConnectionArgs>({
  token: 'gcp:servicenetworking/connection:Connection',
  replaceOn: ['network', 'service'],
  unordered: ['reservedPeeringRanges'],
  seconds: { create: 40, update: 40, delete: 40 },
  id: ({ inputs, cloud }) =>
    `${encodeURIComponent(findNetwork(cloud, inputs.network)?.id ?? inputs.network)}:${inputs.service}`,
  outputs: ({ inputs }) => ({ peering: inputs.service.replaceAll('.', '-') }),
  uses: ({ inputs, cloud }) => [findNetwork(cloud, inputs.network)],
  unique: ({ inputs }) => `peering of ${inputs.network} with ${inputs.service}`,
  exists: () =>
    'Error waiting for Create Service Networking Connection: Error code 9, message: Cannot modify allocated ranges in CreateConnection. Please use UpdateConnection.',
  inUse: () =>
    'Unable to remove Service Networking Connection, err: Error waiting for Delete Service Networking Connection: Error code 9, message: Failed to delete connection; Producer services (e.g. CloudSQL, Cloud Memstore, etc.) are still using this connection.',
});

/** The connection of a network with Google's services. */
export function findConnection(cloud: Cloud, networkReference: string) {
  const network = findNetwork(cloud, networkReference);
  return network && cloud.list(connection).find(({ inputs }) => findNetwork(cloud, inputs.network) === network);
}

/** Blocks that Google's services have taken of the ranges lent to them, by user. */
const peeredBlocks = table<Cidr>('gcp peered blocks');

export type PeeredUser = { name: string; blockPrefix: number };

/** The block that a user has of a network's lent ranges, taken now if need be; undefined when there is no room. */
export function takePeeredBlock(cloud: Cloud, networkReference: string, user: PeeredUser): Cidr | undefined {
  const blocks = cloud.table(peeredBlocks);
  const known = blocks.get(user.name);
  if (known) return known;
  for (const name of findConnection(cloud, networkReference)?.inputs.reservedPeeringRanges ?? []) {
    const range = cloud.findBy(globalAddress, 'name', name)?.outputs;
    const within = range && parseRange(`${range.address}/${range.prefixLength}`);
    const block = within && findFreeBlock(within, user.blockPrefix, [...blocks.values()]);
    if (!block) continue;
    blocks.set(user.name, block);
    return block;
  }
  return undefined;
}

/** The block's first free address for a store, after the network's own and the gateway's. */
export function storeAddress(block: Cidr, taken: readonly string[]): string {
  const places = Array.from({ length: countAddresses(block) }, (_, index) => addressAt(block, index));
  return places.slice(3).find((address) => !taken.includes(address)) ?? addressAt(block, 3);
}

/** How long a peering stays in use when its last store is gone (one to some hours are reported; unverified). */
const releaseHours = 1;

export function releaseConnection(cloud: Cloud, networkReference: string, description: string): void {
  const used = findConnection(cloud, networkReference);
  if (used) cloud.hold(used, { description, untilMs: cloud.clock.now() + releaseHours * 3_600_000 });
}

const rules = [
  ...apiRules('servicenetworking', 'servicenetworking', [connection]),
  applyRule({
    id: 'gcp.servicenetworking.network-exists',
    refuses: 'A peering of a network that does not exist.',
    source:
      'https://docs.cloud.google.com/service-infrastructure/docs/service-networking/reference/rest/v1/services.connections/create',
    types: connection,
    check: ({ inputs, cloud }) =>
      findNetwork(cloud, inputs.network) ? undefined : notFound('The network', inputs.network),
  }),
  applyRule({
    id: 'gcp.servicenetworking.ranges-exist',
    refuses: 'A peering with ranges that are not allocated for it in the same network.',
    source: 'https://docs.cloud.google.com/vpc/docs/configure-private-services-access#creating-connection',
    types: connection,
    check: ({ inputs, cloud }) =>
      inputs.reservedPeeringRanges.flatMap((name) => {
        const range = cloud.findBy(globalAddress, 'name', name);
        const isLent =
          range?.inputs.purpose === 'VPC_PEERING' &&
          findNetwork(cloud, range.inputs.network ?? '') === findNetwork(cloud, inputs.network);
        return isLent
          ? []
          : [
              googleError(
                400,
                `Cannot find allocated range '${name}' with purpose VPC_PEERING in network ${inputs.network}`,
                'badRequest',
              ),
            ];
      }),
  }),
  inputRule({
    id: 'gcp.servicenetworking.ranges',
    refuses: 'A peering without a range.',
    source: 'https://docs.cloud.google.com/vpc/docs/configure-private-services-access#creating-connection',
    types: connection,
    check: ({ inputs }) =>
      inputs.reservedPeeringRanges.length === 0
        ? 'reservedPeeringRanges must name a global address with purpose VPC_PEERING'
        : undefined,
  }),
];

export const serviceNetworkingSimulation = { resources: [connection], functions: [], rules };
