import { type Cloud, table } from '../cloud/cloud';
import type { KubeObject } from './objects';
import type { Hook } from './render-release';

/** What Helm keeps of a release in the cluster. */
export type ReleaseRecord = {
  revision: number;
  status: 'deployed' | 'failed';
  objects: readonly KubeObject[];
  hooks: readonly Hook[];
};

const records = table<ReleaseRecord>('helm releases');

const keyOf = (server: string, id: string) => `${server} ${id}`;

/** By `namespace/name`. */
export function findRecord(cloud: Cloud, server: string, id: string): ReleaseRecord | undefined {
  return cloud.table(records).get(keyOf(server, id));
}

export function putRecord(cloud: Cloud, server: string, id: string, record: ReleaseRecord): void {
  cloud.table(records).set(keyOf(server, id), record);
}

export function dropRecord(cloud: Cloud, server: string, id: string): void {
  cloud.table(records).delete(keyOf(server, id));
}
