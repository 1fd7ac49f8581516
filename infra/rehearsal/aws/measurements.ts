import type { Series } from '../cloud/metrics';
import { type AlarmArgs, type AlarmCondition, type AlarmMetric, isBreaching, statisticOf } from './alarm-metrics';

type Condition = { inputs: AlarmArgs; condition: AlarmCondition };
export type Measurement = { series: Series; values: number[] };

/**
 * Measurements of one minute that, minute after minute, break all of these conditions, or none. They are found by trying: what
 * an alarm compares may be any expression. Throws when there are none, as for a limit that no value can pass.
 */
export function findMeasurements(conditions: readonly Condition[], health: 'bad' | 'good'): Measurement[] {
  const lines = new Map<string, AlarmMetric>();
  for (const { condition } of conditions) for (const metric of condition.metrics) lines.set(keyOf(metric), metric);
  const keys = [...lines.keys()];
  const values = candidates(conditions.map(({ inputs }) => inputs.threshold ?? 0));
  const index = combinations(values.length, keys.length, (chosen) => {
    const byKey = new Map(keys.map((key, at) => [key, values[chosen[at] ?? 0] ?? 0]));
    return conditions.every(({ inputs, condition }) => {
      const compared = condition.value(
        Object.fromEntries(
          condition.metrics.map((metric) => [metric.id, inPeriod(metric, byKey.get(keyOf(metric)) ?? 0)]),
        ),
      );
      return compared !== undefined && isBreaching(inputs, compared) === (health === 'bad');
    });
  });
  if (index === undefined)
    throw new Error(`no measurements are ${health} for the limit ${conditions[0]?.inputs.threshold}`);
  return keys.map((key, at) => {
    const metric = lines.get(key) as AlarmMetric;
    return { series: metric.series, values: samplesOf(metric.stat, values[index[at] ?? 0] ?? 0) };
  });
}

function keyOf({ series, stat }: AlarmMetric): string {
  return JSON.stringify([series.namespace, series.metric, series.labels, stat]);
}

/** Around each limit, and what counts and shares of requests are made of. Zero first: nothing happens in most minutes. */
function candidates(thresholds: readonly number[]): number[] {
  const around = thresholds.flatMap((limit) => [limit, limit - 1, limit + 1, limit * 2, limit / 2]);
  return [...new Set([0, 100, 1, 1_000, ...around].filter((value) => value >= 0))];
}

/** Samples of a minute: so many requests, or one reading. */
function samplesOf(stat: string, value: number): number[] {
  return stat === 'SampleCount' ? Array.from({ length: Math.min(Math.round(value), 10_000) }, () => 50) : [value];
}

/** What a minute's samples come to, repeated over the metric's period; no sample is no data. */
function inPeriod({ stat, periodSeconds }: AlarmMetric, value: number): number | undefined {
  const minutes = Math.max(1, periodSeconds / 60);
  if (stat === 'Sum') return value * minutes;
  if (stat === 'SampleCount') return samplesOf(stat, value).length * minutes || undefined;
  return statisticOf(stat, [{ atMs: 0, value }]);
}

/** The first choice of one of `count` for each of `places` that fits, counting up as an odometer does. */
function combinations(
  count: number,
  places: number,
  fits: (chosen: readonly number[]) => boolean,
): readonly number[] | undefined {
  for (let number = 0; number < count ** places; number++) {
    const chosen = Array.from({ length: places }, (_, place) => Math.floor(number / count ** place) % count);
    if (fits(chosen)) return chosen;
  }
  return undefined;
}
