import type { Cloud } from '../cloud/cloud';
import { applyRule, inputRule } from '../rules';
import { findScalingTarget, scalingPolicy, scalingTarget } from './app-autoscaling';
import { serviceHandle } from './ecs-handles';
import type { ServiceEntity } from './ecs-running-service';
import { targetGroup } from './target-group';
import { forwardersOf } from './target-group-targets';

const source = 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html';
const metricSource =
  'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html';
const metrics = ['ALBRequestCountPerTarget', 'ECSServiceAverageCPUUtilization', 'ECSServiceAverageMemoryUtilization'];

export const autoscalingRules = [
  inputRule({
    id: 'aws.autoscaling.capacity',
    refuses: 'Fewer tasks at most than at least, or a number of them below none.',
    source,
    types: scalingTarget,
    check: ({ inputs: { minCapacity, maxCapacity } }) => [
      ...(minCapacity < 0 ? [`expected minCapacity to be at least (0), got ${minCapacity}`] : []),
      ...(maxCapacity < 0 ? [`expected maxCapacity to be at least (0), got ${maxCapacity}`] : []),
      ...(minCapacity > maxCapacity
        ? [
            `ValidationException: Maximum capacity cannot be less than minimum capacity (minCapacity ${minCapacity}, maxCapacity ${maxCapacity})`,
          ]
        : []),
    ],
  }),
  inputRule({
    id: 'aws.autoscaling.dimension',
    refuses: 'A dimension or identifier that is not of a service of ECS.',
    source,
    types: [scalingTarget, scalingPolicy],
    check: ({ inputs: { resourceId, scalableDimension, serviceNamespace } }) => {
      if (serviceNamespace !== 'ecs') return `not simulated: serviceNamespace ${serviceNamespace}`;
      return [
        ...(scalableDimension === 'ecs:service:DesiredCount'
          ? []
          : [
              `ValidationException: Unsupported service namespace, resource type or scalable dimension: scalableDimension must be ecs:service:DesiredCount, not ${scalableDimension}`,
            ]),
        ...(/^service\/[A-Za-z0-9_-]+\/[A-Za-z0-9_-]+$/.test(resourceId)
          ? []
          : [
              `ValidationException: Unsupported resource identifier: resourceId must be service/CLUSTER/SERVICE, not ${resourceId}`,
            ]),
      ];
    },
  }),
  applyRule({
    id: 'aws.autoscaling.resource-missing',
    refuses: 'Scaling of a service that does not exist.',
    source,
    types: scalingTarget,
    check: ({ inputs: { resourceId }, cloud, place }) =>
      findService(cloud, resourceId)?.place.region === place.region
        ? undefined
        : `ValidationException: ECS service doesn't exist: ${resourceId} (resourceId)`,
  }),
  applyRule({
    id: 'aws.autoscaling.target-missing',
    refuses: 'A policy for what was not registered as a target of scaling.',
    source: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html',
    types: scalingPolicy,
    check: ({ inputs, cloud, place }) =>
      findScalingTarget(cloud, inputs, place)
        ? undefined
        : `ObjectNotFoundException: No scalable target registered for service namespace: ${inputs.serviceNamespace}, resource ID: ${inputs.resourceId}, scalable dimension: ${inputs.scalableDimension}`,
  }),
  inputRule({
    id: 'aws.autoscaling.metric',
    refuses:
      'A policy without its configuration, of a metric that does not exist, without a value to aim at, or without label.',
    source: metricSource,
    types: scalingPolicy,
    check: ({
      inputs: { policyType = 'StepScaling', targetTrackingScalingPolicyConfiguration: tracking, name = 'generated' },
    }) => {
      if (policyType !== 'TargetTrackingScaling') return `not simulated: policyType ${policyType}`;
      if (name.length > 255) return `expected length of name to be in the range (0 - 255), got ${name.length}`;
      if (!tracking)
        return 'ValidationException: targetTrackingScalingPolicyConfiguration must be given for TargetTrackingScaling';
      const {
        predefinedMetricSpecification: predefined,
        customizedMetricSpecification: customized,
        targetValue,
      } = tracking;
      if ((predefined === undefined) === (customized === undefined)) {
        return 'ValidationException: exactly one of predefinedMetricSpecification and customizedMetricSpecification must be given';
      }
      if (targetValue <= 0) return 'ValidationException: targetValue must be more than 0';
      if (!predefined) return undefined;
      const { predefinedMetricType: metric, resourceLabel } = predefined;
      if (!metrics.includes(metric)) {
        return `ValidationException: predefinedMetricType must be one of ${metrics.join(', ')}, not ${metric}`;
      }
      if (metric === 'ALBRequestCountPerTarget' && resourceLabel === undefined) {
        return 'ValidationException: resourceLabel must be given for ALBRequestCountPerTarget';
      }
      return metric !== 'ALBRequestCountPerTarget' && resourceLabel !== undefined
        ? `ValidationException: resourceLabel must not be given for ${metric}`
        : undefined;
    },
  }),
  applyRule({
    id: 'aws.autoscaling.label',
    refuses: 'A label of a metric that is not made of the load balancer and a target group of the service behind it.',
    source: metricSource,
    types: scalingPolicy,
    check: ({ inputs, cloud }) => {
      const { resourceLabel } = inputs.targetTrackingScalingPolicyConfiguration?.predefinedMetricSpecification ?? {};
      if (resourceLabel === undefined) return undefined;
      const [, balancer, group] = /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/.exec(resourceLabel) ?? [];
      if (balancer === undefined) {
        return `ValidationException: The resourceLabel must be app/NAME/ID/targetgroup/NAME/ID, not ${resourceLabel}`;
      }
      const found = cloud.list(targetGroup).find(({ outputs }) => outputs.arnSuffix === group);
      const isBehind = found && forwardersOf(cloud, found.id).some((arn) => arn.endsWith(`:loadbalancer/${balancer}`));
      const isOfService = findService(cloud, inputs.resourceId)?.inputs.loadBalancers?.some(
        ({ targetGroupArn, advancedConfiguration }) =>
          [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn].includes(found?.id),
      );
      return isBehind && isOfService
        ? undefined
        : `ValidationException: The resource label is not valid: ${group} is no target group of ${inputs.resourceId} behind ${balancer} (resourceLabel)`;
    },
  }),
];

/** By `service/CLUSTER/NAME`. */
function findService(cloud: Cloud, resourceId: string): ServiceEntity | undefined {
  return cloud.list(serviceHandle).find(({ id }) => id.endsWith(`:${resourceId}`));
}
