/** What one alarm is about, on every cloud: its limit, and why that one. */
type AlarmDefinition = {
  title: string;
  /** What is true while it rings, as its message says it. */
  meaning: string;
  threshold: { value: number; unit: string; reason: string };
};

/** 99.9 % of the answers over 30 days are no 5xx: what may fail in a month is 0.1 % of them, or 43 minutes of all. */
export const objective = { availability: 0.999, windowDays: 30 } as const;

/**
 * How many times too fast the month's errors are used up before somebody is called: over the long window, and still over the
 * short one, so that the alarm ends soon after the errors do. 14.4 uses 2 % of the month in an hour, 6 uses 5 % in six.
 * Source: https://sre.google/workbook/alerting-on-slos/#6-multiwindow-multi-burn-rate-alerts
 */
export const burnRates = {
  'slo-fast-burn': { rate: 14.4, longMinutes: 60, shortMinutes: 5 },
  'slo-slow-burn': { rate: 6, longMinutes: 360, shortMinutes: 30 },
} as const;

/** Fewer requests than this in a window are too few to judge: one failure in the night would be a catastrophe. */
export const leastRequests = { perFiveMinutes: 20, perBurnWindow: 50 } as const;

/** Every alarm there is, on each cloud alike. `docs/runbooks/<kind>.md` says what to do when it rings. */
export const alarms = {
  availability: {
    title: 'Not reachable',
    meaning: 'The public address does not answer /health with 200, asked from several places of the world.',
    threshold: { value: 3, unit: 'minutes', reason: 'one lost packet or a slow minute is no outage' },
  },
  'server-errors': {
    title: 'Server errors',
    meaning: 'Too many of the answers are 5xx.',
    threshold: {
      value: 5,
      unit: 'percent of the answers in five minutes',
      reason: 'far above the 0.1 % of the objective: something is broken for many users now',
    },
  },
  latency: {
    title: 'Slow answers',
    meaning: 'One answer of twenty takes too long (p95).',
    threshold: { value: 1_000, unit: 'milliseconds', reason: 'people lose their train of thought after a second' },
  },
  cpu: {
    title: 'CPU of the service',
    meaning: 'The instances are busy all the time, and scaling has not helped.',
    threshold: { value: 85, unit: 'percent for 15 minutes', reason: 'scaling aims well below and has had its time' },
  },
  memory: {
    title: 'Memory of the service',
    meaning: 'The instances are near the memory at which they are killed.',
    threshold: { value: 85, unit: 'percent for 15 minutes', reason: 'leaves time to look before the first is killed' },
  },
  instances: {
    title: 'Instances at their maximum',
    meaning: 'As many instances run as taproom:service.maxInstances allows: no more load can be taken.',
    threshold: { value: 100, unit: 'percent of maxInstances for 15 minutes', reason: 'a roll-out is over by then' },
  },
  'database-cpu': {
    title: 'CPU of the database',
    meaning: 'The database is busy all the time: its queries begin to wait for each other.',
    threshold: { value: 80, unit: 'percent for 15 minutes', reason: 'backups and short peaks stay below' },
  },
  'database-storage': {
    title: 'Storage of the database',
    meaning: 'The database is about to have no room left to write, or none to grow into.',
    threshold: { value: 10, unit: 'percent free', reason: 'growing takes hours, and a full disk stops every write' },
  },
  'database-connections': {
    title: 'Connections of the database',
    meaning: 'Nearly all connections that the size of the database allows are taken.',
    threshold: { value: 80, unit: 'percent of the limit', reason: 'a roll-out runs old and new instances together' },
  },
  'cache-memory': {
    title: 'Memory of the cache',
    meaning: 'The cache is nearly full: it will soon throw out what is still good.',
    threshold: { value: 80, unit: 'percent for 15 minutes', reason: 'evictions begin at 100 %' },
  },
  'cache-evictions': {
    title: 'Evictions of the cache',
    meaning: 'The cache throws out entries before their time, so that the database is asked more often.',
    threshold: { value: 100, unit: 'entries in five minutes', reason: 'a few cost nothing' },
  },
  'failed-migration': {
    title: 'Failed migration',
    meaning: "A release's migration ended in an error. The release before it goes on running.",
    threshold: { value: 1, unit: 'failure', reason: 'the database may be between two schemas' },
  },
  cost: {
    title: 'Cost of the month',
    meaning: 'The month has cost, or will cost, more than taproom:alerts.monthlyBudget.',
    threshold: {
      value: 80,
      unit: 'percent of the budget spent, or 100 forecast',
      reason: 'leaves days to act in, since costs are told a day late',
    },
  },
  'slo-fast-burn': {
    title: 'Objective, fast burn',
    meaning: 'At this rate the errors that 99.9 % allows in 30 days are used up in two days.',
    threshold: {
      value: burnRates['slo-fast-burn'].rate,
      unit: 'times the allowed errors, over 1 hour and 5 minutes',
      reason: 'an hour of it uses 2 % of the month: call somebody now',
    },
  },
  'slo-slow-burn': {
    title: 'Objective, slow burn',
    meaning: 'At this rate the errors that 99.9 % allows in 30 days are used up in five days.',
    threshold: {
      value: burnRates['slo-slow-burn'].rate,
      unit: 'times the allowed errors, over 6 hours and 30 minutes',
      reason: 'six hours of it use 5 % of the month: look today',
    },
  },
} as const satisfies Record<string, AlarmDefinition>;

export type AlarmKind = keyof typeof alarms;

/** Where an alarm's page is, from the root of the repository. */
export function runbookOf(kind: AlarmKind): string {
  return `docs/runbooks/${kind}.md`;
}

/** What an alarm says on every cloud: what is wrong, from when on, where to read what to do. */
export function describeAlarm(kind: AlarmKind): string {
  const { meaning, threshold } = alarms[kind];
  return `${meaning} Limit: ${threshold.value} ${threshold.unit}. What to do: ${runbookOf(kind)}`;
}

/** The part of all requests that may fail before a burn rate is reached: 14.4 times 0.1 % is 1.44 %. */
export function errorRatioOf(kind: keyof typeof burnRates): number {
  return Number((burnRates[kind].rate * (1 - objective.availability)).toFixed(6));
}
