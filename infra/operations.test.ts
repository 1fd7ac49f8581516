import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentedBlocks } from './testing/documented-commands';

const rehearsals = ['operations-restore.engine.test.ts', 'operations-rotation.engine.test.ts'];

test.each([...documentedBlocks('docs/operations.md').keys()])('"# %s" of docs/operations.md is rehearsed', (name) => {
  const texts = rehearsals.map((file) => readFileSync(join(__dirname, file), 'utf8'));
  expect(texts.filter((text) => text.includes(`run('${name}'`))).not.toEqual([]);
});
