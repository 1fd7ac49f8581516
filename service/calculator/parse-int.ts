import { formatPythonRepr } from './python-repr';
import { decimalZeros, spaces } from './unicode-14';

/** CPython's default of sys.get_int_max_str_digits(): https://docs.python.org/3.11/library/stdtypes.html#int-max-str-digits */
const maxDigits = 4300;

/** Only as many code points of the quoted text are told: `%.200R` in PyLong_FromUnicodeObject. */
const maxQuoted = 200;

/** A ValueError as CPython 3.11 raises it; the message is Python's, to the letter. */
export class PythonValueError extends Error {
  override readonly name = 'PythonValueError';
}

/**
 * The integer that CPython 3.11's int(text) gives. Throws PythonValueError when int() raises ValueError.
 * Source: PyLong_FromUnicodeObject and PyLong_FromString in
 * https://github.com/python/cpython/blob/v3.11.7/Objects/longobject.c
 */
export function parsePythonInt(text: string): bigint {
  if (/^[0-9]{1,15}$/.test(text)) return BigInt(text);
  // Always matches, and never backtracks: each part ends where the next one cannot begin earlier.
  const [, sign, run = '', rest = ''] = /^[\t-\r ]*([+-]?)([0-9_]*)(.*)$/s.exec(toAscii(text)) ?? [];
  if (run === '' || run.startsWith('_') || run.endsWith('_') || run.includes('__')) throw invalidLiteral(text);
  const digits = run.replaceAll('_', '');
  // Before what follows the digits is looked at, as in CPython 3.11 (later ones look first).
  if (digits.length > maxDigits) throw exceedsLimit(`: value has ${digits.length} digits`);
  if (!/^[\t-\r ]*$/.test(rest)) throw invalidLiteral(text);
  const magnitude = BigInt(digits);
  return sign === '-' ? -magnitude : magnitude;
}

/** The decimal digits that CPython 3.11's str(value) gives. Throws PythonValueError when there are more than 4300. */
export function formatPythonInt(value: bigint): string {
  const text = value.toString();
  const digitCount = value < 0n ? text.length - 1 : text.length;
  if (digitCount > maxDigits) throw exceedsLimit('');
  return text;
}

function invalidLiteral(text: string): PythonValueError {
  return new PythonValueError(`invalid literal for int() with base 10: ${formatPythonRepr(text, maxQuoted)}`);
}

function exceedsLimit(count: string): PythonValueError {
  return new PythonValueError(
    `Exceeds the limit (${maxDigits} digits) for integer string conversion${count}; use sys.set_int_max_str_digits() to increase the limit`,
  );
}

/** What stands for each character past ASCII that int() accepts. */
const asciiOf: ReadonlyMap<string, string> = new Map([
  ...spaces.map((space): [string, string] => [String.fromCodePoint(space), ' ']),
  ...decimalZeros.flatMap((zero) =>
    Array.from({ length: 10 }, (_, digit): [string, string] => [String.fromCodePoint(zero + digit), String(digit)]),
  ),
]);

/**
 * Ends with "?" at the first character that int() does not know. Text that is all ASCII is left as it is, so that
 * U+001C to U+001F, spaces to str.isspace(), are none to int(). Source: _PyUnicode_TransformDecimalAndSpaceToASCII in
 * https://github.com/python/cpython/blob/v3.11.7/Objects/unicodeobject.c
 */
function toAscii(text: string): string {
  if (!/[\u0080-\uffff]/.test(text)) return text;
  let ascii = '';
  for (const character of text) {
    const known = character < '\x7f' ? character : asciiOf.get(character);
    if (known === undefined) return `${ascii}?`;
    ascii += known;
  }
  return ascii;
}
