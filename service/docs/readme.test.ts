import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listDocuments } from './list-documents';
import { envExample, replaceSection, variablesTable } from './variables';

const root = join(__dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('README.md', () => {
  test('has the variables as the schema has them (npm run docs writes them)', () => {
    expect(replaceSection(readme, 'variables', variablesTable())).toBe(readme);
  });
});

test.each(listDocuments(root))('$file names only scripts of package.json', ({ path }) => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
  const named = [...readFileSync(path, 'utf8').matchAll(/npm run (?:--silent )?([a-z]+(?:[:-][a-z]+)*)/g)].map(
    ([, name]) => name as string,
  );
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});

test('.env.example has every variable as the schema has it (npm run docs writes it)', () => {
  expect(readFileSync(join(root, '.env.example'), 'utf8')).toBe(envExample());
});
