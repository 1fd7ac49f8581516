import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Both halves of the young generation. By itself it grows to 32 MiB on Node 20, and to 128 MiB on Node 24. */
const maxYoungBytes = 16 * 1024 * 1024;

/**
 * Keeps the heap near to what is in use, for as long as the process runs: where memory is plentiful V8 lets garbage
 * grow to hundreds of MB, and 20 slow readers of a long list then take twice the memory that they need. Options of
 * `node` could do the same, but not for everybody who starts the bundle.
 */
export function limitHeap(): void {
  // The old generation is collected when it has doubled.
  setFlagsFromString('--heap-growing-percent=100');
  let isGrowing: boolean | undefined;
  const adjust = () => {
    const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
    const mayGrow = (young?.space_size ?? 0) < maxYoungBytes;
    if (mayGrow === isGrowing) return;
    isGrowing = mayGrow;
    setFlagsFromString(`--semi-space-growth-factor=${mayGrow ? 2 : 1}`);
  };
  adjust();
  new PerformanceObserver(adjust).observe({ entryTypes: ['gc'] });
}
