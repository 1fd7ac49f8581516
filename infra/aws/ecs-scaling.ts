import * as appautoscaling from '@pulumi/aws/appautoscaling';
import type * as ecs from '@pulumi/aws/ecs';
import type * as lb from '@pulumi/aws/lb';
import * as pulumi from '@pulumi/pulumi';
import type { ServiceSpec } from '../target';
import type { FargateSettings } from './ecs-fargate-settings';
import type { AwsNames } from './names';

/** A hundred a second: far below what an instance of the smallest size answers. */
const defaultRequestsPerTarget = 6_000;
/** Quick to help, slow to leave. */
const cooldowns = { scaleOutCooldown: 60, scaleInCooldown: 300 };

type ScalingRequest = {
  names: AwsNames;
  cluster: ecs.Cluster;
  running: ecs.Service;
  service: Pick<ServiceSpec, 'minInstances' | 'maxInstances'>;
  settings: FargateSettings;
  balancer: lb.LoadBalancer;
  targetGroup: lb.TargetGroup;
};

/** Adds and removes instances by CPU, and by requests: whichever asks for more. */
export function createScaling(
  name: string,
  { names, cluster, running, service, settings, balancer, targetGroup }: ScalingRequest,
  options: pulumi.CustomResourceOptions,
): void {
  const target = new appautoscaling.Target(
    name,
    {
      serviceNamespace: 'ecs',
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: pulumi.interpolate`service/${cluster.name}/${running.name}`,
      minCapacity: service.minInstances,
      maxCapacity: service.maxInstances,
    },
    options,
  );
  const { serviceNamespace, scalableDimension, resourceId } = target;
  const follow = (
    metric: string,
    predefinedMetricSpecification: { predefinedMetricType: string; resourceLabel?: pulumi.Output<string> },
    targetValue: number,
  ) =>
    new appautoscaling.Policy(
      `${name}-${metric}`,
      {
        name: names('scalingPolicy', `${name}-${metric}`),
        policyType: 'TargetTrackingScaling',
        serviceNamespace,
        scalableDimension,
        resourceId,
        targetTrackingScalingPolicyConfiguration: { predefinedMetricSpecification, targetValue, ...cooldowns },
      },
      options,
    );
  follow('cpu', { predefinedMetricType: 'ECSServiceAverageCPUUtilization' }, settings.cpuTarget);
  // The metric is of one target group. Source:
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
  if (settings.strategy !== 'rolling') return;
  follow(
    'requests',
    {
      predefinedMetricType: 'ALBRequestCountPerTarget',
      resourceLabel: pulumi.interpolate`${balancer.arnSuffix}/${targetGroup.arnSuffix}`,
    },
    settings.requestsPerTarget ?? defaultRequestsPerTarget,
  );
}
