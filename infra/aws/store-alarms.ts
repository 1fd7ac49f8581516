import type * as pulumi from '@pulumi/pulumi';
import { alarms } from '../alarms';
import { type AlarmSpec, oneGiB, quarterHour } from './alarm-spec';
import type { Metric } from './signals';

export type WatchedDatabase = {
  engine: 'rds' | 'aurora';
  /** Of the instance, or of the cluster. */
  identifier: pulumi.Output<string>;
  /** As many as its size allows. */
  connections: number;
};

/** What RDS begins with, and below a tenth of which it grows by itself: see rds-instance.ts. */
const allocatedGiB = 20;
/** As far as RDS would grow. Aurora's volume goes on to 128 TiB, unasked, at its price. */
const largestGiB = 200;

/**
 * Sources: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html,
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html
 */
export function buildDatabaseAlarms({ engine, identifier, connections }: WatchedDatabase): AlarmSpec[] {
  const metric = (metricName: string, stat: string): Metric => ({
    namespace: 'AWS/RDS',
    metricName,
    dimensions: engine === 'aurora' ? { DBClusterIdentifier: identifier } : { DBInstanceIdentifier: identifier },
    stat,
  });
  const share = alarms['database-storage'].threshold.value / 100;
  const storage: Pick<AlarmSpec, 'metrics' | 'comparison' | 'threshold'> =
    engine === 'aurora'
      ? {
          metrics: { used: metric('VolumeBytesUsed', 'Average') },
          comparison: 'GreaterThanThreshold',
          threshold: Math.round((1 - share) * largestGiB * oneGiB),
        }
      : {
          metrics: { free: metric('FreeStorageSpace', 'Minimum') },
          comparison: 'LessThanThreshold',
          threshold: Math.round(share * allocatedGiB * oneGiB),
        };
  return [
    {
      kind: 'database-cpu',
      // Serverless takes more capacity when it is busy: only at its largest is it really busy.
      metrics: { busy: metric(engine === 'aurora' ? 'ACUUtilization' : 'CPUUtilization', 'Average') },
      ...quarterHour,
      comparison: 'GreaterThanThreshold',
      threshold: alarms['database-cpu'].threshold.value,
      missing: 'missing',
    },
    { kind: 'database-storage', ...quarterHour, ...storage, missing: 'missing' },
    {
      kind: 'database-connections',
      metrics: { connections: metric('DatabaseConnections', 'Maximum') },
      ...quarterHour,
      comparison: 'GreaterThanThreshold',
      threshold: Math.floor((connections * alarms['database-connections'].threshold.value) / 100),
      missing: 'missing',
    },
  ];
}

/**
 * Each node has metrics of its own: the fullest counts, and the evictions of all. Source:
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html
 */
export function buildCacheAlarms(nodeIds: readonly pulumi.Output<string>[]): AlarmSpec[] {
  const ofNodes = (metricName: string, stat: string): Record<string, Metric> =>
    Object.fromEntries(
      nodeIds.map((id, index) => [
        `node${index + 1}`,
        { namespace: 'AWS/ElastiCache', metricName, dimensions: { CacheClusterId: id }, stat },
      ]),
    );
  const together = (combine: 'MAX' | 'SUM') =>
    nodeIds.length === 1
      ? {}
      : { expression: `${combine}([${nodeIds.map((_, index) => `FILL(node${index + 1}, 0)`).join(', ')}])` };
  return [
    {
      kind: 'cache-memory',
      metrics: ofNodes('DatabaseMemoryUsagePercentage', 'Maximum'),
      ...together('MAX'),
      ...quarterHour,
      comparison: 'GreaterThanThreshold',
      threshold: alarms['cache-memory'].threshold.value,
      missing: 'missing',
    },
    {
      kind: 'cache-evictions',
      metrics: ofNodes('Evictions', 'Sum'),
      ...together('SUM'),
      periodSeconds: 300,
      periods: 1,
      comparison: 'GreaterThanThreshold',
      threshold: alarms['cache-evictions'].threshold.value,
      missing: 'notBreaching',
    },
  ];
}

/** An error of the function is one failed release. Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
export function buildMigrationAlarm(functionName: string): AlarmSpec {
  const dimensions = { FunctionName: functionName };
  return {
    kind: 'failed-migration',
    metrics: { errors: { namespace: 'AWS/Lambda', metricName: 'Errors', dimensions, stat: 'Sum' } },
    periodSeconds: 300,
    periods: 1,
    comparison: 'GreaterThanOrEqualToThreshold',
    threshold: alarms['failed-migration'].threshold.value,
    missing: 'notBreaching',
  };
}
