import fc from 'fast-check';
import { findFargateSize, largestFargateSize } from './fargate-size';

/** The table again, as AWS writes it: for each vCPU count every memory, in GB. */
const gb = (from: number, to: number, step = 1) =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => (from + index * step) * 1_024);
const table: Record<string, number[]> = {
  0.25: [512, 1_024, 2_048],
  0.5: gb(1, 4),
  1: gb(2, 8),
  2: gb(4, 16),
  4: gb(8, 30),
  8: gb(16, 60, 4),
  16: gb(32, 120, 8),
};
const sizes = Object.entries(table).flatMap(([cpu, memories]) =>
  memories.map((memoryMiB) => ({ cpu: Number(cpu), memoryMiB })),
);
const request = fc.record({
  cpu: fc.double({ min: 0.01, max: 20, noNaN: true }),
  memoryMiB: fc.integer({ min: 1, max: 140_000 }),
});

describe('findFargateSize', () => {
  test.each([
    [
      { cpu: 0.25, memoryMiB: 256 },
      { cpu: 0.25, memoryMiB: 512 },
    ],
    [
      { cpu: 0.25, memoryMiB: 513 },
      { cpu: 0.25, memoryMiB: 1_024 },
    ],
    [
      { cpu: 0.25, memoryMiB: 3_000 },
      { cpu: 0.5, memoryMiB: 3_072 },
    ],
    [
      { cpu: 1, memoryMiB: 512 },
      { cpu: 1, memoryMiB: 2_048 },
    ],
    [
      { cpu: 4, memoryMiB: 31_000 },
      { cpu: 8, memoryMiB: 32_768 },
    ],
    [
      { cpu: 8, memoryMiB: 20_481 },
      { cpu: 8, memoryMiB: 24_576 },
    ],
    [
      { cpu: 9, memoryMiB: 512 },
      { cpu: 16, memoryMiB: 32_768 },
    ],
  ])('holds %j in %j', (asked, size) => {
    expect(findFargateSize(asked)).toEqual(size);
  });

  test('gives a size of the table, at least what is asked for', () => {
    fc.assert(
      fc.property(request, (asked) => {
        const size = findFargateSize(asked);
        if (size === undefined) return;
        expect(sizes).toContainEqual(size);
        expect(size.cpu).toBeGreaterThanOrEqual(asked.cpu);
        expect(size.memoryMiB).toBeGreaterThanOrEqual(asked.memoryMiB);
      }),
    );
  });

  test('gives none that could be smaller in either way', () => {
    fc.assert(
      fc.property(request, (asked) => {
        const fitting = sizes.filter(({ cpu, memoryMiB }) => cpu >= asked.cpu && memoryMiB >= asked.memoryMiB);
        const [smallest] = fitting.sort((a, b) => a.cpu - b.cpu || a.memoryMiB - b.memoryMiB);
        expect(findFargateSize(asked)).toEqual(smallest);
      }),
    );
  });

  test('keeps each size of the table as it is', () => {
    for (const size of sizes) expect(findFargateSize(size)).toEqual(size);
  });

  test('finds none above the largest', () => {
    const { cpu, memoryMiB } = largestFargateSize;
    expect(findFargateSize({ cpu: cpu + 0.01, memoryMiB: 512 })).toBeUndefined();
    expect(findFargateSize({ cpu: 0.25, memoryMiB: memoryMiB + 1 })).toBeUndefined();
  });
});
