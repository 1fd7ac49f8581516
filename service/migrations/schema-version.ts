import { readdirSync } from 'node:fs';
import { shippedFile } from '../files';
import type { Row, Statement } from '../stores/database';
import { sqlState } from '../stores/database';

/** The numbered SQL files, in the order in which they run. */
export function migrationNames(): string[] {
  return readdirSync(shippedFile('migrations'))
    .filter((name) => /^[0-9]{3}_[a-z0-9_]+\.sql$/.test(name))
    .sort();
}

const countApplied: Statement = {
  name: 'count_applied_migrations',
  text: 'select count(*)::int as applied from schema_migrations where name = any($1::text[])',
};

type RunStatement = (statement: Statement, values: readonly unknown[]) => Promise<Row[]>;

/** True when every migration of this release has been applied. A newer schema is current too. Throws when unreachable. */
export async function isSchemaCurrent(run: RunStatement, names: readonly string[]): Promise<boolean> {
  try {
    const [row] = await run(countApplied, [names]);
    return row?.applied === names.length;
  } catch (error) {
    // 42P01: no such table, 42501: no right to read it, since nobody has migrated yet.
    if (/^(42P01|42501)$/.test(sqlState(error) ?? '')) return false;
    throw error;
  }
}
