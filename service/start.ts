import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from './logging';
import { isSchemaCurrent, migrationNames } from './migrations/schema-version';
import type { Database } from './stores/database';

const startTimeoutMs = 60_000;
const probeTimeoutMs = 4_000;
const firstPauseMs = 100;
const longestPauseMs = 5_000;

/**
 * Resolves once the database has answered on a current schema; the embedded one is migrated here. Asks again with
 * growing pauses, and throws the last reason after a minute.
 */
export async function awaitDatabase(
  database: Database,
  logger: Logger,
  timeoutMs: number = startTimeoutMs,
): Promise<void> {
  const names = migrationNames();
  const check = async () => {
    if (database.kind === 'embedded') await (await import('./migrations/migrate')).migrate(database);
    const isCurrent = await isSchemaCurrent(
      (statement, values) => database.probe(statement, values, probeTimeoutMs),
      names,
    );
    if (!isCurrent) throw new Error('migrations are pending: run `migrate` with this release');
  };
  await retry('the database is not ready', logger, check, timeoutMs);
}

/** Runs the task until it succeeds. Throws its last error after `timeoutMs`, a minute by default. */
export async function retry(
  what: string,
  logger: Logger,
  task: () => Promise<void>,
  timeoutMs: number = startTimeoutMs,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 2, longestPauseMs)) {
    try {
      return await task();
    } catch (error) {
      if (performance.now() >= end) throw new Error(`${what} after ${timeoutMs / 1_000} seconds`, { cause: error });
      logger.warn({ err: error }, `${what}, trying again`);
    }
    // Spread, so that many instances do not all ask at once. The last try is made at the end of the time.
    await delay(Math.min(pause * (0.5 + Math.random() / 2), Math.max(0, end - performance.now())));
  }
}
