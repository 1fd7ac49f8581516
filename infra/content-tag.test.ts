import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { contentTag, listContextFiles } from './content-tag';

let folder: string;
const write = (file: string, text: string) => {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
};
const tag = () => contentTag(folder, {});

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'content-tag-'));
  write('.dockerignore', '*\n!src\n**/*.test.ts\n');
  write('Dockerfile', 'FROM scratch');
  write('src/app.ts', 'app');
  write('src/app.test.ts', 'test');
  write('node_modules/a/index.js', 'a');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('listContextFiles', () => {
  test('gives what Docker sends, and the Dockerfile', () => {
    expect(listContextFiles(folder)).toEqual(['Dockerfile', 'src/app.ts']);
  });
});

describe('contentTag', () => {
  test('is a valid tag', () => {
    expect(tag()).toMatch(/^content-[0-9a-f]{16}$/);
  });

  test.each<[string, () => void]>([
    ['a file is touched', () => utimesSync(path.join(folder, 'src/app.ts'), 1, 1)],
    ['a file that Docker leaves out changes', () => write('src/app.test.ts', 'other')],
    ['a dependency is installed', () => write('node_modules/b/index.js', 'b')],
  ])('stays when %s', (_, change) => {
    const before = tag();
    change();
    expect(tag()).toBe(before);
  });

  test.each<[string, () => void]>([
    ['a file changes', () => write('src/app.ts', 'other')],
    ['a file is added', () => write('src/b.ts', '')],
    [
      'a file is renamed',
      () => {
        rmSync(path.join(folder, 'src/app.ts'));
        write('src/app2.ts', 'app');
      },
    ],
    ['a file becomes executable', () => chmodSync(path.join(folder, 'src/app.ts'), 0o755)],
    ['a link is added', () => symlinkSync('app.ts', path.join(folder, 'src/link.ts'))],
    ['the Dockerfile changes', () => write('Dockerfile', 'FROM other')],
  ])('changes when %s', (_, change) => {
    const before = tag();
    change();
    expect(tag()).not.toBe(before);
  });

  test('changes with the recipe', () => {
    expect(contentTag(folder, { base: 'a' })).not.toBe(contentTag(folder, { base: 'b' }));
  });
});
