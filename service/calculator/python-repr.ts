import { printableBoundaries } from './unicode-14';

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/**
 * The first `limit` code points of what repr(text) gives in CPython 3.11: what `%.<limit>R` prints.
 * Source: unicode_repr in https://github.com/python/cpython/blob/v3.11.7/Objects/unicodeobject.c
 */
export function formatPythonRepr(text: string, limit: number): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const repr: string[] = [quote];
  for (const character of text) {
    // One element is one code point or more, so the cut below never needs what comes after.
    if (repr.length >= limit) break;
    repr.push(character === quote ? `\\${quote}` : escapeCharacter(character));
  }
  repr.push(quote);
  return Array.from(repr.join('')).slice(0, limit).join('');
}

function escapeCharacter(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  const short = escapes[character];
  if (short !== undefined) return short;
  if (isPrintable(codePoint)) return character;
  const hex = codePoint.toString(16);
  if (codePoint <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  if (codePoint <= 0xffff) return `\\u${hex.padStart(4, '0')}`;
  return `\\U${hex.padStart(8, '0')}`;
}

function isPrintable(codePoint: number): boolean {
  if (codePoint < 0x80) return codePoint >= 0x20 && codePoint !== 0x7f;
  return countUpTo(codePoint, printableBoundaries) % 2 === 1;
}

/** How many of the ascending numbers are at most `value`, by binary search. */
function countUpTo(value: number, ascending: readonly number[]): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? Number.POSITIVE_INFINITY) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
