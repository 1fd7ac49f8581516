import { applyRule, inputRule } from '../rules';
import { googleError, notFound } from './google-error';
import { findChannel } from './monitoring-channel';
import { secondsOf, type Threshold } from './monitoring-condition';
import { parseFilter } from './monitoring-filter';
import { type Aggregation, aggregateShape, findFilterProblem, shapeOf } from './monitoring-filter-problems';
import { alertPolicy, thresholdsOf } from './monitoring-policy';
import { findSlo } from './monitoring-slo';

const source = 'https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies';
const combiners = ['AND', 'OR', 'AND_WITH_MATCHING_RESOURCE'];
const longestAlignmentSeconds = 90_000;
const invalid = (message: string) => googleError(400, message);

/** The numerator and, of a ratio, the denominator: each with the name of its field. */
function sidesOf(threshold: Threshold, index: number) {
  const at = `alert_policy.conditions[${index}].condition_threshold`;
  const { filter, aggregations = [], denominatorFilter, denominatorAggregations = [] } = threshold;
  const over = { field: `${at}.filter`, filter, aggregations };
  if (denominatorFilter === undefined) return [over];
  const under = { field: `${at}.denominator_filter`, filter: denominatorFilter, aggregations: denominatorAggregations };
  return [over, under];
}

function alignmentProblems({ alignmentPeriod, perSeriesAligner, crossSeriesReducer }: Aggregation): string[] {
  const isAligned = perSeriesAligner !== undefined && perSeriesAligner !== 'ALIGN_NONE';
  const isReduced = crossSeriesReducer !== undefined && crossSeriesReducer !== 'REDUCE_NONE';
  const seconds = secondsOf(alignmentPeriod);
  if (isReduced && !isAligned)
    return [invalid('aggregation.perSeriesAligner must be set, and not ALIGN_NONE, for a crossSeriesReducer')];
  if (!isAligned) return [];
  if (seconds < 60)
    return [invalid(`aggregation.alignmentPeriod must be at least 60 seconds, not ${alignmentPeriod ?? 'empty'}`)];
  return seconds <= longestAlignmentSeconds
    ? []
    : [
        invalid(
          `aggregation.alignmentPeriod must be at most ${longestAlignmentSeconds} seconds in an alerting policy, not ${alignmentPeriod}`,
        ),
      ];
}

export const policyRules = [
  inputRule({
    id: 'gcp.monitoring.combiner',
    refuses: 'Combiners other than AND, OR and AND_WITH_MATCHING_RESOURCE.',
    source,
    types: alertPolicy,
    check: ({ inputs: { combiner } }) =>
      combiners.includes(combiner)
        ? undefined
        : `expected combiner to be one of ${combiners.join(', ')}, got ${combiner}`,
  }),
  inputRule({
    id: 'gcp.monitoring.conditions',
    refuses: 'Policies without one to six conditions, each of exactly one kind.',
    source,
    types: alertPolicy,
    check: ({ inputs: { conditions } }) => [
      ...(conditions.length >= 1 && conditions.length <= 6
        ? []
        : [`conditions must be 1 to 6, not ${conditions.length}`]),
      ...conditions.flatMap(({ displayName, name: _, ...kinds }) => {
        const set = Object.entries(kinds).flatMap(([kind, value]) => (value === undefined ? [] : [kind]));
        if (set.length !== 1)
          return [invalid(`condition "${displayName}" must have exactly one kind, not ${set.length}`)];
        return set[0] === 'conditionThreshold' ? [] : [`not simulated: ${set[0]}`];
      }),
    ],
  }),
  inputRule({
    id: 'gcp.monitoring.policy-filter',
    refuses: 'Filters of conditions that do not say the type of the metric and of the resource.',
    source: 'https://github.com/hashicorp/terraform-provider-google/issues/7179',
    types: alertPolicy,
    check: ({ inputs }) =>
      thresholdsOf(inputs).flatMap((threshold, index) =>
        sidesOf(threshold, index).flatMap(({ field, filter }) => {
          const problem = findFilterProblem(field, filter);
          return problem?.about === 'form' ? [invalid(problem.message)] : [];
        }),
      ),
  }),
  inputRule({
    id: 'gcp.monitoring.policy-metric',
    refuses: 'Conditions on metrics, resources or labels that Google does not write.',
    source: 'https://docs.cloud.google.com/monitoring/api/metrics_gcp',
    types: alertPolicy,
    check: ({ inputs }) =>
      thresholdsOf(inputs).flatMap((threshold, index) =>
        sidesOf(threshold, index).flatMap(({ field, filter }) => {
          const problem = findFilterProblem(field, filter);
          return problem?.about === 'metric' ? [googleError(404, problem.message)] : [];
        }),
      ),
  }),
  inputRule({
    id: 'gcp.monitoring.aligner',
    refuses:
      "Aligners and reducers that a metric's kind and value type do not allow; what is compared must be a number.",
    source: 'https://github.com/google/exposure-notifications-verification-server/issues/659',
    types: alertPolicy,
    check: ({ inputs }) =>
      thresholdsOf(inputs).flatMap((threshold, index) =>
        sidesOf(threshold, index).flatMap(({ field, filter, aggregations }) => {
          const shape = shapeOf(filter);
          if (!shape) return [];
          const result = aggregateShape(aggregations, shape);
          if (result.problem !== undefined) return [invalid(result.problem)];
          return ['INT64', 'DOUBLE'].includes(result.shape.value)
            ? []
            : [invalid(`Field ${field} had an invalid value: a threshold needs a number, not ${result.shape.value}`)];
        }),
      ),
  }),
  inputRule({
    id: 'gcp.monitoring.alignment-period',
    refuses: 'Alignment periods under 60 seconds or over 25 hours, aligners without one, reducers without an aligner.',
    source: `${source}#aggregation`,
    types: alertPolicy,
    check: ({ inputs }) =>
      thresholdsOf(inputs).flatMap((threshold, index) =>
        sidesOf(threshold, index).flatMap(({ aggregations }) => aggregations.flatMap(alignmentProblems)),
      ),
  }),
  inputRule({
    id: 'gcp.monitoring.ratio',
    refuses: 'Ratios whose two sides have other alignment periods or labels.',
    source: `${source}#metricthreshold`,
    types: alertPolicy,
    check: ({ inputs }) =>
      thresholdsOf(inputs).flatMap(({ aggregations = [], denominatorFilter, denominatorAggregations = [] }) => {
        if (denominatorFilter === undefined) return [];
        const shape = (side: readonly Aggregation[]) =>
          side.map(({ alignmentPeriod, groupByFields = [] }) => [
            secondsOf(alignmentPeriod),
            [...groupByFields].sort(),
          ]);
        return JSON.stringify(shape(aggregations)) === JSON.stringify(shape(denominatorAggregations))
          ? []
          : [invalid('aggregations and denominatorAggregations must use the same alignmentPeriod and groupByFields')];
      }),
  }),
  inputRule({
    id: 'gcp.monitoring.duration',
    refuses: 'Durations of conditions that are no multiple of a minute.',
    source: `${source}#metricthreshold`,
    types: alertPolicy,
    check: ({ inputs }) =>
      thresholdsOf(inputs).flatMap(({ duration }) =>
        /^\d+(\.\d+)?s$/.test(duration) && secondsOf(duration) % 60 === 0
          ? []
          : [invalid(`duration must be a multiple of 60 seconds, such as 0s or 300s, not ${duration}`)],
      ),
  }),
  inputRule({
    id: 'gcp.monitoring.comparison',
    refuses: 'Comparisons other than greater than and less than.',
    source: `${source}#metricthreshold`,
    types: alertPolicy,
    check: ({ inputs }) =>
      thresholdsOf(inputs).flatMap(({ comparison }) =>
        ['COMPARISON_GT', 'COMPARISON_LT'].includes(comparison)
          ? []
          : [invalid(`comparison must be COMPARISON_GT or COMPARISON_LT, not ${comparison}`)],
      ),
  }),
  inputRule({
    id: 'gcp.monitoring.burn-rate',
    refuses: 'Burn rates with aggregations or a denominator, or over no time.',
    source: 'https://docs.cloud.google.com/stackdriver/docs/solutions/slo-monitoring/api/create-policy-api',
    types: alertPolicy,
    check: ({ inputs }) =>
      thresholdsOf(inputs).flatMap(({ filter = '', aggregations = [], denominatorFilter }) => {
        const parsed = parseFilter(filter);
        if (parsed.kind !== 'burn rate') return [];
        const isPlain = aggregations.length === 0 && denominatorFilter === undefined;
        return [
          ...(isPlain
            ? []
            : [invalid('a condition on an SLO has a filter only: no aggregations, no denominatorFilter')]),
          ...(parsed.lookbackSeconds >= 60 ? [] : [invalid('the lookback period must be at least 60s')]),
        ];
      }),
  }),
  applyRule({
    id: 'gcp.monitoring.policy-slo',
    refuses: 'A burn rate of an SLO that does not exist.',
    source: 'https://docs.cloud.google.com/stackdriver/docs/solutions/slo-monitoring/api/timeseries-selectors',
    types: alertPolicy,
    check: ({ inputs, cloud }) =>
      thresholdsOf(inputs).flatMap(({ filter = '' }) => {
        const parsed = parseFilter(filter);
        return parsed.kind !== 'burn rate' || findSlo(cloud, parsed.slo)
          ? []
          : [notFound('ServiceLevelObjective', parsed.slo)];
      }),
  }),
  applyRule({
    id: 'gcp.monitoring.policy-channel',
    refuses: 'Notification channels that do not exist, or that are not named in full.',
    source: 'https://github.com/hashicorp/terraform-provider-google/issues/25878',
    types: alertPolicy,
    check: ({ inputs, cloud }) =>
      (inputs.notificationChannels ?? []).flatMap((name) => {
        if (!/^projects\/[^/]+\/notificationChannels\/[^/]+$/.test(name)) {
          return [
            invalid(`Name must begin with 'projects/{project_id}/notificationChannels/{channel_id}', got: ${name}`),
          ];
        }
        return findChannel(cloud, name) ? [] : [notFound('Notification channel', name)];
      }),
  }),
  inputRule({
    id: 'gcp.monitoring.auto-close',
    refuses: 'Incidents that close by themselves after less than 30 minutes.',
    source: `${source}#alertstrategy`,
    types: alertPolicy,
    check: ({ inputs: { alertStrategy } }) =>
      alertStrategy?.autoClose === undefined || secondsOf(alertStrategy.autoClose) >= 1_800
        ? undefined
        : invalid(`alertStrategy.autoClose must be at least 1800s, not ${alertStrategy.autoClose}`),
  }),
  inputRule({
    id: 'gcp.monitoring.policy-text',
    refuses: 'Names of policies over 512 characters, documentation over 8 192 bytes, subjects over 255 characters.',
    source: `${source}#documentation`,
    types: alertPolicy,
    check: ({ inputs: { displayName, documentation } }) => [
      ...(displayName.length <= 512 && displayName !== '' ? [] : ['displayName must be 1 to 512 characters']),
      ...(Buffer.byteLength(documentation?.content ?? '') <= 8_192
        ? []
        : ['documentation.content must be at most 8192 bytes']),
      ...((documentation?.subject ?? '').length <= 255 ? [] : ['documentation.subject must be at most 255 characters']),
    ],
  }),
];
