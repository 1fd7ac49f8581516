import * as pulumi from '@pulumi/pulumi';

/** The series of a metric that are looked at, and how many points of them become one number. */
export type Measure = {
  /** `run.googleapis.com/request_count`. */
  metric: string;
  resource: 'cloud_run_revision' | 'cloud_run_job' | 'cloudsql_database' | 'redis_instance' | 'uptime_url';
  /** By `resource.labels.NAME` or `metric.labels.NAME`: a value, or how it begins. */
  labels: Record<string, pulumi.Input<string> | { startsWith: string }>;
  /** Over each series, in each period. Which one is allowed depends on the metric: see Aggregation.Aligner. */
  aligner: string;
  /** Over all series together, or over those with the same `by`. */
  reducer?: string;
  by?: string[];
};

/** What must be true, and for how long, so that an alarm rings. Google compares with > and < only. */
export type Condition = {
  title: string;
  /** Nothing but a filter: a burn rate. */
  measure: Measure | { burnRate: pulumi.Output<string> };
  /** Divides the measure. */
  per?: Measure;
  above: number;
  /** Of the points, 60 at least. */
  periodSeconds: number;
  /** 0: at once. */
  forSeconds: number;
};

/** Longer than any roll-out, shorter than people's patience. */
export const quarterHour = { periodSeconds: 300, forSeconds: 900 };

/** Source: https://docs.cloud.google.com/monitoring/api/v3/filters */
export function filterOf({ metric, resource, labels }: Measure): pulumi.Output<string> {
  const restrictions = Object.entries(labels).map(([label, value]) =>
    typeof value === 'object' && 'startsWith' in value
      ? pulumi.interpolate`${label}=starts_with("${value.startsWith}")`
      : pulumi.interpolate`${label}="${value}"`,
  );
  return pulumi
    .all([`metric.type="${metric}"`, `resource.type="${resource}"`, ...restrictions])
    .apply((all) => all.join(' AND '));
}

/** As alert policies and charts have it. */
export function aggregationOf({ aligner, reducer, by }: Measure, periodSeconds: number) {
  return {
    alignmentPeriod: `${periodSeconds}s`,
    perSeriesAligner: aligner,
    ...(reducer !== undefined && { crossSeriesReducer: reducer }),
    ...(by !== undefined && { groupByFields: by }),
  };
}

/** The condition of an alert policy. */
export function buildCondition({ title, measure, per, above, periodSeconds, forSeconds }: Condition) {
  const limit = { comparison: 'COMPARISON_GT', thresholdValue: above, duration: `${forSeconds}s` };
  if ('burnRate' in measure) {
    return { displayName: title, conditionThreshold: { filter: measure.burnRate, ...limit } };
  }
  return {
    displayName: title,
    conditionThreshold: {
      filter: filterOf(measure),
      aggregations: [aggregationOf(measure, periodSeconds)],
      ...(per !== undefined && {
        denominatorFilter: filterOf(per),
        denominatorAggregations: [aggregationOf(per, periodSeconds)],
      }),
      ...limit,
      // Nothing measured is nothing wrong, where the condition has a time to last at all.
      ...(forSeconds > 0 && { evaluationMissingData: 'EVALUATION_MISSING_DATA_INACTIVE' }),
    },
  };
}
