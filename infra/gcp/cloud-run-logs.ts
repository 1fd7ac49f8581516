import * as logging from '@pulumi/gcp/logging';
import * as pulumi from '@pulumi/pulumi';
import type { GcpScope } from './foundation';

/**
 * Keeps the service's log lines for as long as the stack says, in a bucket of its own: how long the project's `_Default`
 * bucket keeps everybody's is not this stack's to set.
 */
export function keepLogsFor(
  name: string,
  serviceName: pulumi.Output<string>,
  { names, project, region, suffix, logRetentionDays, options }: GcpScope,
): void {
  const bucket = new logging.ProjectBucketConfig(
    `${name}-logs`,
    {
      project,
      location: region,
      // A deleted bucket's name stays taken for a week.
      bucketId: suffix.apply((hex) => names('logBucket', name, hex)),
      retentionDays: logRetentionDays,
    },
    options,
  );
  new logging.ProjectSink(
    `${name}-logs`,
    {
      name: names('logSink', name),
      destination: pulumi.interpolate`logging.googleapis.com/${bucket.id}`,
      filter: serviceLogs(serviceName),
      uniqueWriterIdentity: true,
    },
    options,
  );
}

export function serviceLogs(serviceName: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.interpolate`resource.type="cloud_run_revision" AND resource.labels.service_name="${serviceName}"`;
}
