import fc from 'fast-check';
import { egressPrefix } from './network';

describe('egressPrefix', () => {
  test.each([
    [1, 26],
    [15, 26],
    [16, 25],
    [100, 23],
    [1_000, 20],
  ])('%i instances take a /%i', (instances, prefix) => {
    expect(egressPrefix(instances)).toBe(prefix);
  });

  test('holds four addresses for each instance beside those that Google keeps', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), (instances) => {
        expect(2 ** (32 - egressPrefix(instances)) - 4).toBeGreaterThanOrEqual(instances * 4);
      }),
    );
  });
});
