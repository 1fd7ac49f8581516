import type { Cloud, Place } from '../cloud/cloud';
import { applyRule, inputRule, type Verdict } from '../rules';
import { type AlarmArgs, conditionOf } from './alarm-metrics';
import { parseAlarmRule } from './alarm-rule-expression';
import { compositeAlarm, metricAlarm } from './cloudwatch-alarm';
import { topic } from './sns';

const source = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html';
const compositeSource = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html';

const comparisons = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
];
const bands = ['LessThanLowerOrGreaterThanUpperThreshold', 'LessThanLowerThreshold', 'GreaterThanUpperThreshold'];
const missing = ['breaching', 'notBreaching', 'ignore', 'missing'];
const statistics = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'];
const percentile = /^p(\d{1,2}(\.\d{1,10})?|100)$/;

const oneOf = (property: string, allowed: readonly string[], value: string | undefined): string | undefined =>
  value === undefined || allowed.includes(value)
    ? undefined
    : `expected ${property} to be one of ${JSON.stringify(allowed)}, got ${value}`;

export const metricAlarmRules = [
  inputRule({
    id: 'aws.cloudwatch.alarm-name',
    refuses: 'Names of alarms other than 1 to 255 characters.',
    source,
    types: metricAlarm,
    check: ({ inputs: { name = 'generated' } }) =>
      name.length >= 1 && name.length <= 255
        ? undefined
        : "ValidationError: 1 validation error detected: Value at 'alarmName' failed to satisfy constraint: Member must have length less than or equal to 255 (name)",
  }),
  inputRule({
    id: 'aws.cloudwatch.alarm-values',
    refuses: 'A comparison, a statistic or a way with missing data that does not exist.',
    source,
    types: metricAlarm,
    check: ({ inputs }) =>
      [
        oneOf('comparisonOperator', [...comparisons, ...bands], inputs.comparisonOperator),
        oneOf('treatMissingData', missing, inputs.treatMissingData),
        oneOf('statistic', statistics, inputs.statistic),
        oneOf('evaluateLowSampleCountPercentiles', ['evaluate', 'ignore'], inputs.evaluateLowSampleCountPercentiles),
        ...(inputs.metricQueries ?? []).map(({ metric }) =>
          metric === undefined || percentile.test(metric.stat)
            ? undefined
            : oneOf('metricQueries.metric.stat', statistics, metric.stat),
        ),
        inputs.extendedStatistic === undefined || percentile.test(inputs.extendedStatistic)
          ? undefined
          : `ValidationError: extendedStatistic must be a percentile from p0 to p100, not ${inputs.extendedStatistic}`,
      ].filter((problem) => problem !== undefined),
  }),
  inputRule({
    id: 'aws.cloudwatch.alarm-subject',
    refuses: 'An alarm with both a metric and queries, with neither, without limit or statistic, or with two of them.',
    source,
    types: metricAlarm,
    check: ({ inputs }) => refuseSubject(inputs),
  }),
  inputRule({
    id: 'aws.cloudwatch.period',
    refuses: 'Periods other than 10, 20, 30 and multiples of 60 seconds, and less than 60 for metrics of AWS.',
    source,
    types: metricAlarm,
    check: ({ inputs }) => {
      const own = inputs.period === undefined ? [] : [{ period: inputs.period, namespace: inputs.namespace }];
      const queried = (inputs.metricQueries ?? []).flatMap(({ metric }) => (metric ? [metric] : []));
      return [...own, ...queried].flatMap(({ period, namespace = '' }) => {
        if (![10, 20, 30].includes(period) && (period < 60 || period % 60 !== 0)) {
          return [`ValidationError: period must be 10, 20, 30 or a multiple of 60, not ${period}`];
        }
        return period < 60 && namespace.startsWith('AWS/')
          ? [`ValidationError: Metrics in the namespace ${namespace} need a period of at least 60, not ${period}`]
          : [];
      });
    },
  }),
  inputRule({
    id: 'aws.cloudwatch.evaluation',
    refuses:
      'More data points to alarm than periods, or periods that together are longer than a day (a week for periods of an hour and more).',
    source,
    types: metricAlarm,
    check: ({ inputs }) => refuseEvaluation(inputs),
  }),
  inputRule({
    id: 'aws.cloudwatch.math',
    refuses: 'Metric math that is none: unknown metrics, ids that are none, several results, or periods that differ.',
    source:
      'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html',
    types: metricAlarm,
    check: ({ inputs, place }) => refuseMath(inputs, place),
  }),
  inputRule({
    id: 'aws.cloudwatch.route53-region',
    refuses: 'An alarm on a health check outside of us-east-1, where alone Route 53 has metrics.',
    source: 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-cloudwatch.html',
    types: metricAlarm,
    check: ({ inputs, place }) => {
      const namespaces = [inputs.namespace, ...(inputs.metricQueries ?? []).map(({ metric }) => metric?.namespace)];
      return place.region !== 'us-east-1' && namespaces.includes('AWS/Route53')
        ? `AWS/Route53 has metrics in us-east-1 only: region must be us-east-1, not ${place.region}`
        : undefined;
    },
  }),
];

export const alarmActionRules = [
  inputRule({
    id: 'aws.cloudwatch.actions',
    refuses: 'More than five actions for a state, what is no ARN, or an action in another region.',
    source,
    types: [metricAlarm, compositeAlarm],
    check: ({ inputs, place }) =>
      actionsOf(inputs).flatMap(([property, actions]) => {
        if (actions.length > 5)
          return [`ValidationError: ${property} must have at most 5 actions, not ${actions.length}`];
        return actions.flatMap((action) => {
          const region = /^arn:aws[a-z-]*:[a-z0-9-]+:([a-z0-9-]*):/.exec(action)?.[1];
          if (region === undefined) return [`ValidationError: Invalid arn syntax: ${action} (${property})`];
          return region === '' || region === place.region
            ? []
            : [`ValidationError: Invalid region ${region} specified. Only ${place.region} is supported. (${property})`];
        });
      }),
  }),
  applyRule({
    id: 'aws.cloudwatch.action-missing',
    refuses: 'An alarm whose topic does not exist: CloudWatch takes it, and nobody is ever told.',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html',
    types: [metricAlarm, compositeAlarm],
    check: ({ inputs, cloud }) =>
      actionsOf(inputs).flatMap(([property, actions]) =>
        actions
          .filter((action) => action.includes(':sns:') && cloud.findBy(topic, 'arn', action) === undefined)
          .map((action) => `Topic does not exist: ${action} (${property})`),
      ),
  }),
  inputRule({
    id: 'aws.cloudwatch.composite-rule',
    refuses: 'A rule of a composite alarm that is none, is too long, or asks for the alarm itself.',
    source: compositeSource,
    types: compositeAlarm,
    check: ({ inputs: { alarmName, alarmRule } }) => {
      if (alarmName.length < 1 || alarmName.length > 255)
        return 'ValidationError: alarmName must have 1 to 255 characters';
      if (alarmRule.length > 10_240) return `ValidationError: alarmRule must have at most 10240 characters`;
      try {
        return parseAlarmRule(alarmRule).names.includes(alarmName)
          ? `ValidationError: alarmRule must not ask for ${alarmName} itself`
          : undefined;
      } catch (error) {
        return `ValidationError: Could not parse alarmRule: ${(error as Error).message}`;
      }
    },
  }),
  applyRule({
    id: 'aws.cloudwatch.composite-parts',
    refuses: 'A composite alarm of alarms that do not exist in its region.',
    source: compositeSource,
    types: compositeAlarm,
    check: ({ inputs, cloud, place }) => {
      const absent = parseAlarmRule(inputs.alarmRule).names.filter((name) => !existsIn(cloud, place, name));
      return absent.length === 0
        ? undefined
        : `ValidationError: Could not save the composite alarm as alarms [${absent.join(', ')}] in the alarm rule do not exist (alarmRule)`;
    },
  }),
];

function refuseSubject(inputs: AlarmArgs): Verdict {
  const { metricName, metricQueries = [], statistic, extendedStatistic, threshold, thresholdMetricId, period } = inputs;
  if ((metricName === undefined) === (metricQueries.length === 0)) {
    return 'ValidationError: exactly one of metricName and metricQueries must be given';
  }
  if (threshold === undefined && thresholdMetricId === undefined) return 'ValidationError: threshold must be given';
  if (metricName === undefined) return undefined;
  if ((statistic === undefined) === (extendedStatistic === undefined)) {
    return 'ValidationError: exactly one of statistic and extendedStatistic must be given';
  }
  return period === undefined ? 'ValidationError: period must be given' : undefined;
}

function refuseEvaluation(inputs: AlarmArgs): Verdict {
  const { evaluationPeriods = 1, datapointsToAlarm = evaluationPeriods } = inputs;
  if (evaluationPeriods < 1) return 'ValidationError: evaluationPeriods must be at least 1';
  if (datapointsToAlarm < 1 || datapointsToAlarm > evaluationPeriods) {
    return `ValidationError: datapointsToAlarm must be 1 to evaluationPeriods, which is ${evaluationPeriods}`;
  }
  const periods = (inputs.metricQueries ?? []).flatMap(({ metric }) => (metric ? [metric.period] : []));
  const longest = Math.max(inputs.period ?? 0, ...periods);
  const most = longest >= 3_600 ? 604_800 : 86_400;
  return longest * evaluationPeriods <= most
    ? undefined
    : `ValidationError: Metrics cannot be checked across more than ${most === 86_400 ? 'a day' : 'a week'} (EvaluationPeriods * Period must be <= ${most})`;
}

function refuseMath(inputs: AlarmArgs, place: Place): Verdict {
  const queries = inputs.metricQueries ?? [];
  if (queries.length === 0) return undefined;
  const ids = queries.map(({ id }) => id);
  const bad = ids.find((id) => !/^[a-z][a-zA-Z0-9_]*$/.test(id));
  if (bad !== undefined) return `ValidationError: metricQueries.id must begin with a lower-case letter: ${bad}`;
  if (new Set(ids).size < ids.length) return 'ValidationError: metricQueries.id must be another one in each query';
  if (queries.filter(({ returnData }) => returnData).length !== 1) {
    return 'ValidationError: exactly one of metricQueries must have returnData';
  }
  if (queries.some(({ expression, metric }) => (expression === undefined) === (metric === undefined))) {
    return 'ValidationError: each of metricQueries must have exactly one of expression and metric';
  }
  try {
    const { metrics, value } = conditionOf(inputs, place);
    if (metrics.length > 10) return `ValidationError: an alarm can have at most 10 metrics, not ${metrics.length}`;
    if (new Set(metrics.map(({ periodSeconds }) => periodSeconds)).size > 1) {
      return 'ValidationError: all metrics of metricQueries must have the same period';
    }
    value({});
  } catch (error) {
    return `ValidationError: Invalid metrics list: ${(error as Error).message} (metricQueries)`;
  }
  return unknownIds(inputs, ids);
}

function unknownIds({ metricQueries = [] }: AlarmArgs, ids: readonly string[]): Verdict {
  return metricQueries.flatMap(({ expression = '' }) =>
    (expression.match(/\b[a-z]\w*\b/g) ?? [])
      .filter((id) => !ids.includes(id))
      .map((id) => `ValidationError: Invalid metrics list: the expression reads ${id}, and no query has that id`),
  );
}

type Actions = {
  alarmActions?: readonly unknown[];
  okActions?: readonly unknown[];
  insufficientDataActions?: readonly unknown[];
};

function actionsOf({ alarmActions, okActions, insufficientDataActions }: Actions): [string, string[]][] {
  return Object.entries({ alarmActions, okActions, insufficientDataActions }).map(([property, actions]) => [
    property,
    (actions ?? []).map(String),
  ]);
}

function existsIn(cloud: Cloud, place: Place, name: string): boolean {
  return [...cloud.list(metricAlarm), ...cloud.list(compositeAlarm)].some(
    ({ id, place: home }) => id === name && home.region === place.region,
  );
}
