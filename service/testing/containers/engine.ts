import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../servers/find-program';
import { startServerProcess } from '../servers/server-process';
import { tryCommand } from './run-command';

/** A Docker engine that answers. */
export type Engine = {
  /** For DOCKER_HOST; undefined: the one that the docker program finds by itself. */
  host: string | undefined;
  /** Ends it when it was started here, and removes all that it kept. */
  stop(): Promise<void>;
};

/** The machine's own engine, else one that is started in a temporary folder. Throws with the reason when none starts. */
export async function openEngine(): Promise<Engine> {
  if (findProgram('docker') === undefined) throw new Error('the program docker is not installed, or not on PATH');
  if (await answers()) return { host: undefined, stop: async () => {} };
  const program = findProgram('dockerd');
  if (program === undefined) throw new Error('no Docker engine answers, and the program dockerd is not installed');
  if (process.getuid?.() !== 0) throw new Error('no Docker engine answers, and only root can start one');
  const folder = mkdtempSync(join(tmpdir(), 'taproom-docker-'));
  const at = (name: string) => join(folder, name);
  const host = `unix://${at('socket')}`;
  // The machine's own configuration is for the machine's own engine, which may share nothing with this one.
  writeFileSync(at('daemon.json'), '{}');
  const folders = ['--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('pid')];
  const server = await startServerProcess({
    program,
    args: ['--host', host, '--config-file', at('daemon.json'), ...folders],
    folder,
    logFile: at('log'),
    stopSignal: 'SIGTERM',
    user: undefined,
    isReady: () => answers(host),
  });
  return {
    host,
    stop: async () => {
      await server.stop();
      await removeFolder(folder);
    },
  };
}

async function answers(host?: string): Promise<boolean> {
  const env: Record<string, string> = host === undefined ? {} : { DOCKER_HOST: host };
  const { code } = await tryCommand('docker', ['version', '--format', '{{.Server.Version}}'], {
    env,
    timeoutMs: 10_000,
  });
  return code === 0;
}

/** By rm, because a container's file system may hold files that no Node API can name. */
async function removeFolder(folder: string): Promise<void> {
  // Docker leaves the network of `--network host` mounted, where rm stops.
  await tryCommand('umount', ['--quiet', join(folder, 'exec/netns/default')]);
  await tryCommand('rm', ['-rf', '--one-file-system', '--', folder]);
}
