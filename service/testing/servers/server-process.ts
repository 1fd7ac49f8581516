import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { poll } from './poll';

export type ServerCommand = {
  program: string;
  args: readonly string[];
  /** Everything that the server keeps; removed when this process ends without having stopped it. */
  folder: string;
  logFile: string;
  /** Ends the server at once and without a trace. */
  stopSignal: NodeJS.Signals;
  user: { uid: number; gid: number } | undefined;
  isReady: () => boolean | Promise<boolean>;
};

/** A server program while it runs. */
export type ServerProcess = {
  pid: number;
  hasExited(): boolean;
  /** Waits until the server is gone when the signal ends it. */
  kill(signal: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
};

/** Resolves once the server is ready. Throws with the end of its log when it ends before. */
export async function startServerProcess(command: ServerCommand): Promise<ServerProcess> {
  const log = openSync(command.logFile, 'w');
  const child = spawn(command.program, command.args, {
    cwd: command.folder,
    // A Ctrl-C in the terminal is for the tests, which stop the server in their order.
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
    ...command.user,
  });
  closeSync(log);
  await once(child, 'spawn');
  const guard = startGuard(child, command);
  const ended = once(child, 'exit');
  // A server that a failed test has left running does not keep the tests from ending: the guard sees to it then.
  child.unref();
  const hasExited = () => child.exitCode !== null || child.signalCode !== null;
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') return;
    child.ref();
    await ended;
    guard.dismiss();
  };
  const stop = async (): Promise<void> => {
    // A stopped process takes no other signal.
    child.kill('SIGCONT');
    if (hasExited()) guard.dismiss();
    else await kill(command.stopSignal);
  };
  try {
    await poll(`${command.program} is ready`, () => hasExited() || command.isReady());
    if (hasExited()) throw new Error(`${command.program} ended at its start`);
  } catch (error) {
    await stop();
    const tail = readFileSync(command.logFile, 'utf8').slice(-2_000);
    throw new Error(`${command.program} does not run:\n${tail}`, { cause: error });
  }
  return { pid: child.pid as number, hasExited, kill, stop };
}

/**
 * A shell that outlives this process: at the end of its input, which comes even with SIGKILL, it ends the server and
 * removes the folder.
 */
function startGuard(server: ChildProcess, { folder, stopSignal }: ServerCommand): { dismiss: () => void } {
  const script =
    'read -r _ || { kill -CONT "$1"; kill -s "$2" "$1"; for _ in $(seq 100); do kill -0 "$1" || break; sleep 0.1; done; rm -rf -- "$3"; }';
  const args = ['-c', script, 'guard', String(server.pid), stopSignal.slice('SIG'.length), folder];
  const guard = spawn('sh', args, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  guard.stdin.on('error', () => {});
  guard.unref();
  (guard.stdin as Socket).unref();
  return { dismiss: () => guard.stdin.end('\n') };
}

/** A port that was free a moment ago. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
