import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lintWorkflows } from './actionlint';
import { createSurroundings } from './surroundings';
import { listWorkflows, repositoryFolder } from './testing/workflow';

// In this tier since the first run builds actionlint by Go.
describe('actionlint', () => {
  test('finds nothing in the workflows', async () => {
    const said: string[] = [];
    await lintWorkflows({ ...createSurroundings(repositoryFolder), say: (line) => void said.push(line) });
    expect(said.at(-1)).toBe(`actionlint finds nothing in ${listWorkflows().length} workflows`);
  });

  test('finds what is wrong', async () => {
    const project = mkdtempSync(path.join(tmpdir(), 'taproom-workflows-'));
    cpSync(path.join(repositoryFolder, '.github'), path.join(project, '.github'), { recursive: true });
    const steps = `[{ run: 'echo \${{ github.event.issue.title }}' }]`;
    const broken = `on: push\njobs:\n  a: { runs-on: ubuntu-24.04, steps: ${steps} }\n`;
    writeFileSync(path.join(project, '.github', 'workflows', 'broken.yml'), broken);
    const surroundings = { ...createSurroundings(project), say: () => {} };
    await expect(lintWorkflows(surroundings)).rejects.toThrow('"github.event.issue.title" is potentially untrusted');
    rmSync(project, { recursive: true });
  });
});
