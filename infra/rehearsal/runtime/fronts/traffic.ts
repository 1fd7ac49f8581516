import type { Container } from '../runtime';

/** Which containers are answering requests right now: platforms let them finish before they stop a container. */
export type Traffic = {
  enter(container: Container): void;
  leave(container: Container): void;
  /** Resolves when no request is in flight there, at once if there is none, or at the signal. */
  whenQuiet(container: Container, signal: AbortSignal): Promise<void>;
};

export function createTraffic(): Traffic {
  const counts = new Map<Container, number>();
  const waiting = new Map<Container, Set<() => void>>();
  return {
    enter: (container) => counts.set(container, (counts.get(container) ?? 0) + 1),
    leave: (container) => {
      const rest = (counts.get(container) ?? 1) - 1;
      if (rest > 0) {
        counts.set(container, rest);
        return;
      }
      counts.delete(container);
      for (const resolve of waiting.get(container) ?? []) resolve();
      waiting.delete(container);
    },
    whenQuiet: (container, signal) =>
      new Promise((resolve) => {
        if (!counts.has(container) || signal.aborted) return resolve();
        waiting.set(container, (waiting.get(container) ?? new Set()).add(resolve));
        signal.addEventListener('abort', () => resolve(), { once: true });
      }),
  };
}
