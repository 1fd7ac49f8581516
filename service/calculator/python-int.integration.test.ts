import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Increment, increment } from './increment';
import { decimalZeros, spaces } from './unicode-14';

/** How many texts are compared, and from which seed. More are tried by hand: PYTHON_INT_TEXTS=100000. */
const textCount = Number(process.env.PYTHON_INT_TEXTS ?? 6_000);
const seed = Number(process.env.PYTHON_INT_SEED ?? 311);

function runPython(command: string, args: string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed: ${error?.message ?? stderr}`, { cause: error });
  return stdout;
}

function findPython311(): string | undefined {
  return ['python3.11', 'python3'].find((command) => {
    const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
    return stdout?.startsWith('Python 3.11.');
  });
}

const python = findPython311();
// In CI it is run without, and so fails: nothing is passed over silently there.
const withPython = python !== undefined || process.env.CI ? test : test.skip;

const fromCodePoint = (codePoint: number) => String.fromCodePoint(codePoint);
const space = fc.constantFrom(...' \t\n\v\f\r', ...spaces.map(fromCodePoint));
const digit = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...'0123456789') },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...decimalZeros), fc.nat(9)).map(([zero, n]) => fromCodePoint(zero + n)),
  },
);
const anyCodePoint = fc.oneof(
  fc.integer({ min: 0, max: 0x2ff }),
  fc.integer({ min: 0, max: 0xffff }),
  fc.integer({ min: 0, max: 0x1_ffff }),
  fc.integer({ min: 0, max: 0x10_ffff }),
);
const anyCharacter = anyCodePoint.map(fromCodePoint);
const quoting = fc.constantFrom("'", '"', '\\', '\n', '\r', '\t', '\0', '\x1c', '\x1f', '\x7f', '\x85', '🍺', '\u200b');

const almostInteger = fc
  .tuple(
    fc.string({ unit: space, maxLength: 3 }),
    fc.constantFrom('', '', '', '+', '-', '--', '+ ', '_', '−'),
    fc.string({
      unit: fc.oneof({ weight: 8, arbitrary: digit }, { weight: 1, arbitrary: fc.constant('_') }),
      maxLength: 40,
    }),
    fc.oneof(
      { weight: 6, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: fc.oneof(quoting, anyCharacter, fc.constant('_')) },
    ),
    fc.string({ unit: space, maxLength: 3 }),
  )
  .map((parts) => parts.join(''));
const anyText = fc.string({ unit: fc.oneof(anyCharacter, quoting, digit, space), maxLength: 60 });
/** Around the 200 code points that the message quotes. */
const longText = fc
  .tuple(
    fc.oneof(quoting, anyCharacter, digit),
    fc.integer({ min: 15, max: 220 }),
    fc.string({ unit: fc.oneof(quoting, anyCharacter), maxLength: 20 }),
  )
  .map(([character, count, tail]) => `${character.repeat(count)}${tail}`);
/** Around the 4300 digits that are read. */
const longInteger = fc
  .tuple(
    fc.constantFrom('', '-', '+', ' ', '\u3000', '_', 'x', '0_'),
    fc.oneof(digit, fc.constantFrom('9', '9', '0')),
    fc.integer({ min: 4_297, max: 4_303 }),
    fc.constantFrom('', '', '', ' ', '_', '_0', '__0', 'x', 'é', '\0', '0', '٣', '\u3000'),
  )
  .map(([head, character, count, tail]) => `${head}${character.repeat(count)}${tail}`);

const text = fc.oneof(
  { weight: 40, arbitrary: almostInteger },
  { weight: 30, arbitrary: anyText },
  { weight: 20, arbitrary: longText },
  { weight: 1, arbitrary: longInteger },
);

describe('increment, beside python3.11', () => {
  withPython(`gives the same answers for ${textCount} texts`, () => {
    const texts = fc.sample(text, { numRuns: textCount, seed });
    const script = join(__dirname, 'fixtures/make-python-int.py');
    const answers = JSON.parse(runPython(python ?? 'python3.11', [script, 'answers'], JSON.stringify(texts))) as {
      json?: string;
      message?: string;
    }[];
    const differing = texts.flatMap((one, index) => {
      const { json, message = '' } = answers[index] ?? {};
      const expected: Increment = json === undefined ? { ok: false, message } : { ok: true, json };
      const actual = increment(one);
      return JSON.stringify(actual) === JSON.stringify(expected) ? [] : [{ text: one, actual, expected }];
    });
    expect(answers).toHaveLength(textCount);
    expect(differing).toEqual([]);
  });

  withPython('reads the tables that make-unicode-14.py prints', () => {
    const printed = runPython(python ?? 'python3.11', [join(__dirname, 'make-unicode-14.py')]);
    const committed = readFileSync(join(__dirname, 'unicode-14.ts'), 'utf8');
    const tokens = (source: string) => source.match(/0x[0-9a-f]+|\w+/g);
    expect(tokens(committed)).toEqual(tokens(printed));
  });

  withPython('is tested with the table that make-python-int.py prints', () => {
    const fixtures = join(__dirname, 'fixtures');
    const printed = runPython(python ?? 'python3.11', [join(fixtures, 'make-python-int.py')]);
    expect(printed).toBe(readFileSync(join(fixtures, 'python-int.json'), 'utf8'));
  });
});
