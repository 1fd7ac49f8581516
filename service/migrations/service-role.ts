import type { Query } from '../stores/database';
import { scramVerifier } from './scram';

export type ServiceRole = { name: string; password: string };

/**
 * Creates the role that the service runs as, or sets its password anew. It may read and write rows, also of tables to
 * come, and nothing else.
 */
export async function createServiceRole(query: Query, role: ServiceRole): Promise<void> {
  const name = quoteIdentifier(role.name);
  const verifier = scramVerifier(role.password);
  const run = (text: string) => query({ name: '', text });
  const [existing] = await query({ name: 'find_role', text: 'select rolsuper from pg_roles where rolname = $1' }, [
    role.name,
  ]);
  if (existing?.rolsuper === true) {
    throw new Error(`SERVICE_ROLE ${role.name} is a superuser: choose the name of a role for the service alone`);
  }
  const [place] = await query<{ database: string; schema: string; me: string }>({
    name: 'describe_place',
    text: 'select current_database() as database, current_schema() as schema, current_user as me',
  });
  if (place === undefined) throw new Error('the database did not tell its name');
  if (place.me === role.name) {
    throw new Error(`SERVICE_ROLE ${role.name} is the one who migrates: set MIGRATE_USER to another role`);
  }
  await run(`${existing === undefined ? 'create' : 'alter'} role ${name} with login password '${verifier}'`);
  const schema = quoteIdentifier(place.schema);
  const defaults = `alter default privileges for role ${quoteIdentifier(place.me)} in schema ${schema}`;
  await run(`grant connect on database ${quoteIdentifier(place.database)} to ${name}`);
  await run(`grant usage on schema ${schema} to ${name}`);
  await run(`grant select, insert, update, delete on all tables in schema ${schema} to ${name}`);
  await run(`grant usage on all sequences in schema ${schema} to ${name}`);
  await run(`${defaults} grant select, insert, update, delete on tables to ${name}`);
  await run(`${defaults} grant usage on sequences to ${name}`);
  // The record of migrations is read by readiness, and written by migrations only.
  await run(`revoke insert, update, delete on schema_migrations from ${name}`);
}

/**
 * Takes the login and the password from a role that the service has left. Sessions would outlive that, so that it is
 * refused while there are any: who still has one would lose the database at its next connection.
 */
export async function lockServiceRole(query: Query, name: string): Promise<void> {
  const [role] = await query<{ sessions: number; rolcanlogin: boolean }>(
    {
      name: 'find_role_to_lock',
      text: `select rolcanlogin, (select count(*)::int from pg_stat_activity where usename = rolname) as sessions
      from pg_roles where rolname = $1`,
    },
    [name],
  );
  if (role === undefined || !role.rolcanlogin) return;
  if (role.sessions > 0) {
    throw new Error(
      `SERVICE_ROLE_LOCKED ${name} has ${role.sessions} sessions: it can be locked when the service runs as SERVICE_ROLE`,
    );
  }
  await query({ name: '', text: `alter role ${quoteIdentifier(name)} with nologin password null` });
}

function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
