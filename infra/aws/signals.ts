import type * as pulumi from '@pulumi/pulumi';

/** A metric of CloudWatch with the one statistic that says something. */
export type Metric = {
  namespace: string;
  metricName: pulumi.Input<string>;
  dimensions: Record<string, pulumi.Input<string>>;
  /** Sum, Average, Maximum, Minimum, SampleCount, or a percentile such as p95. */
  stat: string;
};

/** Where one target's behaviour is measured. */
export type AwsSignals = {
  /** Added up, they are all requests. */
  requests: readonly Metric[];
  /** Added up, the answers 5xx, whoever gave them. */
  serverErrors: readonly Metric[];
  latency: Metric & { unit: 'seconds' | 'milliseconds' };
  /** In percent. */
  cpu: Metric;
  memory: Metric;
  /** How many run. */
  instances: Metric & { periodSeconds: 60 | 300 };
};
