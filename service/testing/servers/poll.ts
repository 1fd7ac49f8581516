import { setTimeout as delay } from 'node:timers/promises';

const pauseMs = 20;

/** Asks until the answer is neither undefined nor false, and gives it. Throws after the deadline, with the last error. */
export async function poll<T>(
  what: string,
  ask: () => T | Promise<T>,
  timeoutMs = 20_000,
): Promise<Exclude<T, undefined | false>> {
  const end = performance.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > end) throw new Error(`${what}: not in ${timeoutMs} ms`, { cause });
    await delay(pauseMs);
  }
}
