import type { monitoring } from '@pulumi/gcp';
import type { Unwrap } from '@pulumi/pulumi';
import type { Cloud } from '../cloud/cloud';
import { aligners, reducers, type Shape, shapeAfter, type Values } from './monitoring-aligners';
import { equalTo, labelOf, parseFilter } from './monitoring-filter';
import { type Aggregation, shapeOf } from './monitoring-filter-problems';
import { readPoints } from './monitoring-series';
import { burnRateOf, findSlo } from './monitoring-slo';

export type PolicyArgs = Unwrap<monitoring.AlertPolicyArgs>;
export type Threshold = NonNullable<PolicyArgs['conditions'][number]['conditionThreshold']>;

/** What a condition finds at one moment: too much (or too little), not, or nothing to judge. */
export type Finding = 'broken' | 'kept' | 'no data';

export function secondsOf(duration: string | undefined): number {
  return Number.parseFloat(duration ?? '0s') || 0;
}

/** Judges a condition on what was measured until now, without regard to how long it has lasted. */
export function judge(cloud: Cloud, project: string, threshold: Threshold): Finding {
  const values = valuesOf(cloud, project, threshold);
  if (values.length === 0) return 'no data';
  const { comparison, thresholdValue = 0, trigger } = threshold;
  const broken = values.filter((value) =>
    comparison === 'COMPARISON_LT' ? value < thresholdValue : value > thresholdValue,
  );
  const needed = trigger?.percent === undefined ? (trigger?.count ?? 1) : (trigger.percent / 100) * values.length;
  return broken.length >= Math.max(needed, 1) ? 'broken' : 'kept';
}

/** One value for each series that is left after the aggregations. */
function valuesOf(cloud: Cloud, project: string, threshold: Threshold): Values {
  const filter = parseFilter(threshold.filter ?? '');
  if (filter.kind === 'burn rate') {
    const slo = findSlo(cloud, filter.slo);
    const rate = slo && burnRateOf(cloud, slo, filter.lookbackSeconds);
    return rate === undefined ? [] : [rate];
  }
  const over = aggregate(cloud, project, threshold.filter, threshold.aggregations ?? []);
  if (threshold.denominatorFilter === undefined) return [...over.values()];
  const under = aggregate(cloud, project, threshold.denominatorFilter, threshold.denominatorAggregations ?? []);
  // A ratio of what is on both sides, and not of a division by nothing.
  return [...over].flatMap(([group, value]) => {
    const divisor = under.get(group) ?? 0;
    return divisor === 0 ? [] : [value / divisor];
  });
}

type Group = { labels: Readonly<Record<string, string>>; values: Values };

function aggregate(
  cloud: Cloud,
  project: string,
  text: string | undefined,
  aggregations: readonly Aggregation[],
): ReadonlyMap<string, number> {
  const filter = parseFilter(text ?? '');
  const shape = shapeOf(text);
  const type = equalTo(filter, 'metric.type');
  if (filter.kind !== 'series' || !shape || type === undefined) return new Map();
  const seconds = secondsOf(aggregations[0]?.alignmentPeriod) || 60;
  const series = readPoints(cloud, project, { restrictions: filter.restrictions, type, seconds });
  let groups: readonly Group[] = series.map(({ labels, samples }) => ({
    labels,
    values: samples.map(({ value }) => value),
  }));
  let current: Shape = shape;
  for (const aggregation of aggregations) {
    const next = applyAggregation(groups, current, aggregation);
    groups = next.groups;
    current = next.shape;
  }
  return new Map(
    groups.flatMap(({ labels, values }, index) => {
      const last = values.at(-1);
      const key = Object.keys(labels).length === 0 ? '' : JSON.stringify(labels) || String(index);
      return last === undefined ? [] : [[key, last] as const];
    }),
  );
}

function applyAggregation(
  groups: readonly Group[],
  shape: Shape,
  {
    alignmentPeriod,
    perSeriesAligner = 'ALIGN_NONE',
    crossSeriesReducer = 'REDUCE_NONE',
    groupByFields = [],
  }: Aggregation,
): { groups: readonly Group[]; shape: Shape } {
  const seconds = secondsOf(alignmentPeriod) || 60;
  const aligner = aligners[perSeriesAligner];
  const reducer = reducers[crossSeriesReducer];
  if (!aligner || !reducer) return { groups: [], shape };
  const aligned = groups.map(({ labels, values }) => ({
    labels,
    values: aligner.apply(values, { seconds, value: shape.value }),
  }));
  const alignedShape = shapeAfter(aligner, shape);
  if (crossSeriesReducer === 'REDUCE_NONE') return { groups: aligned, shape: alignedShape };
  const reduced = new Map<string, Group>();
  for (const { labels, values } of aligned) {
    const kept = Object.fromEntries(groupByFields.map((field) => [field, labelOf(labels, field)]));
    const key = JSON.stringify(kept);
    reduced.set(key, { labels: kept, values: [...(reduced.get(key)?.values ?? []), ...values] });
  }
  return {
    groups: [...reduced.values()].map(({ labels, values }) => ({
      labels,
      values: reducer.apply(values, { seconds, value: alignedShape.value }),
    })),
    shape: shapeAfter(reducer, alignedShape),
  };
}
