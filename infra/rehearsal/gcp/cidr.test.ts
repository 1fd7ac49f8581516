import fc from 'fast-check';
import { addressAt, contains, findFreeRange, overlaps, parseCidr, sizeOf } from './cidr';

const range = fc
  .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 8, max: 30 }))
  .map(([address, prefix]) => ({ first: address - (address % sizeOf(prefix)), prefix }));

describe('parseCidr', () => {
  test.each(['10.0.0.1/24', '10.0.0/24', '10.0.0.256/32', '10.0.0.0/33', '10.0.0.0'])('takes no %s', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  test('reads what addressAt writes', () => {
    fc.assert(
      fc.property(range, (cidr) => {
        expect(parseCidr(`${addressAt(cidr, 0)}/${cidr.prefix}`)).toEqual(cidr);
      }),
    );
  });
});

describe('ranges', () => {
  test('contain their first and last address, and not the next', () => {
    fc.assert(
      fc.property(range, (cidr) => {
        expect(contains(cidr, addressAt(cidr, 0))).toBe(true);
        expect(contains(cidr, addressAt(cidr, sizeOf(cidr.prefix) - 1))).toBe(true);
      }),
    );
    expect(contains({ first: 0, prefix: 24 }, '0.0.1.0')).toBe(false);
  });

  test('that are free overlap none that is taken', () => {
    const within = { first: 10 * 2 ** 24, prefix: 8 };
    const taken = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 12, max: 24 })).map(([second, prefix]) => {
        const first = within.first + second * 2 ** 16;
        return { first: first - (first % sizeOf(prefix)), prefix };
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(taken, fc.integer({ min: 16, max: 24 }), (ranges, prefix) => {
        const free = findFreeRange(within, prefix, ranges);
        if (free) expect(ranges.some((other) => overlaps(other, free))).toBe(false);
      }),
    );
  });

  test('are not found where all is taken', () => {
    expect(findFreeRange({ first: 0, prefix: 24 }, 25, [{ first: 0, prefix: 24 }])).toBeUndefined();
  });
});
