import type * as pulumi from '@pulumi/pulumi';
import type { AlarmKind } from '../alarms';
import type { Metric } from './signals';

/** One alarm of CloudWatch, before it has a name and somebody to tell. */
export type AlarmSpec = {
  kind: AlarmKind;
  /** By id. One alone is compared as it is; several are put together by `expression`. */
  metrics: Record<string, Metric>;
  /** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html */
  expression?: string;
  periodSeconds: number;
  /** So many periods one after the other. */
  periods: number;
  comparison:
    | 'GreaterThanThreshold'
    | 'GreaterThanOrEqualToThreshold'
    | 'LessThanThreshold'
    | 'LessThanOrEqualToThreshold';
  threshold: pulumi.Input<number>;
  /** What no measurement means: nothing to complain of, an outage, or that nothing is known. */
  missing: 'notBreaching' | 'breaching' | 'missing';
};

/** Fifteen minutes above a limit: long enough for scaling to help and for a roll-out to end. */
export const quarterHour = { periodSeconds: 300, periods: 3 } as const;

export const oneGiB = 1_024 ** 3;
