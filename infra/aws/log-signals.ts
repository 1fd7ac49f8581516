import { LogMetricFilter } from '@pulumi/aws/cloudwatch';
import type * as pulumi from '@pulumi/pulumi';
import type { AwsScope } from './foundation';
import type { AwsSignals } from './signals';

type LogSource = {
  scope: AwsScope;
  logGroup: pulumi.Output<string>;
  /** Where in a line of the group the service's own JSON begins: `$`, or what the collector of the lines puts around it. */
  root: string;
};

/**
 * Requests as the service logs them, one line each: for targets whose load balancer AWS makes under a name that no output
 * tells. What a load balancer answers by itself is in no log of the service; the availability check sees it. Source:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function createLogSignals(
  name: string,
  { scope: { names }, logGroup, root }: LogSource,
  options: pulumi.CustomResourceOptions,
): Pick<AwsSignals, 'requests' | 'serverErrors' | 'latency'> {
  // A namespace of the target's own, since the metrics of a filter on JSON have no other mark of whose they are.
  const namespace = names('metricNamespace', name);
  const measure = (metricName: string, condition: string, value: string) => {
    const filter = new LogMetricFilter(
      `${name}-${metricName.toLowerCase()}`,
      {
        name: names('metricFilter', `${name}-${metricName.toLowerCase()}`),
        logGroupName: logGroup,
        pattern: `{ ${root}.msg = "request" && ${condition} }`,
        metricTransformation: { namespace, name: metricName, value },
      },
      options,
    );
    // By the filter's output: whatever reads the metric waits until it is made.
    return {
      namespace,
      metricName: filter.metricTransformation.apply((made) => made.name),
      dimensions: {},
    };
  };
  const requests = measure('Requests', `${root}.status >= 100`, '1');
  const errors = measure('ServerErrors', `${root}.status >= 500`, '1');
  const latency = measure('Duration', `${root}.durationMs >= 0`, `${root}.durationMs`);
  return {
    requests: [{ ...requests, stat: 'Sum' }],
    serverErrors: [{ ...errors, stat: 'Sum' }],
    latency: { ...latency, stat: 'p95', unit: 'milliseconds' },
  };
}
