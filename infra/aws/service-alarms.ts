import { type AlarmKind, alarms, burnRates, errorRatioOf, leastRequests } from '../alarms';
import { type AlarmSpec, quarterHour } from './alarm-spec';
import type { AwsSignals, Metric } from './signals';

/** What is watched of every service by its own metrics. A service that never scales is always at its maximum. */
export function buildServiceAlarms(
  signals: AwsSignals,
  { minInstances, maxInstances }: { minInstances: number; maxInstances: number },
): AlarmSpec[] {
  const busy = (kind: 'cpu' | 'memory'): AlarmSpec => ({
    kind,
    metrics: { busy: signals[kind] },
    ...quarterHour,
    comparison: 'GreaterThanThreshold',
    threshold: alarms[kind].threshold.value,
    missing: 'missing',
  });
  const { periodSeconds } = signals.instances;
  return [
    {
      kind: 'server-errors',
      ...errorRatio(signals, leastRequests.perFiveMinutes, 100),
      periodSeconds: 300,
      periods: 1,
      comparison: 'GreaterThanThreshold',
      threshold: alarms['server-errors'].threshold.value,
      missing: 'notBreaching',
    },
    {
      kind: 'latency',
      metrics: { latency: signals.latency },
      ...quarterHour,
      comparison: 'GreaterThanThreshold',
      threshold: alarms.latency.threshold.value / (signals.latency.unit === 'seconds' ? 1_000 : 1),
      missing: 'notBreaching',
    },
    busy('cpu'),
    busy('memory'),
    ...(minInstances === maxInstances
      ? []
      : [
          {
            kind: 'instances',
            metrics: { running: signals.instances },
            periodSeconds,
            periods: 900 / periodSeconds,
            comparison: 'GreaterThanOrEqualToThreshold',
            threshold: maxInstances,
            missing: 'missing',
          } satisfies AlarmSpec,
        ]),
  ];
}

export type BurnKind = Extract<AlarmKind, keyof typeof burnRates>;

/** The two windows of a burn rate: the alarm rings while both are too high. */
export function buildBurnWindows(kind: BurnKind, signals: AwsSignals): Record<'long' | 'short', AlarmSpec> {
  const { longMinutes, shortMinutes } = burnRates[kind];
  const window = (minutes: number, least: number): AlarmSpec => ({
    kind,
    ...errorRatio(signals, least, 1),
    periodSeconds: minutes * 60,
    periods: 1,
    comparison: 'GreaterThanThreshold',
    threshold: errorRatioOf(kind),
    missing: 'notBreaching',
  });
  return {
    long: window(longMinutes, leastRequests.perBurnWindow),
    short: window(shortMinutes, leastRequests.perFiveMinutes),
  };
}

/** Errors by requests, or 0 while there are too few requests to judge. Metrics that count nothing have no data at all. */
function errorRatio(
  { requests, serverErrors }: AwsSignals,
  least: number,
  scale: number,
): { metrics: Record<string, Metric>; expression: string } {
  // A metric that is in both lists is asked for once.
  const all = [...new Set([...requests, ...serverErrors])];
  const idOf = (metric: Metric) => `m${all.indexOf(metric) + 1}`;
  const sum = (metrics: readonly Metric[]) => metrics.map((metric) => `FILL(${idOf(metric)}, 0)`).join(' + ');
  const [total, errors] = [`(${sum(requests)})`, `(${sum(serverErrors)})`];
  const ratio = `${scale === 1 ? '' : `${scale} * `}${errors} / ${total}`;
  return {
    metrics: Object.fromEntries(all.map((metric) => [idOf(metric), metric])),
    expression: `IF(${total} >= ${least}, ${ratio}, 0)`,
  };
}
