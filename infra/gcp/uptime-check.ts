import * as monitoring from '@pulumi/gcp/monitoring';
import type * as pulumi from '@pulumi/pulumi';
import { alarms } from '../alarms';
import { container } from '../target';
import type { AlarmPlace } from './alarms';
import type { AlarmSpec } from './service-alarms';

/**
 * Asks the public address each minute from six places of the world; gives the alarm for when two of them or more get no 200.
 * Source: https://docs.cloud.google.com/monitoring/uptime-checks/uptime-alerting-policies
 */
export function createUptimeCheck(
  name: string,
  url: pulumi.Output<string>,
  { names, labels, options }: Omit<AlarmPlace, 'channels'>,
): AlarmSpec {
  const address = url.apply((text) => new URL(text));
  const check = new monitoring.UptimeCheckConfig(
    `${name}-availability`,
    {
      displayName: names('uptimeCheck', name),
      period: '60s',
      timeout: '10s',
      monitoredResource: { type: 'uptime_url', labels: { host: address.hostname } },
      httpCheck: {
        // Not /healthz: Google's front end keeps that for itself.
        path: container.livenessPath,
        port: address.port.apply((port) => Number(port || 443)),
        useSsl: true,
        validateSsl: true,
        acceptedResponseStatusCodes: [{ statusValue: 200 }],
      },
      userLabels: labels,
    },
    options,
  );
  return {
    kind: 'availability',
    conditions: [
      {
        title: alarms.availability.title,
        measure: {
          metric: 'monitoring.googleapis.com/uptime_check/check_passed',
          resource: 'uptime_url',
          labels: { 'metric.labels.check_id': check.uptimeCheckId },
          aligner: 'ALIGN_NEXT_OLDER',
          reducer: 'REDUCE_COUNT_FALSE',
          by: ['resource.label.host'],
        },
        // One place alone may have a bad way to Google.
        above: 1,
        periodSeconds: 300,
        forSeconds: alarms.availability.threshold.value * 60,
      },
    ],
  };
}
