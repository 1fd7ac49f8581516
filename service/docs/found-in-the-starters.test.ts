import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packages } from '../../infra/rehearsal/packages';
import { programFaults } from '../../infra/scenario/faults';

const root = join(__dirname, '../..');
const document = readFileSync(join(root, 'docs/found-in-the-starters.md'), 'utf8');

/** The bullets: a test by file and name, or a rule or fault by its name. */
const bullets = [...document.matchAll(/^- (.+)$/gm)].map(([, bullet]) => bullet as string);
const tests = bullets.flatMap((bullet) => {
  const [, file, name] = /^`([^`]+\.ts)`: (.+)$/.exec(bullet) ?? [];
  return file === undefined || name === undefined ? [] : [{ file, name }];
});
const named = (kind: string) =>
  bullets.flatMap((bullet) => new RegExp(`^${kind} \`([^\`]+)\`$`).exec(bullet)?.[1] ?? []);

/** Names of the tests of a file, as they stand there. */
function namesIn(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const calls = text.matchAll(/\b(?:test|it)(?:\.each\b[\s\S]*?\))?\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g);
  return [...calls].map(([, , name]) => (name as string).replace(/\\(.)/g, '$1'));
}

describe('docs/found-in-the-starters.md', () => {
  test('has nothing among its proofs that is none', () => {
    expect(tests.length + named('rule').length + named('fault').length).toBe(bullets.length);
  });

  test.each(tests)('names a test that exists: $file: $name', ({ file, name }) => {
    expect(existsSync(join(root, file))).toBe(true);
    expect(namesIn(file)).toContain(name);
  });

  test('names rules and faults that exist', () => {
    const rules = new Set(packages.flatMap((one) => one.rules.map(({ id }) => id)));
    expect(named('rule').filter((id) => !rules.has(id))).toEqual([]);
    const faults = programFaults.map(({ name }) => name);
    expect(named('fault').filter((name) => !faults.includes(name))).toEqual([]);
  });

  test('tells every mistake that was seen, and proves each', () => {
    const sections = document.split(/^### /m).slice(1);
    const numbers = sections.flatMap((section) => /^(\d+)\. /.exec(section)?.[1] ?? []).map(Number);
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
    expect(sections.filter((section) => !/^- `.+\.ts`: /m.test(section))).toEqual([]);
  });
});
