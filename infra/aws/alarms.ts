import * as cloudwatch from '@pulumi/aws/cloudwatch';
import * as pulumi from '@pulumi/pulumi';
import { type AlarmKind, describeAlarm } from '../alarms';
import type { AlarmSpec } from './alarm-spec';
import type { AwsNames } from './names';
import { type BurnKind, buildBurnWindows } from './service-alarms';
import type { AwsSignals, Metric } from './signals';

/** Who is told, where: an alarm and its topic are in the region of the metric. */
export type AlarmPlace = {
  names: AwsNames;
  region: string;
  topicArn: pulumi.Output<string>;
  options: pulumi.CustomResourceOptions;
};

export type NamedAlarm = { arn: pulumi.Output<string> };

/** An alarm that tells when it begins and when it ends. `of` is what it watches: a target, or a shared part. */
export function createAlarm(of: string, spec: AlarmSpec, place: AlarmPlace): NamedAlarm {
  const { region, topicArn, options } = place;
  const part = alarmPart(of, spec.kind);
  return new cloudwatch.MetricAlarm(
    part,
    {
      name: place.names('alarm', part),
      alarmDescription: describeAlarm(spec.kind),
      ...conditionOf(spec),
      alarmActions: [topicArn],
      okActions: [topicArn],
      region,
    },
    options,
  );
}

/**
 * Rings while both windows burn too fast. The windows tell nobody by themselves. Source:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-combining.html
 */
export function createBurnAlarm(of: string, kind: BurnKind, signals: AwsSignals, place: AlarmPlace): NamedAlarm {
  const { names, region, topicArn, options } = place;
  const part = alarmPart(of, kind);
  const windows = Object.entries(buildBurnWindows(kind, signals)).map(
    ([window, spec]) =>
      new cloudwatch.MetricAlarm(
        `${part}-${window}`,
        {
          name: names('alarm', `${part}-${window}`),
          alarmDescription: `The ${window} window of ${names('alarm', part)}, which tells when both are too high.`,
          ...conditionOf(spec),
          region,
        },
        options,
      ),
  );
  return new cloudwatch.CompositeAlarm(
    part,
    {
      alarmName: names('alarm', part),
      alarmDescription: describeAlarm(kind),
      alarmRule: pulumi
        .all(windows.map(({ name }) => name))
        .apply((alarmNames) => alarmNames.map((name) => `ALARM("${name}")`).join(' AND ')),
      alarmActions: [topicArn],
      okActions: [topicArn],
      region,
    },
    options,
  );
}

function alarmPart(of: string, kind: AlarmKind): string {
  return kind.startsWith(of) ? kind : `${of}-${kind}`;
}

function conditionOf({ metrics, expression, periodSeconds, ...spec }: AlarmSpec): cloudwatch.MetricAlarmArgs {
  const shared = {
    comparisonOperator: spec.comparison,
    threshold: spec.threshold,
    evaluationPeriods: spec.periods,
    datapointsToAlarm: spec.periods,
    treatMissingData: spec.missing,
  };
  const [only] = Object.values(metrics);
  if (expression === undefined && only !== undefined) {
    return { ...shared, ...statisticOf(only), period: periodSeconds };
  }
  const queries = Object.entries(metrics).map(([id, { stat, namespace, metricName, dimensions }]) => ({
    id,
    metric: { namespace, metricName, dimensions, period: periodSeconds, stat },
  }));
  return {
    ...shared,
    metricQueries: [{ id: 'result', expression, label: spec.kind, returnData: true }, ...queries],
  };
}

function statisticOf({ stat, namespace, metricName, dimensions }: Metric): cloudwatch.MetricAlarmArgs {
  const named = { namespace, metricName, dimensions };
  if (!stat.startsWith('p')) return { ...named, statistic: stat };
  // A percentile of a handful of requests is one slow request.
  return { ...named, extendedStatistic: stat, evaluateLowSampleCountPercentiles: 'ignore' };
}
