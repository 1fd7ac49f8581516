import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Image, Network, Runtime } from '../runtime';

/** An image of one file, main.js, that Node.js runs. */
export async function buildTinyImage(runtime: Runtime, program: string): Promise<Image> {
  const contextFolder = await mkdtemp(join(tmpdir(), 'rehearsal-tiny-'));
  try {
    await writeFile(join(contextFolder, 'main.js'), program);
    return await runtime.images.build({
      contextFolder,
      dockerfile: 'FROM scratch\nWORKDIR /app\nCOPY main.js ./\nUSER 1000\nENTRYPOINT ["node", "main.js"]\n',
      platform: 'linux/amd64',
      buildArgs: {},
    });
  } finally {
    await rm(contextFolder, { recursive: true, force: true });
  }
}

/** A place from which nothing can be reached. */
export const noNetwork: Network = { route: () => ({ kind: 'unknown host', why: 'the test has no network' }) };
