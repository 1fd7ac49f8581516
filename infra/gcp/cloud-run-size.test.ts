import fc from 'fast-check';
import { findCloudRunSize } from './cloud-run-size';

describe('findCloudRunSize', () => {
  test.each([
    // Under 1 vCPU Cloud Run would serve one request at a time.
    [
      { cpu: 0.25, memoryMiB: 512 },
      { cpu: 1, memoryMiB: 512 },
    ],
    [
      { cpu: 1, memoryMiB: 256 },
      { cpu: 1, memoryMiB: 512 },
    ],
    [
      { cpu: 1, memoryMiB: 5_000 },
      { cpu: 2, memoryMiB: 5_000 },
    ],
    [
      { cpu: 3, memoryMiB: 1_024 },
      { cpu: 4, memoryMiB: 2_048 },
    ],
  ])('holds %j in %j', (request, size) => {
    expect(findCloudRunSize(request)).toEqual(size);
  });

  test('is at least what is asked for, and never found above the largest', () => {
    const request = fc.record({
      cpu: fc.double({ min: 0.25, max: 12, noNaN: true }),
      memoryMiB: fc.integer({ min: 256, max: 50_000 }),
    });
    fc.assert(
      fc.property(request, (asked) => {
        const size = findCloudRunSize(asked);
        expect(size !== undefined).toBe(asked.cpu <= 8 && asked.memoryMiB <= 32_768);
        if (size === undefined) return;
        expect(size.cpu).toBeGreaterThanOrEqual(asked.cpu);
        expect(size.memoryMiB).toBeGreaterThanOrEqual(asked.memoryMiB);
      }),
    );
  });
});
