import { setTimeout as delay } from 'node:timers/promises';
import type { Load, Visit } from './scenario';

export type LoadResult = {
  rounds: number;
  failures: string[] /** In the order of their first answer. */;
  releases: string[];
};

const users = 2;
/** Between a user's rounds: enough to be there at every moment, and not to starve what is measured. */
const pauseMs = 25;

/** Users that come again and again to each address until `stop`. */
export function startLoad(load: Load, visits: readonly Visit[]): { stop(): Promise<Map<string, LoadResult>> } {
  let isOver = false;
  let count = 0;
  const results = new Map<string, LoadResult>();
  const run = async (visit: Visit, result: LoadResult) => {
    while (!isOver) {
      count += 1;
      try {
        const release = await load.round(visit, count);
        if (!result.releases.includes(release)) result.releases.push(release);
      } catch (error) {
        result.failures.push(error instanceof Error ? error.message : String(error));
      }
      result.rounds += 1;
      await delay(pauseMs);
    }
  };
  const running = visits.flatMap((visit) => {
    const result: LoadResult = { rounds: 0, failures: [], releases: [] };
    results.set(visit.name, result);
    return Array.from({ length: users }, () => run(visit, result));
  });
  return {
    stop: async () => {
      isOver = true;
      await Promise.all(running);
      return results;
    },
  };
}
