export type MetricKind = 'GAUGE' | 'DELTA' | 'CUMULATIVE';
export type ValueType = 'BOOL' | 'INT64' | 'DOUBLE' | 'DISTRIBUTION' | 'STRING';

/** What Google writes down of a metric: its shape, what it is about, and the labels that tell its series apart. */
export type MetricDescriptor = {
  readonly kind: MetricKind;
  readonly value: ValueType;
  readonly resources: readonly string[];
  readonly labels: readonly string[];
};

/** Labels of monitored resources. Source: https://docs.cloud.google.com/monitoring/api/resources */
export const monitoredResources: Readonly<Record<string, readonly string[]>> = {
  cloud_run_revision: ['project_id', 'location', 'service_name', 'revision_name', 'configuration_name'],
  cloud_run_job: ['project_id', 'location', 'job_name'],
  cloudsql_database: ['project_id', 'region', 'database_id'],
  redis_instance: ['project_id', 'region', 'instance_id', 'node_id'],
  uptime_url: ['project_id', 'host'],
};

const revision = ['cloud_run_revision'];
const job = ['cloud_run_job'];
const workload = [...revision, ...job];
const database = ['cloudsql_database'];
const cache = ['redis_instance'];

const metric = (
  kind: MetricKind,
  value: ValueType,
  resources: readonly string[],
  labels: readonly string[] = [],
): MetricDescriptor => ({ kind, value, resources, labels });

const response = ['response_code', 'response_code_class', 'route'];

/** By type. Source: https://docs.cloud.google.com/monitoring/api/metrics_gcp */
const descriptors: Readonly<Record<string, MetricDescriptor>> = {
  'run.googleapis.com/request_count': metric('DELTA', 'INT64', revision, response),
  'run.googleapis.com/request_latencies': metric('DELTA', 'DISTRIBUTION', revision, response),
  'run.googleapis.com/container/billable_instance_time': metric('DELTA', 'DOUBLE', workload),
  'run.googleapis.com/container/cpu/allocation_time': metric('DELTA', 'DOUBLE', workload),
  'run.googleapis.com/container/cpu/utilizations': metric('DELTA', 'DISTRIBUTION', workload, ['container_name']),
  'run.googleapis.com/container/instance_count': metric('GAUGE', 'INT64', revision, ['state']),
  'run.googleapis.com/container/max_request_concurrencies': metric('DELTA', 'DISTRIBUTION', revision, ['state']),
  'run.googleapis.com/container/memory/allocation_time': metric('DELTA', 'DOUBLE', workload),
  'run.googleapis.com/container/memory/utilizations': metric('DELTA', 'DISTRIBUTION', workload, ['container_name']),
  'run.googleapis.com/container/startup_latencies': metric('DELTA', 'DISTRIBUTION', workload),
  'run.googleapis.com/job/completed_execution_count': metric('DELTA', 'INT64', job, ['result']),
  'run.googleapis.com/job/completed_task_attempt_count': metric('DELTA', 'INT64', job, ['result', 'attempt']),
  'run.googleapis.com/job/running_executions': metric('GAUGE', 'INT64', job),
  'run.googleapis.com/job/running_task_attempts': metric('GAUGE', 'INT64', job),
  'cloudsql.googleapis.com/database/cpu/utilization': metric('GAUGE', 'DOUBLE', database),
  'cloudsql.googleapis.com/database/disk/bytes_used': metric('GAUGE', 'INT64', database),
  'cloudsql.googleapis.com/database/disk/quota': metric('GAUGE', 'INT64', database),
  'cloudsql.googleapis.com/database/disk/utilization': metric('GAUGE', 'DOUBLE', database),
  'cloudsql.googleapis.com/database/memory/utilization': metric('GAUGE', 'DOUBLE', database),
  'cloudsql.googleapis.com/database/postgresql/num_backends': metric('GAUGE', 'INT64', database, ['database']),
  'cloudsql.googleapis.com/database/postgresql/transaction_count': metric('DELTA', 'INT64', database, [
    'database',
    'transaction_type',
  ]),
  'cloudsql.googleapis.com/database/up': metric('GAUGE', 'INT64', database),
  'redis.googleapis.com/clients/connected': metric('GAUGE', 'INT64', cache, ['role']),
  'redis.googleapis.com/keyspace/keys': metric('GAUGE', 'INT64', cache, ['db', 'role']),
  'redis.googleapis.com/server/uptime': metric('GAUGE', 'INT64', cache, ['role']),
  'redis.googleapis.com/stats/cache_hit_ratio': metric('GAUGE', 'DOUBLE', cache, ['role']),
  'redis.googleapis.com/stats/cpu_utilization': metric('DELTA', 'DOUBLE', cache, ['role', 'space', 'relationship']),
  'redis.googleapis.com/stats/evicted_keys': metric('DELTA', 'INT64', cache, ['role']),
  'redis.googleapis.com/stats/memory/system_memory_usage_ratio': metric('GAUGE', 'DOUBLE', cache, ['role']),
  'redis.googleapis.com/stats/memory/usage': metric('GAUGE', 'INT64', cache, ['role']),
  'redis.googleapis.com/stats/memory/usage_ratio': metric('GAUGE', 'DOUBLE', cache, ['role']),
  'monitoring.googleapis.com/uptime_check/check_passed': metric(
    'GAUGE',
    'BOOL',
    ['uptime_url', 'cloud_run_revision'],
    ['check_id', 'checked_resource_id', 'checker_location', 'contented'],
  ),
  'monitoring.googleapis.com/uptime_check/request_latency': metric(
    'GAUGE',
    'DOUBLE',
    ['uptime_url', 'cloud_run_revision'],
    ['check_id', 'checked_resource_id', 'checker_location'],
  ),
};

export function findMetric(type: string): MetricDescriptor | undefined {
  return descriptors[type];
}

/** Whether all metrics of the service are known here, so that one that is not does not exist. */
export function isServiceOfMetricsKnown(type: string): boolean {
  const service = type.split('/', 1)[0];
  return Object.keys(descriptors).some((known) => known.startsWith(`${service}/`));
}
