import type * as pulumi from '@pulumi/pulumi';
import type { Measure } from './alarm-conditions';

/** Where Google measures a service on Cloud Run. Source: https://docs.cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-run */
export type CloudRunSignals = {
  serviceName: pulumi.Output<string>;
  location: string;
  requests: Measure;
  serverErrors: Measure;
  /** In milliseconds. */
  latency: Measure;
  /** From 0 to 1, over all instances. */
  cpu: Measure;
  memory: Measure;
  /** Those that answer requests: idle ones could take more. */
  instances: Measure;
};

export function cloudRunSignals(serviceName: pulumi.Output<string>, location: string): CloudRunSignals {
  const measure = (metric: string, aligner: string, reducer: string, labels: Record<string, string> = {}): Measure => ({
    metric: `run.googleapis.com/${metric}`,
    resource: 'cloud_run_revision',
    labels: { 'resource.labels.service_name': serviceName, 'resource.labels.location': location, ...labels },
    aligner,
    reducer,
  });
  const counted = (labels?: Record<string, string>) => measure('request_count', 'ALIGN_DELTA', 'REDUCE_SUM', labels);
  return {
    serviceName,
    location,
    requests: counted(),
    serverErrors: counted({ 'metric.labels.response_code_class': '5xx' }),
    // First all answers together, whichever revision gave them, then the percentile.
    latency: measure('request_latencies', 'ALIGN_DELTA', 'REDUCE_PERCENTILE_95'),
    cpu: measure('container/cpu/utilizations', 'ALIGN_DELTA', 'REDUCE_MEAN'),
    memory: measure('container/memory/utilizations', 'ALIGN_DELTA', 'REDUCE_PERCENTILE_95'),
    instances: measure('container/instance_count', 'ALIGN_MAX', 'REDUCE_SUM', { 'metric.labels.state': 'active' }),
  };
}
