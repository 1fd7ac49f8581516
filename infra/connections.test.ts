import fc from 'fast-check';
import { connectionsNeeded, largestMaxInstances } from './connections';

describe('connectionsNeeded', () => {
  test('counts pool and readiness twice for each instance, and the migration once', () => {
    // 2 targets x 2 instances x (2 + 1) connections x 2 versions + 2 for the migration
    expect(connectionsNeeded({ poolSize: 2, maxInstances: 2, targetCount: 2 })).toBe(26);
  });
});

describe('largestMaxInstances', () => {
  test('is the last number that fits', () => {
    const poolSizes = fc.integer({ min: 1, max: 20 });
    const targetCounts = fc.integer({ min: 1, max: 6 });
    const limits = fc.record({
      connections: fc.integer({ min: 20, max: 5_000 }),
      reserved: fc.integer({ min: 0, max: 10 }),
    });
    fc.assert(
      fc.property(poolSizes, targetCounts, limits, (poolSize, targetCount, { connections, reserved }) => {
        const most = largestMaxInstances({ poolSize, targetCount }, { connections, reserved });
        const fits = (maxInstances: number) =>
          connectionsNeeded({ poolSize, maxInstances, targetCount }) + reserved <= connections;
        expect(most === 0 || fits(most)).toBe(true);
        expect(fits(most + 1)).toBe(false);
      }),
    );
  });
});
