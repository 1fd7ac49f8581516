import { readFileSync } from 'node:fs';
import { buildCostDocs, costDocsFile } from './cost-docs';
import { readStackConfig } from './stack-resources';

describe('docs/cost.md', () => {
  test('is what the table says: npm run cost -- --docs writes it', async () => {
    expect(readFileSync(costDocsFile, 'utf8')).toBe(await buildCostDocs());
  }, 120_000);
});

describe('readStackConfig', () => {
  test('names the stacks that there are', () => {
    expect(() => readStackConfig('nowhere')).toThrow(/there is no stack nowhere: choose one of dev, eks/);
  });
});
