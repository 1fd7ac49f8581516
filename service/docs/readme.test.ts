import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { envExample, replaceSection, variablesTable } from './variables';

const root = join(__dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('README.md', () => {
  test('has the variables as the schema has them (npm run docs writes them)', () => {
    expect(replaceSection(readme, 'variables', variablesTable())).toBe(readme);
  });

  test('links only to files that exist', () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, path]) => path as string);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('names only scripts of package.json', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const named = [...readme.matchAll(/npm run ([a-z:-]+)/g)].map(([, name]) => name as string);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

test('.env.example has every variable as the schema has it (npm run docs writes it)', () => {
  expect(readFileSync(join(root, '.env.example'), 'utf8')).toBe(envExample());
});
