import fc from 'fast-check';
import { findExpressSize } from './ecs-express-size';

describe('findExpressSize', () => {
  test.each([
    [
      { cpu: 0.25, memoryMiB: 512 },
      { cpu: 0.25, memoryMiB: 512 },
    ],
    [
      { cpu: 0.3, memoryMiB: 512 },
      { cpu: 0.5, memoryMiB: 1_024 },
    ],
    [
      { cpu: 3, memoryMiB: 1_024 },
      { cpu: 4, memoryMiB: 8_192 },
    ],
  ])('holds %j in %j', (request, size) => {
    expect(findExpressSize(request)).toEqual(size);
  });

  test('is at least what is asked for, of a power of two, and never found above the largest', () => {
    const request = fc.record({
      cpu: fc.double({ min: 0.25, max: 6, noNaN: true }),
      memoryMiB: fc.integer({ min: 256, max: 12_000 }),
    });
    fc.assert(
      fc.property(request, (asked) => {
        const size = findExpressSize(asked);
        expect(size !== undefined).toBe(asked.cpu <= 4 && asked.memoryMiB <= 8_192);
        if (size === undefined) return;
        expect(size.cpu).toBeGreaterThanOrEqual(asked.cpu);
        expect(size.memoryMiB).toBeGreaterThanOrEqual(asked.memoryMiB);
        expect(Number.isInteger(Math.log2(size.cpu * 1_024))).toBe(true);
      }),
    );
  });
});
