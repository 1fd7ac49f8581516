import { type Cloud, type Entity, table } from '../cloud/cloud';
import type { Container, Network, Route, Store } from '../runtime/runtime';
import type { ContainerInputs } from './container-type';

/** What runs in a container: the one port of a store, or a program that listens where it likes. */
type Program = { kind: 'store'; store: Store; port: number } | { kind: 'container'; container: Container };

/** A container that others may reach, by its id. */
export type Neighbour = { program: Program; inputs: ContainerInputs };

export const neighbours = table<Neighbour>('containers in Docker networks');

/** Numbers of addresses, which go on counting: a container that is gone leaves none to another. */
const addresses = table<{ number: number }>('addresses in Docker networks');

/**
 * What a container reaches: by address, name or alias those that share a network with it, and nothing else, as in networks that
 * lead nowhere. An alias may be that of several. Source: https://docs.docker.com/engine/network/drivers/bridge/
 */
export function networkOf(cloud: Cloud, { inputs }: Pick<Entity<ContainerInputs>, 'inputs'>): Network {
  const own = (inputs.networksAdvanced ?? []).map(({ name }) => name);
  const find = (host: string) =>
    [...cloud.table(neighbours)].filter(
      ([id, { program, inputs: other }]) =>
        isRunning(program) &&
        sharesNetwork(other, own) &&
        [addressOf(cloud, id), ...namesIn(other, own)].includes(host),
    );
  const route = (host: string, port: number): Route => {
    const [known] = find(host);
    if (!known) {
      const networks = own.length === 0 ? 'no network of its own' : own.join(', ');
      return { kind: 'unknown host', why: `no container is called ${host} in ${networks}` };
    }
    const [, { program }] = known;
    if (program.kind === 'container') return program;
    if (program.port !== port) return { kind: 'refused', why: `${host} listens on ${program.port}` };
    return { kind: 'store', store: program.store };
  };
  return { route, lookup: (host) => find(host).map(([id]) => addressOf(cloud, id)) };
}

/** One for each container: those of its networks lead to the same program. */
function addressOf(cloud: Cloud, id: string): string {
  const known = cloud.table(addresses);
  const { number } = known.get(id) ?? { number: known.size + 2 };
  known.set(id, { number });
  return `172.31.${number >> 8}.${number & 255}`;
}

function isRunning(program: Program): boolean {
  return program.kind === 'store' || program.container.isRunning();
}

function sharesNetwork({ networksAdvanced = [] }: ContainerInputs, networks: readonly string[]): boolean {
  return networksAdvanced.some(({ name }) => networks.includes(name));
}

/** The names under which a container answers in the networks among these that it is in. */
function namesIn({ name = '', networksAdvanced = [] }: ContainerInputs, networks: readonly string[]): string[] {
  return networksAdvanced
    .filter((joined) => networks.includes(joined.name))
    .flatMap(({ aliases = [] }) => [name, ...aliases]);
}
