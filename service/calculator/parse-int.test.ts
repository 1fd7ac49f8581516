import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Increment, increment } from './increment';
import { formatPythonInt, PythonValueError, parsePythonInt } from './parse-int';
import { decimalZeros, spaces } from './unicode-14';

/** Text, in which repetitions are written as [text, count]. */
type Short = (string | [string, number])[];
type Case = { category: string; text: Short; json?: Short; message?: Short };

const cases = JSON.parse(readFileSync(join(__dirname, 'fixtures/python-int.json'), 'utf8')) as Case[];
const categories = [...new Set(cases.map(({ category }) => category))];

function expand(short: Short): string {
  return short.map((part) => (typeof part === 'string' ? part : part[0].repeat(part[1]))).join('');
}

function expected({ json, message }: Case): Increment {
  if (json !== undefined) return { ok: true, json: expand(json) };
  return { ok: false, message: expand(message ?? []) };
}

describe('increment', () => {
  test.each(categories)('answers as python3.11 did: %s', (category) => {
    const ofCategory = cases.filter((one) => one.category === category);
    const answers = ofCategory.map(({ text }) => ({ text, answer: increment(expand(text)) }));
    expect(answers).toEqual(ofCategory.map((one) => ({ text: one.text, answer: expected(one) })));
  });

  test('reads a table of several hundred cases', () => {
    expect(cases.length).toBeGreaterThan(1_000);
  });

  test('keeps every digit of a number past 2^53', () => {
    expect(increment('9007199254740993')).toEqual({ ok: true, json: '{"success":true,"answer":9007199254740994}' });
  });

  test('takes no longer than linear time for long text', () => {
    const texts = [' ', '_', '1_', '\u3000', '٣', "'", '\x01', '0'].map((part) => `${part.repeat(32_000)}x`);
    const start = performance.now();
    for (const text of texts) expect(increment(text).ok).toBe(false);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

const integers = fc.oneof(
  fc.bigInt(),
  fc.bigInt({ min: -(10n ** 400n), max: 10n ** 400n }),
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
);
const space = fc.constantFrom(...' \t\n\v\f\r', ...spaces.map((codePoint) => String.fromCodePoint(codePoint)));
const padding = fc.string({ unit: space, maxLength: 5 });
const zero = fc.constantFrom(0x30, ...decimalZeros);

describe('parsePythonInt', () => {
  test('gives back every integer that is printed', () => {
    fc.assert(fc.property(integers, (value) => parsePythonInt(value.toString()) === value));
  });

  test('ignores surrounding white space, leading zeros and a plus', () => {
    fc.assert(
      fc.property(padding, padding, fc.nat({ max: 50 }), fc.bigInt({ min: 0n }), (before, after, zeros, value) => {
        for (const [sign, signed] of [['', value] as const, ['+', value] as const, ['-', -value] as const]) {
          expect(parsePythonInt(`${before}${sign}${'0'.repeat(zeros)}${value}${after}`)).toBe(signed);
        }
      }),
    );
  });

  test('accepts one underscore between any two digits, and no other', () => {
    const gaps = fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(gaps, fc.boolean(), fc.boolean(), (underscores, leading, trailing) => {
        const text = `${leading ? '_' : ''}1${underscores.map((count) => `${'_'.repeat(count)}1`).join('')}${trailing ? '_' : ''}`;
        const parse = () => parsePythonInt(text);
        if (leading || trailing || underscores.includes(2)) expect(parse).toThrow(PythonValueError);
        else expect(parse()).toBe(BigInt('1'.repeat(underscores.length + 1)));
      }),
    );
  });

  test('reads the digits of every script, mixed too', () => {
    const digits = fc.array(fc.tuple(zero, fc.nat({ max: 9 })), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(digits, (pairs) => {
        const text = pairs.map(([first, digit]) => String.fromCodePoint(first + digit)).join('');
        expect(parsePythonInt(text)).toBe(BigInt(pairs.map(([, digit]) => digit).join('')));
      }),
    );
  });

  test('gives an integer or a PythonValueError for any text, in at most 240 code points', () => {
    const texts = fc.string({
      unit: fc.oneof(
        fc.constantFrom(...'0123456789_+- '),
        space,
        fc.integer({ min: 0, max: 0x10ffff }).map((codePoint) => String.fromCodePoint(codePoint)),
      ),
      maxLength: 300,
    });
    fc.assert(
      fc.property(texts, (text) => {
        try {
          parsePythonInt(text);
        } catch (error) {
          expect(error).toBeInstanceOf(PythonValueError);
          const { message } = error as PythonValueError;
          expect(Buffer.from(message).toString()).toBe(message);
          expect(Array.from(message).length).toBeLessThanOrEqual(240);
        }
      }),
    );
  });

  test.each([4_301, 5_000, 40_000])('names the count of %d digits', (count) => {
    expect(() => parsePythonInt('1'.repeat(count))).toThrow(
      `Exceeds the limit (4300 digits) for integer string conversion: value has ${count} digits; use sys.set_int_max_str_digits() to increase the limit`,
    );
  });
});

describe('formatPythonInt', () => {
  test.each([1n, -1n])('prints 4300 digits and refuses more, the sign (%p) not counted', (sign) => {
    expect(formatPythonInt(sign * (10n ** 4_300n - 1n))).toBe((sign * (10n ** 4_300n - 1n)).toString());
    expect(() => formatPythonInt(sign * 10n ** 4_300n)).toThrow(
      'Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit',
    );
  });
});
