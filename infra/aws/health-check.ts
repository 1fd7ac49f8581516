import * as route53 from '@pulumi/aws/route53';
import type * as pulumi from '@pulumi/pulumi';
import { alarms } from '../alarms';
import { container } from '../target';
import type { AlarmSpec } from './alarm-spec';

/** Health checks have metrics nowhere else. Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-cloudwatch.html */
export const healthCheckRegion = 'us-east-1';

/**
 * Asks /health from around the world twice a minute. It touches no store, so the alarm is about the way in and the instances. Source:
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export function createHealthCheck(
  name: string,
  url: pulumi.Output<string>,
  options: pulumi.CustomResourceOptions,
): AlarmSpec {
  const address = url.apply((text) => new URL(text));
  const check = new route53.HealthCheck(
    name,
    {
      type: address.apply(({ protocol }) => (protocol === 'https:' ? 'HTTPS' : 'HTTP')),
      fqdn: address.apply(({ hostname }) => hostname),
      port: address.apply(({ protocol }) => (protocol === 'https:' ? 443 : 80)),
      resourcePath: container.livenessPath,
      requestInterval: 30,
      failureThreshold: 3,
    },
    options,
  );
  return {
    kind: 'availability',
    metrics: {
      healthy: {
        namespace: 'AWS/Route53',
        metricName: 'HealthCheckStatus',
        dimensions: { HealthCheckId: check.id },
        stat: 'Minimum',
      },
    },
    periodSeconds: 60,
    periods: alarms.availability.threshold.value,
    comparison: 'LessThanThreshold',
    threshold: 1,
    // A check that says nothing watches nothing.
    missing: 'breaching',
  };
}
