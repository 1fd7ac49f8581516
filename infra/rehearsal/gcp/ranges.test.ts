import { containsAddress, parseRange, privateRanges } from './ranges';

describe('parseRange', () => {
  test.each(['10.0.0.1/24', '10.0.0/24', '10.0.0.256/32', '10.0.0.0/33', '10.0.0.0'])('takes no %s', (text) => {
    expect(parseRange(text)).toBeUndefined();
  });

  test('takes a range that begins at its address', () => {
    expect(parseRange('10.0.1.0/24')).toEqual({ address: 10 * 2 ** 24 + 256, bits: 24 });
  });
});

test('the private ranges hold private addresses, and no others', () => {
  const isPrivate = (address: string) => privateRanges.some((range) => containsAddress(range, address));
  expect(['10.1.2.3', '172.31.0.1', '192.168.0.1', '100.64.0.1'].filter((address) => !isPrivate(address))).toEqual([]);
  expect(['8.8.8.8', '172.32.0.1', 'example.com'].filter(isPrivate)).toEqual([]);
});
