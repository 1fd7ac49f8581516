import type { MetricKind, ValueType } from './monitoring-metrics';

/** The shape of a series: what an aligner or reducer takes, and what it gives. */
export type Shape = { readonly kind: MetricKind; readonly value: ValueType };

/** What a series is at one moment: the values of its points in the period, none when it has no point. */
export type Values = readonly number[];

type Step = {
  readonly kinds: readonly MetricKind[];
  readonly values: readonly ValueType[];
  /** Undefined: as it was. */
  readonly gives?: ValueType;
  readonly givesKind?: MetricKind;
  /** From the values of one period of this length. True is 1. */
  apply(values: Values, period: { seconds: number; value: ValueType }): Values;
};

const numeric: readonly ValueType[] = ['INT64', 'DOUBLE'];
const gaugeOrDelta: readonly MetricKind[] = ['GAUGE', 'DELTA'];
const growing: readonly MetricKind[] = ['DELTA', 'CUMULATIVE'];

const sum = (values: Values) => values.reduce((total, value) => total + value, 0);
const mean = (values: Values) => sum(values) / values.length;
const isTrue = (value: number) => value !== 0;
const one =
  (compute: (values: Values, seconds: number) => number) =>
  (values: Values, { seconds }: { seconds: number }): Values =>
    values.length === 0 ? [] : [compute(values, seconds)];
const asIs = (values: Values) => values;
/** Distributions are put together, numbers are added up. */
const total: Step['apply'] = (values, { value }) =>
  value === 'DISTRIBUTION' || values.length === 0 ? values : [sum(values)];

function deviation(values: Values): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

/** Nearest rank. */
function percentile(share: number) {
  return one((values) => {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  });
}

const percentiles = (values: readonly ValueType[], prefix: string): Record<string, Step> =>
  Object.fromEntries(
    [99, 95, 50, 5].map((rank) => [
      `${prefix}_PERCENTILE_${String(rank).padStart(2, '0')}`,
      { kinds: gaugeOrDelta, values, gives: 'DOUBLE', givesKind: 'GAUGE', apply: percentile(rank / 100) },
    ]),
  );

/**
 * Which aligner may be used on what. A distribution is the values that it was made of.
 * Source: https://github.com/googleapis/googleapis/blob/master/google/monitoring/v3/common.proto (Aggregation.Aligner)
 */
export const aligners: Readonly<Record<string, Step>> = {
  ALIGN_NONE: { kinds: ['GAUGE', 'DELTA', 'CUMULATIVE'], values: ['BOOL', ...numeric], apply: asIs },
  ALIGN_DELTA: {
    kinds: growing,
    values: [...numeric, 'DISTRIBUTION'],
    givesKind: 'DELTA',
    apply: total,
  },
  ALIGN_RATE: {
    kinds: growing,
    values: numeric,
    gives: 'DOUBLE',
    givesKind: 'GAUGE',
    apply: one((values, seconds) => sum(values) / seconds),
  },
  ALIGN_NEXT_OLDER: { kinds: ['GAUGE'], values: ['BOOL', ...numeric], apply: (values) => values.slice(-1) },
  ALIGN_MIN: { kinds: gaugeOrDelta, values: numeric, apply: one((values) => Math.min(...values)) },
  ALIGN_MAX: { kinds: gaugeOrDelta, values: numeric, apply: one((values) => Math.max(...values)) },
  ALIGN_MEAN: { kinds: gaugeOrDelta, values: numeric, gives: 'DOUBLE', apply: one(mean) },
  ALIGN_COUNT: {
    kinds: gaugeOrDelta,
    values: ['BOOL', ...numeric],
    gives: 'INT64',
    apply: one((values) => values.length),
  },
  ALIGN_SUM: { kinds: gaugeOrDelta, values: [...numeric, 'DISTRIBUTION'], apply: total },
  ALIGN_STDDEV: { kinds: gaugeOrDelta, values: numeric, gives: 'DOUBLE', apply: one(deviation) },
  ALIGN_COUNT_TRUE: {
    kinds: ['GAUGE'],
    values: ['BOOL'],
    gives: 'INT64',
    apply: one((values) => values.filter(isTrue).length),
  },
  ALIGN_COUNT_FALSE: {
    kinds: ['GAUGE'],
    values: ['BOOL'],
    gives: 'INT64',
    apply: one((values) => values.filter((value) => !isTrue(value)).length),
  },
  ALIGN_FRACTION_TRUE: {
    kinds: ['GAUGE'],
    values: ['BOOL'],
    gives: 'DOUBLE',
    apply: one((values) => values.filter(isTrue).length / values.length),
  },
  ...percentiles(['DISTRIBUTION'], 'ALIGN'),
};

/** Source: https://github.com/googleapis/googleapis/blob/master/google/monitoring/v3/common.proto (Aggregation.Reducer) */
export const reducers: Readonly<Record<string, Step>> = {
  REDUCE_NONE: { kinds: gaugeOrDelta, values: ['BOOL', ...numeric], apply: asIs },
  REDUCE_MEAN: { kinds: gaugeOrDelta, values: [...numeric, 'DISTRIBUTION'], gives: 'DOUBLE', apply: one(mean) },
  REDUCE_MIN: { kinds: gaugeOrDelta, values: numeric, apply: one((values) => Math.min(...values)) },
  REDUCE_MAX: { kinds: gaugeOrDelta, values: numeric, apply: one((values) => Math.max(...values)) },
  REDUCE_SUM: { kinds: gaugeOrDelta, values: [...numeric, 'DISTRIBUTION'], apply: total },
  REDUCE_STDDEV: { kinds: gaugeOrDelta, values: [...numeric, 'DISTRIBUTION'], gives: 'DOUBLE', apply: one(deviation) },
  REDUCE_COUNT: {
    kinds: gaugeOrDelta,
    values: ['BOOL', 'STRING', ...numeric, 'DISTRIBUTION'],
    gives: 'INT64',
    apply: one((values) => values.length),
  },
  REDUCE_COUNT_TRUE: {
    kinds: gaugeOrDelta,
    values: ['BOOL'],
    gives: 'INT64',
    apply: one((values) => values.filter(isTrue).length),
  },
  REDUCE_COUNT_FALSE: {
    kinds: gaugeOrDelta,
    values: ['BOOL'],
    gives: 'INT64',
    apply: one((values) => values.filter((value) => !isTrue(value)).length),
  },
  REDUCE_FRACTION_TRUE: {
    kinds: gaugeOrDelta,
    values: ['BOOL'],
    gives: 'DOUBLE',
    apply: one((values) => values.filter(isTrue).length / values.length),
  },
  ...percentiles([...numeric, 'DISTRIBUTION'], 'REDUCE'),
};

/** These Google has, and they are not simulated. */
export const unsimulatedAligners = ['ALIGN_INTERPOLATE', 'ALIGN_PERCENT_CHANGE'];

export function allows(step: Step, shape: Shape): boolean {
  return step.kinds.includes(shape.kind) && step.values.includes(shape.value);
}

export function shapeAfter(step: Step, shape: Shape): Shape {
  return { kind: step.givesKind ?? shape.kind, value: step.gives ?? shape.value };
}
