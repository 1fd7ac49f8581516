import { execFileSync } from 'node:child_process';
import { chownSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Client } from 'pg';

/** What a server can be restored from: a copy of its files, and all that it has logged since. */
export type PostgresHistory = {
  /** Who may log in to what is restored. */
  readonly user: string;
  readonly password: string;
  /** Everything up to now is in the log. */
  finishLog(): Promise<void>;
  /** Makes this folder, from which a server starts that goes through the log. */
  copyTo(data: string): void;
  /** How far such a server is to go. */
  settingsFor(machineMs: number): Readonly<Record<string, string>>;
};

/** A moment of a history, in the machine's own time. */
export type RestorePoint = { history: PostgresHistory; machineMs: number };

/** So that no part of the log is removed; a rehearsal writes a few MB. */
export const historySettings = { wal_keep_size: '4GB', wal_level: 'replica' };

/** Logs one in as a superuser for as long as `use` takes. */
export type AsOperator = <Result>(use: (client: Client) => Promise<Result>) => Promise<Result>;

/**
 * Copies a running server's files, as Postgres' own backups do
 * (https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP).
 */
export async function beginHistory(
  data: string,
  login: { user: string; password: string },
  asOperator: AsOperator,
): Promise<PostgresHistory> {
  const base = join(dirname(data), 'base');
  await asOperator(async (client) => {
    await client.query(`select pg_backup_start('base', true)`);
    execFileSync('cp', ['-a', data, base]);
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    for (const own of ['postmaster.pid', 'postmaster.opts']) rmSync(join(base, own), { force: true });
    writeInto(base, 'backup_label', rows[0]?.labelfile ?? '');
  });
  const log = join(data, 'pg_wal');
  return {
    ...login,
    finishLog: async () => {
      // A commit after the moment, without which Postgres would say that it never came to it; and all of the log on the disk.
      await asOperator(async (client) => {
        await client.query('select pg_current_xact_id()');
        await client.query('select pg_switch_wal()');
      });
    },
    copyTo: (target) => {
      execFileSync('cp', ['-a', base, target]);
      writeInto(target, 'recovery.signal', '');
    },
    settingsFor: (machineMs) => ({
      restore_command: `'cp ${log}/%f "%p"'`,
      // Names of time zones, Z among them, are not known yet when the settings are read.
      recovery_target_time: `'${new Date(machineMs).toISOString().replace('Z', '+00')}'`,
      recovery_target_action: "'promote'",
    }),
  };
}

/** The folder's owner may not be who runs this: Postgres does not run as root. */
function writeInto(folder: string, name: string, text: string): void {
  const { uid, gid } = statSync(folder);
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  chownSync(join(folder, name), uid, gid);
}
