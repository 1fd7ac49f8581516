/**
 * Rejects when the promise has not settled in time. An event loop that was busy is no slowness of the other side: what
 * has arrived by the time that the timer is heard is read first.
 */
export function withTimeout<T>(promise: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    const expire = () => reject(new Error(`${what} gave no answer in ${timeoutMs} ms`));
    // Timers run before input is read, immediates after: https://nodejs.org/en/learn/asynchronous-work/event-loop-timers-and-nexttick
    timer = setTimeout(() => setImmediate(expire), timeoutMs);
  });
  return Promise.race([promise, expiry]).finally(() => clearTimeout(timer));
}
