import * as lb from '@pulumi/aws/lb';
import type * as pulumi from '@pulumi/pulumi';
import { container } from '../target';
import type { AwsScope } from './foundation';

/** How long the load balancer may go on sending to an instance that was told to stop, by SIGTERM to it. */
export const drainSeconds = 5;
/** Long enough for what is in flight: the service ends it within ten seconds after the drain. */
const deregistrationDelay = drainSeconds + 10;

/** Instances by their addresses; one gets requests only while /startup answers 200, and nothing else. */
export function createTargetGroup(
  name: string,
  { scope: { names }, vpcId }: { scope: Pick<AwsScope, 'names'>; vpcId: pulumi.Output<string> },
  options: pulumi.CustomResourceOptions,
): lb.TargetGroup {
  return new lb.TargetGroup(
    `${name}-targets`,
    {
      name: names('targetGroup', name),
      vpcId,
      targetType: 'ip',
      protocol: 'HTTP',
      protocolVersion: 'HTTP1',
      port: container.port,
      deregistrationDelay,
      healthCheck: {
        enabled: true,
        protocol: 'HTTP',
        port: 'traffic-port',
        path: container.startupPath,
        matcher: '200',
        interval: 5,
        timeout: 3,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
    },
    options,
  );
}
