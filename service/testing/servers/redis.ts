import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getProgram } from './find-program';
import { findFreePort, type ServerProcess, startServerProcess } from './server-process';

export type RedisServerOptions = {
  /** Lines of redis.conf: https://redis.io/docs/latest/operate/oss_and_stack/management/config/ */
  settings?: readonly string[];
  /** PEM texts: the server then takes only connections with TLS. */
  tls?: { certificate: string; key: string };
};

/** A Redis of one's own, on 127.0.0.1, which keeps nothing on disk. */
export type RedisServer = {
  host: string;
  port: number;
  /** The variables by which the service finds it. */
  env: Record<'REDIS_HOST' | 'REDIS_PORT', string>;
  /** SIGSTOP and SIGCONT: it hangs. SIGKILL and others end it; `start` brings it back, empty. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
};

/** Starts a new Redis in a temporary folder on a free port. Throws when the program is missing. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const program = getProgram('redis-server');
  const folder = mkdtempSync(join(tmpdir(), 'taproom-redis-'));
  const host = '127.0.0.1';
  const port = await findFreePort();
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const listening =
    options.tls === undefined
      ? [`port ${port}`]
      : [
          'port 0',
          `tls-port ${port}`,
          'tls-auth-clients no',
          `tls-cert-file ${file('server.crt', options.tls.certificate)}`,
          `tls-key-file ${file('server.key', options.tls.key)}`,
          `tls-ca-cert-file ${file('ca.crt', options.tls.certificate)}`,
        ];
  const lines = [
    `bind ${host}`,
    ...listening,
    'save ""',
    'appendonly no',
    `dir ${folder}`,
    ...(options.settings ?? []),
  ];
  const configuration = file('redis.conf', `${lines.join('\n')}\n`);
  const logFile = join(folder, 'log');
  let server: ServerProcess | undefined;

  const start = async () => {
    server = await startServerProcess({
      program,
      args: [configuration],
      folder,
      logFile,
      stopSignal: 'SIGKILL',
      user: undefined,
      isReady: () => readFileSync(logFile, 'utf8').includes('Ready to accept connections'),
    });
  };
  const stop = async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    host,
    port,
    env: { REDIS_HOST: host, REDIS_PORT: String(port) },
    kill: async (signal) => server?.kill(signal),
    start,
    stop,
  };
}
