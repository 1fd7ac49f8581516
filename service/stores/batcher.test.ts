import fc from 'fast-check';
import { createBatcher } from './batcher';

/** A run that ends when told to, and what each run was given. */
function createRuns() {
  const runs: { items: readonly number[]; end: () => void; fail: (error: Error) => void }[] = [];
  const run = (items: readonly number[]) =>
    new Promise<string[]>((resolve, reject) => {
      runs.push({ items, end: () => resolve(items.map((item) => `r${item}`)), fail: reject });
    });
  return { runs, run };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('createBatcher', () => {
  test('runs what arrived together as one, and gives each item its own result', async () => {
    const { runs, run } = createRuns();
    const ask = createBatcher(run);
    const answers = [1, 2, 3].map(ask);
    await turn();
    expect(runs.map(({ items }) => items)).toEqual([[1, 2, 3]]);
    runs[0]?.end();
    expect(await Promise.all(answers)).toEqual(['r1', 'r2', 'r3']);
  });

  test('runs two batches at a time, so that one that waits does not stop the others', async () => {
    const { runs, run } = createRuns();
    const ask = createBatcher(run);
    const answers: Promise<string>[] = [];
    for (const item of [1, 2, 3, 4]) {
      answers.push(ask(item));
      await turn();
    }
    expect(runs.map(({ items }) => items)).toEqual([[1], [2]]);
    runs[1]?.end();
    await answers[1];
    await turn();
    expect(runs.map(({ items }) => items)).toEqual([[1], [2], [3, 4]]);
    for (const { end } of runs) end();
    expect(await Promise.all(answers)).toEqual(['r1', 'r2', 'r3', 'r4']);
  });

  test('never gives an item the result of a run that began before it arrived', async () => {
    const { runs, run } = createRuns();
    const ask = createBatcher(run);
    const first = ask(1);
    await turn();
    const late = ask(1);
    runs[0]?.end();
    await first;
    await turn();
    expect(runs).toHaveLength(2);
    runs[1]?.end();
    expect(await late).toBe('r1');
  });

  test('fails the items of a failed run only', async () => {
    const { runs, run } = createRuns();
    const ask = createBatcher(run);
    const failed = ask(1);
    await turn();
    const fine = ask(2);
    await turn();
    runs[0]?.fail(new Error('gone'));
    runs[1]?.end();
    await expect(failed).rejects.toThrow('gone');
    expect(await fine).toBe('r2');
  });

  test('takes a result that is a promise, one that fails too', async () => {
    const ask = createBatcher(async (items: readonly number[]) =>
      items.map((item) => (item === 2 ? Promise.reject(new Error('two')) : Promise.resolve(item))),
    );
    const answers = await Promise.allSettled([1, 2, 3].map(ask));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('refuses with 503 what would wait behind ten thousand others', async () => {
    const { runs, run } = createRuns();
    const ask = createBatcher(run);
    const answers = Array.from({ length: 10_000 }, (_, item) => ask(item));
    await expect(ask(0)).rejects.toMatchObject({ code: 'overloaded', status: 503, headers: { 'retry-after': '2' } });
    let ended = 0;
    while (ended < 50) {
      await turn();
      for (const { end } of runs.slice(ended)) end();
      ended = runs.length;
    }
    expect((await Promise.all(answers)).at(-1)).toBe('r9999');
    expect(Math.max(...runs.map(({ items }) => items.length))).toBe(200);
  });

  test('gives every item its result in any order of arrival', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(fc.nat(), { maxLength: 30 }), async (scheduler, items) => {
        const ask = createBatcher((batch: readonly number[]) =>
          scheduler.schedule(Promise.resolve(batch.map((n) => n + 1))),
        );
        const answers = Promise.all(items.map(ask));
        await scheduler.waitFor(answers);
        expect(await answers).toEqual(items.map((n) => n + 1));
      }),
      { numRuns: 30 },
    );
  });
});
