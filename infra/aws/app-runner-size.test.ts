import fc from 'fast-check';
import { findAppRunnerSize } from './app-runner-size';

describe('findAppRunnerSize', () => {
  test.each([
    [
      { cpu: 0.25, memoryMiB: 512 },
      { cpu: 0.25, memoryMiB: 512 },
    ],
    [
      { cpu: 0.25, memoryMiB: 600 },
      { cpu: 0.25, memoryMiB: 1_024 },
    ],
    [
      { cpu: 0.3, memoryMiB: 512 },
      { cpu: 0.5, memoryMiB: 1_024 },
    ],
    [
      { cpu: 1, memoryMiB: 4_096 },
      { cpu: 1, memoryMiB: 4_096 },
    ],
    [
      { cpu: 1, memoryMiB: 5_000 },
      { cpu: 2, memoryMiB: 6_144 },
    ],
  ])('holds %j in %j', (request, size) => {
    expect(findAppRunnerSize(request)).toEqual(size);
  });

  test('is at least what is asked for, and never found above the largest', () => {
    const request = fc.record({
      cpu: fc.double({ min: 0.25, max: 6, noNaN: true }),
      memoryMiB: fc.integer({ min: 256, max: 20_000 }),
    });
    fc.assert(
      fc.property(request, (asked) => {
        const size = findAppRunnerSize(asked);
        const fits = asked.cpu <= 4 && asked.memoryMiB <= 12_288;
        expect(size !== undefined).toBe(fits);
        if (size === undefined) return;
        expect(size.cpu).toBeGreaterThanOrEqual(asked.cpu);
        expect(size.memoryMiB).toBeGreaterThanOrEqual(asked.memoryMiB);
      }),
    );
  });
});
