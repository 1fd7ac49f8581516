import type { Network, NetworkArgs } from '@pulumi/docker';
import type { Cloud } from '../cloud/cloud';
import { resource } from '../declare';

export const network = resource<Network, NetworkArgs>({
  token: 'docker:index/network:Network',
  naming: { maxLength: 255 },
  replaceOn: 'any',
  empty: ['options'],
  // The provider polls for two seconds.
  seconds: { create: 2, delete: 2 },
  id: ({ seed }) => seed.hex(64),
  outputs: ({ inputs, seed }) => ({
    driver: inputs.driver ?? 'bridge',
    internal: inputs.internal ?? false,
    ipamConfigs: inputs.ipamConfigs?.map((config) => ({ ...config })) ?? [subnetOf(seed.integer(200, 'subnet'))],
    scope: 'local',
  }),
  unique: ({ inputs }) => `Docker network ${inputs.name}`,
  exists: ({ inputs }) =>
    `Unable to create network: Error response from daemon: network with name ${inputs.name} already exists`,
  inUse: ({ id, outputs }) =>
    `Error response from daemon: error while removing network: network ${outputs.name} id ${id} has active endpoints`,
});

function subnetOf(third: number): { subnet: string; gateway: string } {
  return { subnet: `172.30.${third}.0/24`, gateway: `172.30.${third}.1` };
}

/** By name or id, as `docker network connect` takes it. */
export function findNetwork(cloud: Cloud, nameOrId: string) {
  return cloud.findBy(network, 'name', nameOrId) ?? cloud.find(network, nameOrId);
}
