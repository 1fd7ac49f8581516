import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { frontVersion } from './front-version';

describe('frontVersion', () => {
  let folder: string;
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'taproom-front-'));
    write('forward.ts', 'one');
    write('forward.test.ts', 'a test');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('changes with the code and with the base of the image', () => {
    const first = frontVersion('node:24', folder);
    expect(frontVersion('node:25', folder)).not.toBe(first);
    write('forward.ts', 'two');
    expect(frontVersion('node:24', folder)).not.toBe(first);
  });

  test('does not change with its tests, and can be a tag', () => {
    const first = frontVersion('node:24', folder);
    write('forward.test.ts', 'another test');
    expect(frontVersion('node:24', folder)).toBe(first);
    expect(first).toMatch(/^content-[0-9a-f]{16}$/);
  });
});
