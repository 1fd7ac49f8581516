import type { Store } from '../runtime/runtime';
import { type Cloud, table } from './cloud';

/** Since when a database has had backups without a gap, by a key of it. */
const firstBackups = table<number>('first backups');

/** Turns a database's backups on or off. What was kept before they were off is gone. */
export async function keepBackups(
  cloud: Cloud,
  key: string,
  { store, on }: { store: Store | undefined; on: boolean },
): Promise<void> {
  const known = cloud.table(firstBackups);
  if (!on) known.delete(key);
  if (!on || known.has(key)) return;
  known.set(key, cloud.clock.now());
  await store?.keepHistory();
}

/** The moments that a database can be restored to; undefined while it has no backups. */
export function restorableMoments(
  cloud: Cloud,
  key: string,
  { days, delayMinutes }: { days: number; delayMinutes: number },
): { earliest: number; latest: number } | undefined {
  const first = cloud.table(firstBackups).get(key);
  if (first === undefined) return undefined;
  const now = cloud.clock.now();
  return { earliest: Math.max(first, now - days * 86_400_000), latest: now - delayMinutes * 60_000 };
}
