import type { sql } from '@pulumi/gcp';
import type { Unwrap } from '@pulumi/pulumi';
import { restorableMoments } from '../cloud/backups';
import type { Cloud, Entity, Place, TypeHandle } from '../cloud/cloud';
import { Refusal } from '../cloud/refusal';
import type { OutputsOf } from '../declare';
import type { StoreSpec } from '../runtime/runtime';
import { reachableStores } from './private-stores';

type Args = Unwrap<sql.DatabaseInstanceArgs>;
type Instance = Entity<Args, OutputsOf<sql.DatabaseInstance>>;

/** For those who look for instances before the type of them is declared. */
export const instanceHandle: TypeHandle<Args, OutputsOf<sql.DatabaseInstance>> = {
  token: 'gcp:sql/databaseInstance:DatabaseInstance',
};

export type CloneRequest = {
  named: string;
  source: Instance | undefined;
  /** None: as it is now. */
  at: string | undefined;
};

/** What an instance is cloned from; undefined for one that begins empty. */
export function cloneOf(cloud: Cloud, { clone }: Pick<Args, 'clone'>, place: Place): CloneRequest | undefined {
  if (clone === undefined) return undefined;
  const { sourceInstanceName: named, sourceProject = place.project, pointInTime: at } = clone;
  const source = cloud
    .list(instanceHandle)
    .find(({ inputs, place: { project } }) => inputs.name === named && project === sourceProject);
  return { named, source, at };
}

/** Whether an instance keeps what a clone of an earlier moment needs. */
export function isRecoverable({ settings }: Pick<Args, 'settings'>): boolean {
  const backups = settings?.backupConfiguration;
  return backups?.enabled === true && backups.pointInTimeRecoveryEnabled === true;
}

/** By the edition's default. Source: https://docs.cloud.google.com/sql/docs/postgres/backup-recovery/pitr */
export function cloneableMoments(cloud: Cloud, { id, inputs }: Instance) {
  const defaultDays = inputs.settings?.edition === 'ENTERPRISE_PLUS' ? 14 : 7;
  const days = inputs.settings?.backupConfiguration?.transactionLogRetentionDays ?? defaultDays;
  return restorableMoments(cloud, id, { days, delayMinutes: 0 });
}

/** What the store of a clone begins with. */
export function pastOf(cloud: Cloud, { source, named, at }: CloneRequest): NonNullable<StoreSpec['restoredFrom']> {
  const store = source && cloud.table(reachableStores).get(source.id)?.store;
  if (store === undefined) throw new Refusal(`${named} cannot be cloned`);
  return { store, machineMs: at === undefined ? Date.now() : cloud.clock.leftAt(Date.parse(at)) };
}
