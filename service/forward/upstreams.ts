import { lookup } from 'node:dns/promises';
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../logging';

export type Place = { host: string; port: number };

/** Where instances of the service are, as its name says, and which of them want new connections. */
export type Upstreams = {
  /** Addresses in the order in which a new connection tries them; none while the name leads nowhere. */
  order(): string[];
  /** Looks again, at once. Resolves when what was found counts. */
  look(): Promise<void>;
  close(): void;
};

export type FindAddresses = (host: string) => Promise<string[]>;

/** Often enough that an instance that drains for three seconds gets nothing new in the last of them. */
const pace = { betweenLooksMs: 500, answerMs: 1_000 };

/**
 * Follows the name's addresses. While it has one there is nothing to choose; while it has several, as when a release changes,
 * each is asked whether it is ready. `find` rejects when it cannot tell, and then what was known still counts.
 */
export function watchUpstreams(place: Place, logger: Logger, find: FindAddresses = findAddresses): Upstreams {
  const closing = new AbortController();
  let states: ReadonlyMap<string, boolean> = new Map();
  let turn = 0;
  let looking: Promise<void> | undefined;

  const lookOnce = async () => {
    const addresses = await find(place.host).catch(() => [...states.keys()]);
    const isAlone = addresses.length === 1;
    const found = await Promise.all(
      addresses.map(async (host) => [host, isAlone || (await isReady({ ...place, host }))] as const),
    );
    const before = describe(states);
    states = new Map(found);
    if (describe(states) !== before) logger.info({ addresses: Object.fromEntries(states) }, 'upstreams');
  };
  const look = () => {
    looking ??= lookOnce().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const watch = async () => {
    while (!closing.signal.aborted) {
      await look();
      await delay(pace.betweenLooksMs, undefined, { signal: closing.signal }).catch(() => {});
    }
  };
  void watch();

  return {
    order: () => {
      turn += 1;
      return orderAddresses(states, turn);
    },
    look,
    close: () => closing.abort(),
  };
}

/** Those that are ready, in turns, then the others: where none is ready, an answer that says so is better than none. */
export function orderAddresses(states: ReadonlyMap<string, boolean>, turn: number): string[] {
  return [true, false].flatMap((wanted) => {
    const group = [...states].flatMap(([address, ready]) => (ready === wanted ? [address] : []));
    const first = group.length === 0 ? 0 : turn % group.length;
    return [...group.slice(first), ...group.slice(0, first)];
  });
}

/** By the system's resolver, which in a container is Docker's: it gives every container of that name. */
async function findAddresses(host: string): Promise<string[]> {
  try {
    // IPv4, as the service listens.
    return (await lookup(host, { all: true, family: 4 })).map(({ address }) => address);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTFOUND') return [];
    throw error;
  }
}

function isReady({ host, port }: Place): Promise<boolean> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(pace.answerMs);
    const asked = request({ host, port, path: '/ready', agent: false, signal }, (answer) => {
      answer.on('error', () => {}).resume();
      resolve(answer.statusCode === 200);
    });
    asked.on('error', () => resolve(false)).end();
  });
}

function describe(states: ReadonlyMap<string, boolean>): string {
  return JSON.stringify([...states].sort());
}
