import { readFile } from 'node:fs/promises';
import { Umzug } from 'umzug';
import { shippedFile } from '../files';
import type { Database, Query } from '../stores/database';
import { migrationNames } from './schema-version';
import { createServiceRole, lockServiceRole, type ServiceRole } from './service-role';

/** Any constant: who holds it is the one who migrates. */
const advisoryLock = 7_265_637_831;

/** Who the service is: the role to make for it, and the one that it was before and must not be any more. */
export type ServiceRoles = { role?: ServiceRole | undefined; locked?: string | undefined };

/**
 * Applies the migrations that are missing, each once however many run this at a time, all in one transaction: either
 * the schema is current afterwards, or nothing has changed. Migrations of a newer release are left alone.
 * Gives the names applied.
 */
export function migrate(database: Database, { role, locked }: ServiceRoles = {}): Promise<string[]> {
  return database.transaction(async (query) => {
    await query({ name: 'lock_migrations', text: 'select pg_advisory_xact_lock($1::bigint)' }, [advisoryLock]);
    await query({
      name: 'create_schema_migrations',
      text: `create table if not exists schema_migrations (
        name text primary key, applied_at timestamptz not null default now())`,
    });
    const applied = await createUmzug(query).up();
    if (role !== undefined) await createServiceRole(query, role);
    if (locked !== undefined) await lockServiceRole(query, locked);
    return applied.map(({ name }) => name);
  });
}

/** https://github.com/sequelize/umzug */
function createUmzug(query: Query): Umzug {
  return new Umzug({
    logger: undefined,
    migrations: migrationNames().map((name) => ({
      name,
      up: async () => {
        await query({ name: '', text: await readFile(shippedFile('migrations', name), 'utf8') });
      },
    })),
    storage: {
      executed: async () => {
        const rows = await query<{ name: string }>({
          name: 'list_schema_migrations',
          text: 'select name from schema_migrations order by name',
        });
        return rows.map(({ name }) => name);
      },
      logMigration: async ({ name }) => {
        await query({ name: 'log_schema_migration', text: 'insert into schema_migrations (name) values ($1)' }, [name]);
      },
      unlogMigration: async ({ name }) => {
        throw new Error(`${name} cannot be undone: write a new migration`);
      },
    },
  });
}
