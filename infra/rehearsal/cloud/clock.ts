/** The clouds' own time: it stands still but for what operations take and what a scenario lets pass. */
export type Clock = {
  now(): number;
  /** An RFC 3339 time, as the clouds' APIs give it. */
  timestamp(): string;
  /** An operation that began at `sinceMs` has taken so long. Operations at the same time overlap, as in a cloud. */
  elapse(sinceMs: number, seconds: number): void;
  advance(span: { hours?: number; minutes?: number; seconds?: number }): void;
};

export function createClock(startMs: number): Clock {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    timestamp: () => new Date(nowMs).toISOString(),
    elapse: (sinceMs, seconds) => {
      nowMs = Math.max(nowMs, sinceMs + seconds * 1_000);
    },
    advance: ({ hours = 0, minutes = 0, seconds = 0 }) => {
      nowMs += ((hours * 60 + minutes) * 60 + seconds) * 1_000;
    },
  };
}
