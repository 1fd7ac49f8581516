import fc from 'fast-check';
import { addressAt, type Cidr, contains, isNetworkAddress, overlaps, parseCidr } from './cidr';

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
});
