import type { appautoscaling } from '@pulumi/aws';
import type { Cloud, Place } from '../cloud/cloud';
import { resource } from '../declare';
import { accountId, arn } from './declare';

/** What tells scalable targets of all services apart. */
type Scalable = { resourceId: string; scalableDimension: string; serviceNamespace: string };

export const scalingTarget = resource<appautoscaling.Target, appautoscaling.TargetArgs>({
  token: 'aws:appautoscaling/target:Target',
  replaceOn: ['resourceId', 'scalableDimension', 'serviceNamespace'],
  seconds: { create: 1, update: 1, delete: 1 },
  id: ({ inputs }) => inputs.resourceId,
  outputs: ({ inputs, place, seed }) => ({
    arn: arn('application-autoscaling', place, `scalable-target/${seed.alphanumeric(32)}`),
    roleArn: `arn:aws:iam::${accountId}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
    suspendedState: {
      dynamicScalingInSuspended: false,
      dynamicScalingOutSuspended: false,
      scheduledScalingSuspended: false,
      ...inputs.suspendedState,
    },
  }),
});

export const scalingPolicy = resource<appautoscaling.Policy, appautoscaling.PolicyArgs>({
  token: 'aws:appautoscaling/policy:Policy',
  naming: { maxLength: 255 },
  replaceOn: ['name', 'resourceId', 'scalableDimension', 'serviceNamespace'],
  defaults: { policyType: 'StepScaling' },
  seconds: { create: 1, update: 1, delete: 1 },
  id: ({ inputs }) => `${inputs.serviceNamespace}/${inputs.resourceId}/${inputs.scalableDimension}/${inputs.name}`,
  outputs: ({ inputs, place, seed }) => ({
    alarmArns: ['AlarmHigh', 'AlarmLow'].map((kind) =>
      arn('cloudwatch', place, `alarm:TargetTracking-${inputs.resourceId}-${kind}-${seed.uuid(kind)}`),
    ),
    arn: arn(
      'autoscaling',
      place,
      `scalingPolicy:${seed.uuid()}:resource/${inputs.serviceNamespace}/${inputs.resourceId}:policyName/${inputs.name}`,
    ),
  }),
});

/** The target that a policy scales. */
export function findScalingTarget(cloud: Cloud, wanted: Scalable, place: Place) {
  return cloud
    .list(scalingTarget)
    .find(
      ({ inputs, place: home }) =>
        home.region === place.region &&
        inputs.resourceId === wanted.resourceId &&
        inputs.scalableDimension === wanted.scalableDimension &&
        inputs.serviceNamespace === wanted.serviceNamespace,
    );
}
