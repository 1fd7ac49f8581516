import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeRunFolder, sweepDeadRuns } from './run-folder';

test('the folders of ended runs are removed, those of living ones stay', async () => {
  const { pid } = spawnSync('true');
  const dead = [
    await mkdtemp(join(tmpdir(), `rehearsal-${pid}-`)),
    await mkdtemp(join(tmpdir(), `rehearsal-runtime-${pid}-`)),
  ];
  const alive = [await makeRunFolder(), await makeRunFolder('runtime'), await mkdtemp(join(tmpdir(), 'rehearsal-'))];
  expect(await sweepDeadRuns()).toBeGreaterThanOrEqual(2);
  expect(dead.map(existsSync)).toEqual([false, false]);
  expect(alive.map(existsSync)).toEqual([true, true, true]);
  for (const folder of alive) await rm(folder, { recursive: true });
});
