import { type Config, migrationSettings } from '../config';
import type { Logger } from '../logging';
import { retry } from '../start';
import { type Database, DatabaseUnavailableError, sqlState } from '../stores/database';
import { openEmbedded } from '../stores/embedded';
import { openPostgres } from '../stores/postgres';
import { migrate } from './migrate';

/**
 * The command `migrate`: migrates the configured database as MIGRATE_USER, creates SERVICE_ROLE and locks
 * SERVICE_ROLE_LOCKED. Waits up to a minute for a database that does not answer; any other error is thrown at once.
 * Gives the names applied.
 */
export async function runMigrations(config: Config, logger: Logger): Promise<string[]> {
  const database = await openMigrationDatabase(config);
  const role =
    config.SERVICE_ROLE === undefined || config.SERVICE_ROLE_PASSWORD === undefined
      ? undefined
      : { name: config.SERVICE_ROLE, password: config.SERVICE_ROLE_PASSWORD };
  let applied: string[] = [];
  let failure: unknown;
  try {
    await retry('the database cannot be reached', logger, async () => {
      try {
        applied = await migrate(database, { role, locked: config.SERVICE_ROLE_LOCKED });
      } catch (error) {
        if (error instanceof DatabaseUnavailableError && !isLasting(error.cause)) throw error;
        failure = error;
      }
    });
  } finally {
    await database.close();
  }
  if (failure !== undefined) throw failure;
  logger.info({ applied, role: role?.name }, applied.length > 0 ? 'migrations applied' : 'the schema is current');
  return applied;
}

async function openMigrationDatabase(config: Config): Promise<Database> {
  const settings = migrationSettings(config);
  if (settings === undefined) return openEmbedded({ folder: config.DATA_DIR });
  return openPostgres(settings, { poolSize: 1, statementTimeoutMs: 0 });
}

/**
 * What waiting does not mend. 28: the password is wrong, 3D: there is no such database. Node names what it finds wrong
 * with a certificate by these beginnings (https://nodejs.org/api/tls.html#x509-certificate-error-codes); a server
 * without TLS has no code.
 */
function isLasting(cause: unknown): boolean {
  if (/^(28|3D)/.test(sqlState(cause) ?? '')) return true;
  const { code = '', message = '' } = (cause ?? {}) as { code?: string; message?: string };
  return /^(ERR_TLS|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/.test(code) || message.includes('does not support SSL');
}
