import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificate } from '../../service/testing/servers/certificates';
import { getProgram } from '../../service/testing/servers/find-program';
import { findFreePort, startServerProcess } from '../../service/testing/servers/server-process';

/** A container registry of one's own (Debian's docker-registry), on 127.0.0.1, which keeps its images until it is stopped. */
export type RegistryServer = {
  /** `127.0.0.1:PORT` */
  address: string;
  /** The requests that were answered, as `PUT /v2/service/manifests/tag 201`. */
  requests(): string[];
  stop(): Promise<void>;
};

/** Who may come in. The server takes passwords as bcrypt only, which Node lacks: this is the one of the password beside it. */
export const login = {
  username: 'pusher',
  password: 'password-of-test',
  bcrypt: '$2b$04$XR9Fnk1WDRl29A2uZhdPiOBbzticjjpOz69UPKHnZUNbw/Z4evdsm',
} as const;

/** With a certificate the registry speaks HTTPS and asks for `login`, as ECR and Artifact Registry do; without, neither. */
export async function startRegistry(certificate?: Certificate): Promise<RegistryServer> {
  const folder = mkdtempSync(join(tmpdir(), 'taproom-registry-'));
  const logFile = join(folder, 'log');
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const address = `127.0.0.1:${await findFreePort()}`;
  const http = {
    addr: address,
    ...(certificate && {
      tls: { certificate: write('server.crt', certificate.certificate), key: write('server.key', certificate.key) },
    }),
  };
  const users = () => write('htpasswd', `${login.username}:${login.bcrypt}\n`);
  const configuration = {
    version: 0.1,
    log: { formatter: 'json', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http,
    ...(certificate && { auth: { htpasswd: { realm: 'taproom', path: users() } } }),
  };
  const server = await startServerProcess({
    program: getProgram('docker-registry'),
    // JSON is YAML.
    args: ['serve', write('config.yml', JSON.stringify(configuration))],
    folder,
    logFile,
    stopSignal: 'SIGKILL',
    user: undefined,
    isReady: () => readFileSync(logFile, 'utf8').includes(`listening on ${address}`),
  });
  return {
    address,
    requests: () => parseRequests(readFileSync(logFile, 'utf8')),
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function parseRequests(log: string): string[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line.msg === 'response completed')
    .map((line) => `${line['http.request.method']} ${line['http.request.uri']} ${line['http.response.status']}`);
}
