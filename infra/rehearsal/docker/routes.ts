import { type Cloud, type Entity, table } from '../cloud/cloud';
import type { Network, Route, Store } from '../runtime/runtime';
import type { ContainerInputs } from './container-type';

/** What listens in a container of a store, by the container's id. */
export type StorePort = { store: Store; port: number; inputs: ContainerInputs };

export const storePorts = table<StorePort>('stores in Docker containers');

/**
 * What a container reaches: by name or alias those that share a network with it, and nothing else, as in networks that lead
 * nowhere. Source: https://docs.docker.com/engine/network/drivers/bridge/
 */
export function networkOf(cloud: Cloud, { inputs }: Pick<Entity<ContainerInputs>, 'inputs'>): Network {
  const own = (inputs.networksAdvanced ?? []).map(({ name }) => name);
  const route = (host: string, port: number): Route => {
    const known = [...cloud.table(storePorts).values()].find((other) => namesIn(other.inputs, own).includes(host));
    if (!known) {
      const networks = own.length === 0 ? 'no network of its own' : own.join(', ');
      return { kind: 'unknown host', why: `no container is called ${host} in ${networks}` };
    }
    if (known.port !== port) return { kind: 'refused', why: `${host} listens on ${known.port}` };
    return { kind: 'store', store: known.store };
  };
  return { route };
}

/** The names under which a container answers in the networks among these that it is in. */
function namesIn({ name = '', networksAdvanced = [] }: ContainerInputs, networks: readonly string[]): string[] {
  return networksAdvanced
    .filter((joined) => networks.includes(joined.name))
    .flatMap(({ aliases = [] }) => [name, ...aliases]);
}
