import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresServer } from '../../../../service/testing/servers/postgres';
import { startServerProcess } from '../../../../service/testing/servers/server-process';

/** What a store needs of the server behind it. */
export type DatabaseServer = Pick<PostgresServer, 'host' | 'port' | 'user' | 'password' | 'kill' | 'stop'> &
  Partial<Pick<PostgresServer, 'data'>>;

/** PGlite as a server program, in place of a Postgres that the machine does not have. */
export async function startPglite(): Promise<DatabaseServer> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-pglite-'));
  const at = (name: string) => join(folder, name);
  const password = randomBytes(12).toString('hex');
  writeFileSync(at('password'), password, { mode: 0o600 });
  try {
    const server = await startServerProcess({
      program: process.execPath,
      args: [join(__dirname, 'pglite-server.mjs'), at('port'), at('password')],
      folder,
      logFile: at('log'),
      stopSignal: 'SIGKILL',
      user: undefined,
      isReady: () => existsSync(at('port')) && readFileSync(at('port'), 'utf8') !== '',
    });
    return {
      host: '127.0.0.1',
      port: Number(readFileSync(at('port'), 'utf8')),
      user: 'postgres',
      password,
      kill: server.kill,
      stop: async () => {
        await server.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
