import * as pulumi from '@pulumi/pulumi';
import { type AlarmKind, alarms } from '../alarms';
import { type Condition, type Measure, quarterHour } from './alarm-conditions';
import type { AlarmSpec } from './service-alarms';

export type WatchedStores = {
  project: string;
  /** Of the server in use. */
  databaseName: pulumi.Output<string>;
  /** As many as the database's size allows. */
  connections: number;
  /** In full: projects/P/locations/L/instances/NAME. Undefined: no cache is shared. */
  cacheId: pulumi.Output<string> | undefined;
  /** With which the names of the migration's jobs begin. */
  migrationPrefix: string;
};

const alarm = (kind: AlarmKind, condition: Omit<Condition, 'title'>): AlarmSpec => ({
  kind,
  conditions: [{ title: alarms[kind].title, ...condition }],
});

/** Source: https://docs.cloud.google.com/monitoring/api/metrics_gcp_c#gcp-cloudsql */
function databaseAlarms({ project, databaseName, connections }: WatchedStores): AlarmSpec[] {
  const measure = (metric: string, aligner: string, reducer?: string): Measure => ({
    metric: `cloudsql.googleapis.com/database/${metric}`,
    resource: 'cloudsql_database',
    labels: { 'resource.labels.database_id': pulumi.interpolate`${project}:${databaseName}` },
    aligner,
    ...(reducer !== undefined && { reducer }),
  });
  return [
    alarm('database-cpu', {
      measure: measure('cpu/utilization', 'ALIGN_MEAN'),
      above: alarms['database-cpu'].threshold.value / 100,
      ...quarterHour,
    }),
    alarm('database-storage', {
      measure: measure('disk/utilization', 'ALIGN_MAX'),
      above: 1 - alarms['database-storage'].threshold.value / 100,
      ...quarterHour,
    }),
    alarm('database-connections', {
      // A series for each database of the server.
      measure: measure('postgresql/num_backends', 'ALIGN_MAX', 'REDUCE_SUM'),
      above: Math.floor((connections * alarms['database-connections'].threshold.value) / 100),
      ...quarterHour,
    }),
  ];
}

/** Source: https://docs.cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-redis */
function cacheAlarms(cacheId: pulumi.Output<string>): AlarmSpec[] {
  const measure = (metric: string, aligner: string, reducer: string): Measure => ({
    metric: `redis.googleapis.com/stats/${metric}`,
    resource: 'redis_instance',
    labels: { 'resource.labels.instance_id': cacheId },
    aligner,
    reducer,
  });
  return [
    alarm('cache-memory', {
      // The fullest node counts.
      measure: measure('memory/usage_ratio', 'ALIGN_MAX', 'REDUCE_MAX'),
      above: alarms['cache-memory'].threshold.value / 100,
      ...quarterHour,
    }),
    alarm('cache-evictions', {
      measure: measure('evicted_keys', 'ALIGN_DELTA', 'REDUCE_SUM'),
      above: alarms['cache-evictions'].threshold.value,
      periodSeconds: 300,
      forSeconds: 60,
    }),
  ];
}

/** What is watched of what all services of the cloud share. */
export function buildStoreAlarms(stores: WatchedStores): AlarmSpec[] {
  const failures: Measure = {
    metric: 'run.googleapis.com/job/completed_execution_count',
    resource: 'cloud_run_job',
    // Each release has a job of its own, and the one that fails is the one that nothing knows yet.
    labels: {
      'resource.labels.job_name': { startsWith: `${stores.migrationPrefix}-` },
      'metric.labels.result': 'failed',
    },
    aligner: 'ALIGN_DELTA',
    reducer: 'REDUCE_SUM',
  };
  return [
    ...databaseAlarms(stores),
    ...(stores.cacheId === undefined ? [] : cacheAlarms(stores.cacheId)),
    alarm('failed-migration', {
      measure: failures,
      above: alarms['failed-migration'].threshold.value - 1,
      periodSeconds: 300,
      forSeconds: 0,
    }),
  ];
}
