import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { getProgram } from './find-program';
import { findFreePort, type ServerProcess, startServerProcess } from './server-process';

export type PostgresServerOptions = {
  /** Settings of postgresql.conf: https://www.postgresql.org/docs/current/runtime-config.html */
  settings?: Readonly<Record<string, string | number>>;
  /** PEM texts: the server then takes connections with TLS, and still those without. */
  tls?: { certificate: string; key: string };
  /** Begins with data of another server, and with who may log in there. */
  restored?: { fill: (data: string) => void; user: string; password: string };
};

/** A Postgres of one's own, on 127.0.0.1, with the superuser `postgres`. */
export type PostgresServer = {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** Its folder of data. */
  data: string;
  /** The variables by which the service finds it. */
  env: Record<'POSTGRES_HOST' | 'POSTGRES_PORT' | 'POSTGRES_USER' | 'POSTGRES_PASSWORD' | 'POSTGRES_DB', string>;
  /** Runs SQL as the superuser on a connection of its own. */
  query(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** SIGSTOP and SIGCONT reach all its processes: it hangs. SIGKILL and others end it; `start` brings it back. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  /** What it has logged since its last start. */
  log(): string;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
};

/** Nothing here outlives the tests, so nothing waits for a disk. */
const fastSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '64MB',
  max_wal_size: '1GB',
  listen_addresses: "'127.0.0.1'",
  unix_socket_directories: "''",
  dynamic_shared_memory_type: 'mmap',
  log_line_prefix: "''",
};

/** Starts a new Postgres in a temporary folder on a free port. Throws when the programs are missing. */
export async function startPostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const program = getProgram('postgres');
  const folder = mkdtempSync(join(tmpdir(), 'taproom-postgres-'));
  const owner = findOwner();
  const give = (path: string) => owner && chownSync(path, owner.uid, owner.gid);
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    give(join(folder, name));
  };
  give(folder);
  const { user, password } = options.restored ?? { user: 'postgres', password: randomBytes(12).toString('hex') };
  const [database, host] = ['postgres', '127.0.0.1'];
  const port = await findFreePort();
  const data = join(folder, 'data');
  const logFile = join(folder, 'log');
  let server: ServerProcess | undefined;

  const query = async (text: string, values: readonly unknown[] = []) => {
    const client = new Client({ host, port, user, password, database, connectionTimeoutMillis: 5_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      const result = await client.query(text, [...values]);
      return Array.isArray(result) ? [] : result.rows;
    } finally {
      await client.end().catch(() => {});
    }
  };
  const start = async () => {
    server = await startServerProcess({
      program,
      args: ['-D', data],
      folder,
      logFile,
      stopSignal: 'SIGQUIT',
      user: owner,
      isReady: async () => (await query('select 1 where not pg_is_in_recovery()')).length === 1,
    });
  };
  const kill = async (signal: NodeJS.Signals) => {
    if (server === undefined) return;
    const isPause = signal === 'SIGSTOP' || signal === 'SIGCONT';
    if (isPause) for (const pid of findChildren(server.pid)) signalIfRunning(pid, signal);
    await server.kill(signal);
  };
  const stop = async () => {
    if (server !== undefined && !server.hasExited()) await kill('SIGCONT');
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  };

  try {
    write('password', password);
    if (options.restored === undefined) initialise(data, join(folder, 'password'), owner);
    else options.restored.fill(data);
    if (options.tls !== undefined) {
      write('server.crt', options.tls.certificate);
      write('server.key', options.tls.key);
    }
    const tls = { ssl: 'on', ssl_cert_file: `'${folder}/server.crt'`, ssl_key_file: `'${folder}/server.key'` };
    const settings = { ...fastSettings, port, ...(options.tls && tls), ...options.settings };
    write(
      'data/postgresql.conf',
      Object.entries(settings)
        .map(([name, value]) => `${name} = ${value}\n`)
        .join(''),
    );
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    host,
    port,
    user,
    password,
    database,
    data,
    env: {
      POSTGRES_HOST: host,
      POSTGRES_PORT: String(port),
      POSTGRES_USER: user,
      POSTGRES_PASSWORD: password,
      POSTGRES_DB: database,
    },
    query,
    kill,
    start,
    log: () => readFileSync(logFile, 'utf8'),
    stop,
  };
}

function initialise(data: string, passwordFile: string, owner: Owner): void {
  const args = ['-D', data, '-U', 'postgres', '--pwfile', passwordFile, '--auth', 'scram-sha-256'];
  const { status, stdout, stderr, error } = spawnSync(
    getProgram('initdb'),
    [...args, '--encoding', 'UTF8', '--locale', 'C.UTF-8', '--no-sync'],
    { cwd: tmpdir(), encoding: 'utf8', ...owner },
  );
  if (status !== 0) throw new Error(`initdb failed: ${error?.message ?? `${stdout}${stderr}`}`);
}

type Owner = { uid: number; gid: number } | undefined;

/** Postgres refuses to run as root, so that root lends it another user. */
function findOwner(): Owner {
  if (process.getuid?.() !== 0) return undefined;
  const entries = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const entry = ['postgres', 'nobody'].map((name) => entries.find(([user]) => user === name)).find(Boolean);
  if (entry === undefined) throw new Error('Postgres cannot run as root, and there is no user postgres or nobody');
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}

/** A session may end between being found and being told. */
function signalIfRunning(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function findChildren(parent: number): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const processes = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return processes.flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? [pid] : []));
}
