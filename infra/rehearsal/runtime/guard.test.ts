import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { poll } from '../../../service/testing/servers/poll';

const repository = join(__dirname, '../../..');

/** A process that runs a container, says where, and waits. */
const program = `
  const { readdirSync } = require('node:fs');
  const { tmpdir } = require('node:os');
  const { join } = require('node:path');
  const { createRuntime } = require(${JSON.stringify(join(__dirname, 'create-runtime.ts'))});
  const { buildTinyImage, noNetwork } = require(${JSON.stringify(join(__dirname, 'testing/build-tiny-image.ts'))});
  (async () => {
    const runtime = await createRuntime();
    const { digest } = await buildTinyImage(runtime, 'console.log(process.pid); setInterval(() => {}, 1000)');
    await runtime.startContainer({ name: 'tiny', digest, env: {}, network: noNetwork, logGroup: 'tiny' });
    const timer = setInterval(() => {
      const [pid] = runtime.logs.read('tiny');
      if (pid === undefined) return;
      clearInterval(timer);
      const folder = readdirSync(tmpdir()).find((name) => name.startsWith('rehearsal-runtime-' + process.pid + '-'));
      console.log(JSON.stringify({ pid: Number(pid), folder: join(tmpdir(), folder) }));
      setInterval(() => {}, 1000);
    }, 10);
  })();
`;

async function startOwner(): Promise<{ owner: ChildProcess; pid: number; folder: string }> {
  const owner = spawn(process.execPath, ['--require', 'tsx/cjs', '-e', program], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: owner.stdout as NodeJS.ReadableStream });
  const [line] = await Promise.race([
    once(lines, 'line'),
    once(lines, 'close').then(() => Promise.reject(new Error('the owner has ended by itself'))),
  ]);
  return { owner, ...(JSON.parse(line) as { pid: number; folder: string }) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a rehearsal that is ended in haste', () => {
  test.each<NodeJS.Signals>(['SIGKILL', 'SIGTERM', 'SIGINT'])('leaves nothing behind after %s', async (signal) => {
    const { owner, pid, folder } = await startOwner();
    expect([isAlive(pid), existsSync(folder)]).toEqual([true, true]);
    owner.kill(signal);
    await poll('the container has ended', () => !isAlive(pid));
    await poll('the folder is gone', () => !existsSync(folder));
  });
});
