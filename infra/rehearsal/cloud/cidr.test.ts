import fc from 'fast-check';
import {
  addressAt,
  type Cidr,
  contains,
  countAddresses,
  findFreeBlock,
  isNetworkAddress,
  overlaps,
  parseCidr,
} from './cidr';

function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (!parsed) throw new Error(`no block: ${text}`);
  return parsed;
}

describe('parseCidr', () => {
  test.each(['10.0.0.0', '10.0.0/16', '10.0.0.0/33', '10.0.0.256/16', '::/0', ''])('does not take %j', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });
});

describe('blocks of addresses', () => {
  test('have a first address', () => {
    expect(isNetworkAddress(cidr('10.20.16.0/20'))).toBe(true);
    expect(isNetworkAddress(cidr('10.20.1.0/20'))).toBe(false);
    expect(addressAt(cidr('10.20.16.0/20'), 300)).toBe('10.20.17.44');
  });

  test('contain and overlap each other', () => {
    expect(contains(cidr('0.0.0.0/0'), cidr('255.255.255.255/32'))).toBe(true);
    expect(contains(cidr('10.20.0.0/16'), cidr('10.21.0.0/20'))).toBe(false);
    expect(overlaps(cidr('10.20.0.0/20'), cidr('10.20.15.0/24'))).toBe(true);
    expect(overlaps(cidr('10.20.0.0/20'), cidr('10.20.16.0/20'))).toBe(false);
  });

  test('overlap exactly when one contains the other', () => {
    const block = fc.record({ address: fc.nat(2 ** 32 - 1), bits: fc.integer({ min: 0, max: 32 }) });
    fc.assert(fc.property(block, block, (a, b) => overlaps(a, b) === (contains(a, b) || contains(b, a))));
  });

  test('are read as they are written', () => {
    const block = fc.tuple(fc.nat(2 ** 32 - 1), fc.integer({ min: 8, max: 32 })).map(([address, bits]) => {
      const size = countAddresses({ address, bits });
      return { address: address - (address % size), bits };
    });
    fc.assert(
      fc.property(block, (one) => {
        expect(parseCidr(`${addressAt(one, 0)}/${one.bits}`)).toEqual(one);
        expect(contains(one, cidr(`${addressAt(one, countAddresses(one) - 1)}/32`))).toBe(true);
      }),
    );
  });

  test('that are free overlap none that is taken', () => {
    const within = cidr('10.0.0.0/8');
    const taken = fc.array(
      fc.tuple(fc.nat(255), fc.integer({ min: 12, max: 24 })).map(([second, bits]) => cidr(`10.${second}.0.0/${bits}`)),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(taken, fc.integer({ min: 16, max: 24 }), (blocks, bits) => {
        const free = findFreeBlock(within, bits, blocks);
        if (free) expect(blocks.some((other) => overlaps(other, free))).toBe(false);
      }),
    );
    expect(findFreeBlock(cidr('0.0.0.0/24'), 25, [cidr('0.0.0.0/24')])).toBeUndefined();
  });
});
