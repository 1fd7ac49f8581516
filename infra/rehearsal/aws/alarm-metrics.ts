import type { cloudwatch } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import type { Cloud, Place } from '../cloud/cloud';
import { readSamples, type Sample, type Series } from '../cloud/metrics';
import { parseMetricMath } from './metric-math';

export type AlarmArgs = Unwrap<cloudwatch.MetricAlarmArgs>;

/** A metric as an alarm reads it. */
export type AlarmMetric = { id: string; series: Series; stat: string; periodSeconds: number };

/** What an alarm compares: a metric, or an expression over several. */
export type AlarmCondition = {
  metrics: readonly AlarmMetric[];
  /** Of one period. */
  value(values: Readonly<Record<string, number | undefined>>): number | undefined;
  periodSeconds: number;
};

/** Throws SyntaxError when its expression is none. */
export function conditionOf(inputs: AlarmArgs, place: Place): AlarmCondition {
  const queries = inputs.metricQueries ?? [];
  if (queries.length === 0) {
    const { namespace = '', metricName: metric = '', dimensions: labels = {}, period = 60 } = inputs;
    const stat = inputs.extendedStatistic ?? inputs.statistic ?? 'Average';
    const series = { namespace, metric, labels, place };
    return {
      metrics: [{ id: 'metric', series, stat, periodSeconds: period }],
      value: (values) => values.metric,
      periodSeconds: period,
    };
  }
  const metrics = queries.flatMap(({ id, metric: given }): AlarmMetric[] => {
    if (given === undefined) return [];
    const { namespace = '', metricName: metric, dimensions: labels = {}, period, stat } = given;
    return [{ id, series: { namespace, metric, labels, place }, stat, periodSeconds: period }];
  });
  const returned = queries.find(({ returnData }) => returnData) ?? queries[0];
  const math = returned?.expression === undefined ? undefined : parseMetricMath(returned.expression);
  return {
    metrics,
    value: (values) => (math ? math.evaluate(values) : values[returned?.id ?? '']),
    periodSeconds: metrics[0]?.periodSeconds ?? 60,
  };
}

/** The statistic of the samples of one period; undefined without any. */
export function statisticOf(stat: string, samples: readonly Sample[]): number | undefined {
  const values = samples.map(({ value }) => value).sort((a, b) => a - b);
  if (values.length === 0) return undefined;
  const sum = values.reduce((total, value) => total + value, 0);
  const percentile = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(stat)?.[1];
  if (percentile !== undefined) {
    return values[Math.min(values.length - 1, Math.ceil((Number(percentile) / 100) * values.length) - 1)] ?? values[0];
  }
  return {
    Sum: sum,
    Average: sum / values.length,
    Minimum: values[0],
    Maximum: values.at(-1),
    SampleCount: values.length,
  }[stat];
}

/** What the alarm compares in the period that ends at `untilMs`. */
export function valueAt(cloud: Cloud, condition: AlarmCondition, untilMs: number): number | undefined {
  const values = condition.metrics.map(({ id, series, stat, periodSeconds }) => {
    const window = { sinceMs: untilMs - periodSeconds * 1_000, untilMs };
    return [id, statisticOf(stat, readSamples(cloud, series, window))];
  });
  return condition.value(Object.fromEntries(values));
}

export function isBreaching({ comparisonOperator, threshold = 0 }: AlarmArgs, value: number): boolean {
  switch (comparisonOperator) {
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'LessThanThreshold':
      return value < threshold;
    default:
      return value <= threshold;
  }
}
