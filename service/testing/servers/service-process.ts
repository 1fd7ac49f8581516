import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { poll } from './poll';

type Env = Readonly<Record<string, string>>;

/** The service's bundle in a folder of its own, from where it still finds the packages that are not in it. */
export type Bundle = { folder: string; remove(): void };

export function buildBundle(): Bundle {
  const root = join(__dirname, '../../..');
  const folder = mkdtempSync(join(root, 'node_modules/.taproom-bundle-'));
  execFileSync(process.execPath, [join(root, 'service/build.mjs'), folder], { stdio: 'pipe' });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

/** The bundle while it runs as a process. */
export type ServiceProcess = {
  pid: number;
  /** Address without a slash at its end; known once it listens. */
  url: () => Promise<string>;
  /** Resolves once it has written its line that it is ready. */
  ready: () => Promise<void>;
  /** What it has written to both outputs. */
  output: () => string;
  /** The log lines among it. */
  logs: () => Record<string, unknown>[];
  kill: (signal: NodeJS.Signals) => void;
  exit: Promise<Exit>;
  /** Resident memory. */
  rssMiB: () => number;
};

const running = new Set<ServiceProcess>();

/** Starts the bundle on a free port, unless PORT is given. The environment is only what is given. */
export function startService(bundle: Bundle, env: Env, args: readonly string[] = []): ServiceProcess {
  const child = spawn(process.execPath, [join(bundle.folder, 'server.js'), ...args], {
    cwd: bundle.folder,
    env: { PATH: process.env.PATH, PORT: '0', HOST: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => written.push(text));
  }
  const output = () => written.join('');
  let hasExited = false;
  const exit = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => {
      hasExited = true;
      running.delete(service);
      resolve({ code, signal });
    });
  });
  const find = async (what: string, pattern: RegExp): Promise<RegExpExecArray> => {
    const found = await poll(`the service ${what}`, () => pattern.exec(output()) ?? (hasExited && 'ended'));
    if (found === 'ended') throw new Error(`the service has ended:\n${output()}`);
    return found;
  };
  const service: ServiceProcess = {
    pid: child.pid as number,
    url: async () => `http://127.0.0.1:${(await find('listens', /Server listening at http:\/\/[^"]*:([0-9]+)"/))[1]}`,
    ready: async () => void (await find('is ready', /"ready: open /)),
    output,
    logs: () =>
      output()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line)),
    kill: (signal) => void child.kill(signal),
    exit,
    rssMiB: () => {
      const kib = /^VmRSS:\s+([0-9]+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
      return Number(kib) / 1024;
    },
  };
  running.add(service);
  return service;
}

/** Ends what a failed test has left running. */
export async function killServices(): Promise<void> {
  for (const service of running) service.kill('SIGKILL');
  await Promise.all([...running].map(({ exit }) => exit));
}
