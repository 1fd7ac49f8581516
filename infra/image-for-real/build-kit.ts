import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tryCommand } from '../../service/testing/containers/run-command';
import { getProgram } from '../../service/testing/servers/find-program';
import { startServerProcess } from '../../service/testing/servers/server-process';

export type BuildKitOptions = {
  /** buildkitd itself. */
  program: string;
  /** A registry, over http, that is asked for what docker.io has. */
  mirror: string;
  /** Registries over https, which this authority vouches for. */
  trusted: { registries: readonly string[]; authority: string };
};

/** A BuildKit of one's own, with nothing in its cache. */
export type BuildKit = {
  /** For buildx' remote driver. */
  endpoint: string;
  stop(): Promise<void>;
};

export async function startBuildKit({ program, mirror, trusted }: BuildKitOptions): Promise<BuildKit> {
  const folder = mkdtempSync(join(tmpdir(), 'taproom-buildkit-'));
  const at = (name: string) => join(folder, name);
  writeFileSync(at('authority.crt'), trusted.authority);
  writeFileSync(
    at('buildkitd.toml'),
    [
      ...['[worker.oci]', `binary = "${getProgram('runc')}"`, '[worker.containerd]', 'enabled = false'],
      ...['[registry."docker.io"]', `mirrors = ["${mirror}"]`, `[registry."${mirror}"]`, 'http = true'],
      ...trusted.registries.flatMap((address) => [
        `[registry."${address}"]`,
        // Said, because BuildKit speaks http to this machine's own addresses otherwise.
        'http = false',
        `ca = ["${at('authority.crt')}"]`,
      ]),
    ].join('\n'),
  );
  const endpoint = `unix://${at('socket')}`;
  const server = await startServerProcess({
    program,
    args: ['--config', at('buildkitd.toml'), '--root', at('root'), '--addr', endpoint],
    folder,
    logFile: at('log'),
    stopSignal: 'SIGTERM',
    user: undefined,
    isReady: () => isListening(at('socket')),
  });
  return {
    endpoint,
    stop: async () => {
      await server.stop();
      // By rm, because a container's file system may hold files that no Node API can name.
      await tryCommand('rm', ['-rf', '--one-file-system', '--', folder]);
    },
  };
}

function isListening(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', () => resolve(false));
  });
}
