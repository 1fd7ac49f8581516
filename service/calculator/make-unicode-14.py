"""Prints unicode-14.ts: what CPython 3.11 knows of Unicode, past ASCII. See that file for the command."""

import sys
import unicodedata

if sys.version_info[:2] != (3, 11) or unicodedata.unidata_version != "14.0.0":
    sys.exit("make-unicode-14.py must be run by python3.11, whose unicodedata is Unicode 14.0.0")

PAST_ASCII = range(0x80, sys.maxunicode + 1)

decimal_zeros = [c for c in PAST_ASCII if unicodedata.decimal(chr(c), -1) == 0]
decimals = {c: unicodedata.decimal(chr(c)) for c in PAST_ASCII if unicodedata.decimal(chr(c), -1) >= 0}
assert decimals == {zero + digit: digit for zero in decimal_zeros for digit in range(10)}

spaces = [c for c in PAST_ASCII if chr(c).isspace()]

boundaries = [c for c in PAST_ASCII if chr(c).isprintable() != chr(c - 1).isprintable()]
assert not chr(PAST_ASCII.start).isprintable()


def table(name: str, comment: str, numbers: list[int]) -> str:
    return f"/** {comment} */\nexport const {name}: readonly number[] = [{', '.join(map(hex, numbers))}];"


print(
    f"""/**
 * Generated, do not edit: what CPython 3.11 (Unicode {unicodedata.unidata_version}) knows past ASCII. Node's own tables are of a later Unicode.
 * Source: the unicodedata module and str methods of python3.11, whose tables are
 * https://www.unicode.org/Public/14.0.0/ucd/UnicodeData.txt
 * Command: python3.11 service/calculator/make-unicode-14.py > service/calculator/unicode-14.ts
 * and then: npx biome check --write service/calculator/unicode-14.ts
 */
"""
)
print(table("decimalZeros", "Each begins ten code points that unicodedata.decimal() gives 0 to 9.", decimal_zeros) + "\n")
print(table("spaces", "Every code point for which str.isspace() is true.", spaces) + "\n")
print(
    table(
        "printableBoundaries",
        "str.isprintable() is false from U+0080, and changes at each of these code points.",
        boundaries,
    )
)
