import * as docker from '@pulumi/docker';
import type { DockerScope } from './foundation';

export type Network = {
  /** From here the service answers. */
  front: docker.Network;
  /** Leads nowhere but to the stores. */
  stores: docker.Network;
};

/** Two networks, as in docker-compose.yml: no store can be reached from outside, nor reach it. */
export function createNetwork({ names, labels, options }: DockerScope): Network {
  return {
    front: new docker.Network('front', { name: names('front'), labels }, options),
    stores: new docker.Network('stores', { name: names('stores'), internal: true, labels }, options),
  };
}
