/** The clouds' own time: it stands still but for what operations take and what a scenario lets pass. */
export type Clock = {
  now(): number;
  /** An RFC 3339 time, as the clouds' APIs give it. */
  timestamp(): string;
  /** An operation that began at `sinceMs` has taken so long. Operations at the same time overlap, as in a cloud. */
  elapse(sinceMs: number, seconds: number): void;
  advance(span: { hours?: number; minutes?: number; seconds?: number }): void;
  /** When this moment was over in the machine's own time, in milliseconds: now, where it is not over yet. */
  leftAt(timeMs: number): number;
};

export function createClock(startMs: number): Clock {
  let nowMs = startMs;
  const moves: { toMs: number; machineMs: number }[] = [];
  const moveTo = (toMs: number) => {
    if (toMs <= nowMs) return;
    moves.push({ toMs, machineMs: Date.now() });
    nowMs = toMs;
  };
  return {
    now: () => nowMs,
    timestamp: () => new Date(nowMs).toISOString(),
    elapse: (sinceMs, seconds) => {
      moveTo(sinceMs + seconds * 1_000);
    },
    advance: ({ hours = 0, minutes = 0, seconds = 0 }) => {
      moveTo(nowMs + ((hours * 60 + minutes) * 60 + seconds) * 1_000);
    },
    leftAt: (timeMs) => moves.find(({ toMs }) => toMs > timeMs)?.machineMs ?? Date.now(),
  };
}
