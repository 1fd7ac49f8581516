import { Problem } from '../errors';

const maxBatch = 200;
const maxWaiting = 10_000;
/** Two, so that one batch that waits for a row's lock does not stop all others. */
const maxRunning = 2;

type Waiting<Item, Result> = {
  item: Item;
  resolve: (result: Result | Promise<Result>) => void;
  reject: (error: unknown) => void;
};

/**
 * Collects the items that arrive while earlier ones are under way, and runs them as one statement. An item is always
 * part of a run that began after it arrived. `run` gives one result per item, or a promise of it, in the items' order.
 * Rejects with code `overloaded` when too many items wait.
 */
export function createBatcher<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly (Result | Promise<Result>)[]>,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let running = 0;

  const start = (): void => {
    while (running < maxRunning && waiting.length > 0) {
      const batch = waiting.slice(0, maxBatch);
      waiting = waiting.slice(maxBatch);
      running += 1;
      void settle(batch).then(() => {
        running -= 1;
        start();
      });
    }
  };
  const settle = async (batch: Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await run(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  return (item) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= maxWaiting) {
        reject(
          new Problem('overloaded', 'Too many requests are waiting, try again later', {
            headers: { 'retry-after': '2' },
          }),
        );
        return;
      }
      waiting.push({ item, resolve, reject });
      // Started after the current turn, so that requests that arrived together travel together.
      if (running < maxRunning) setImmediate(start);
    });
}
