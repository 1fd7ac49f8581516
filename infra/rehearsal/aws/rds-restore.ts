import { restorableMoments } from '../cloud/backups';
import type { Cloud, Entity } from '../cloud/cloud';
import { Refusal } from '../cloud/refusal';
import type { StoreSpec } from '../runtime/runtime';
import { stores } from './database-endpoint';

/** What an instance and a cluster have in common here. */
type Restorable = Entity<unknown, { arn: string; backupRetentionPeriod: number }>;
/** `at`: none for the latest moment that there is. */
export type RestoreRequest = { source: Restorable | undefined; named: string; at: string | undefined };

/** Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html ("within the last five minutes") */
const delayMinutes = 5;

/** What RDS refuses of a moment. Its codes are known, not all of its words. */
export function refuseMoment(cloud: Cloud, { source, named, at }: RestoreRequest): string | undefined {
  if (source === undefined) return undefined;
  const moments = momentsOf(cloud, source);
  if (moments === undefined || at === undefined) return undefined;
  const wanted = Date.parse(at);
  if (Number.isNaN(wanted)) return `InvalidParameterValue: ${at} is no time in UTC, such as 2026-11-21T09:30:00Z`;
  if (wanted >= moments.earliest && wanted <= moments.latest) return undefined;
  const [earliest, latest] = [moments.earliest, moments.latest].map((time) => new Date(time).toISOString());
  return `InvalidParameterValue: The restore time ${at} is not within the backups of ${named}: from ${earliest} to its latest restorable time, ${latest}.`;
}

/** The words for a source without backups; undefined where it has them. */
export function refuseWithoutBackups(cloud: Cloud, { source, named }: RestoreRequest): string | undefined {
  if (source === undefined || momentsOf(cloud, source) !== undefined) return undefined;
  return `PointInTimeRestoreNotEnabled: Point in time restore is not enabled for ${named}: its backupRetentionPeriod is 0.`;
}

/** What the store of a restored database begins with. */
export function pastOf(cloud: Cloud, { source, named, at }: RestoreRequest): NonNullable<StoreSpec['restoredFrom']> {
  const store = source && cloud.table(stores).get(source.outputs.arn);
  const moments = source && momentsOf(cloud, source);
  if (store === undefined || moments === undefined) throw new Refusal(`${named} cannot be restored from`);
  return { store, machineMs: cloud.clock.leftAt(at === undefined ? moments.latest : Date.parse(at)) };
}

function momentsOf(cloud: Cloud, { outputs }: Restorable): { earliest: number; latest: number } | undefined {
  return restorableMoments(cloud, outputs.arn, { days: outputs.backupRetentionPeriod, delayMinutes });
}
