import { type Cloud, table } from '../cloud/cloud';
import type { Store } from '../runtime/runtime';

/** A store that runs for a resource, and from where it is reached. */
export type ReachableStore = {
  store: Store;
  hosts: readonly string[];
  port: number;
  /** Who is meant, in messages. */
  name: string;
  /** The network through whose peering it is reached, by reference; undefined when it has a public address only. */
  network?: string;
  /** Who may come from the internet, as ranges. */
  authorizedRanges: readonly string[];
};

/** By the resource's id. */
export const reachableStores = table<ReachableStore>('gcp stores');

export function findStoreAt(cloud: Cloud, host: string, port: number): ReachableStore | undefined {
  return [...cloud.table(reachableStores).values()].find((known) => known.hosts.includes(host) && known.port === port);
}

/** Every address at which a store answers. */
export function storeHosts(cloud: Cloud): string[] {
  return [...cloud.table(reachableStores).values()].flatMap(({ hosts }) => hosts);
}
