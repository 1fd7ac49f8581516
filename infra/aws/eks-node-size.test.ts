import fc from 'fast-check';
import { findNodeSize } from './eks-node-size';

const request = fc.record({
  cpu: fc.double({ min: 0.25, max: 16, noNaN: true }),
  memoryMiB: fc.integer({ min: 256, max: 65_536 }),
  instances: fc.integer({ min: 2, max: 100 }),
});

describe('findNodeSize', () => {
  test('takes a t3.medium for the smallest service: a t3.small has not even the pods for the cluster', () => {
    expect(findNodeSize({ cpu: 0.25, memoryMiB: 512, instances: 3 })?.type).toBe('t3.medium');
  });

  test('has room for every instance beside the cluster', () => {
    fc.assert(
      fc.property(request, ({ cpu, memoryMiB, instances }) => {
        const size = findNodeSize({ cpu, memoryMiB, instances });
        if (size === undefined) return;
        expect(size.cpu).toBeGreaterThan(cpu * instances);
        expect(size.memoryMiB).toBeGreaterThan(memoryMiB * instances);
      }),
    );
  });

  test('never takes less for more', () => {
    fc.assert(
      fc.property(request, ({ cpu, memoryMiB, instances }) => {
        const one = findNodeSize({ cpu, memoryMiB, instances });
        const more = findNodeSize({ cpu, memoryMiB, instances: instances + 1 });
        if (more === undefined) return;
        expect(more.memoryMiB).toBeGreaterThanOrEqual(one?.memoryMiB ?? Number.POSITIVE_INFINITY);
      }),
    );
  });

  test('has none for what no node holds', () => {
    expect(findNodeSize({ cpu: 16, memoryMiB: 65_536, instances: 5 })).toBeUndefined();
  });
});
