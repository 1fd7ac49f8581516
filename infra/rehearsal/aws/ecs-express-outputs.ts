import type { ecs } from '@pulumi/aws';
import type { OutputsOf, WithId } from '../declare';
import { arn } from './declare';
import { defaults, type ExpressArgs, logGroupOf, networkOfService, serviceNameOf } from './ecs-express-task';

export type ExpressOutputs = OutputsOf<ecs.ExpressGatewayService>;

/** What the API tells of a service: everything that was left out is filled in. */
export function describeService(
  situation: WithId<ExpressArgs> & { previous?: ExpressOutputs },
): Partial<ExpressOutputs> {
  const { id, inputs, place, seed, cloud, previous } = situation;
  const path = id.split('/').slice(1).join('/');
  const accessType = networkOfService(cloud, inputs, place)?.isPublic ? 'PUBLIC' : 'PRIVATE';
  const endpoint = `${serviceNameOf(inputs)}-${seed.hex(8)}.ecs.${place.region}.on.aws`;
  return {
    serviceArn: id,
    serviceName: serviceNameOf(inputs),
    cluster: inputs.cluster ?? 'default',
    cpu: inputs.cpu ?? defaults.cpu,
    memory: inputs.memory ?? defaults.memory,
    healthCheckPath: inputs.healthCheckPath ?? defaults.healthCheckPath,
    primaryContainer: describeContainer(inputs),
    // The group that AWS adds for the way in from its load balancer is left out by the provider (#47944).
    networkConfigurations: (inputs.networkConfigurations ?? []).map(({ subnets = [], securityGroups = [] }) => ({
      subnets,
      securityGroups,
    })),
    scalingTargets: [describeScaling(inputs)],
    ingressPaths: previous?.ingressPaths ?? [{ accessType, endpoint }],
    currentDeployment: previous?.currentDeployment ?? arn('ecs', place, `service-deployment/${path}/${seed.hex(21)}`),
    serviceRevisionArn: arn('ecs', place, `service-revision/${path}/${cloud.clock.now()}`),
  };
}

/** The container as it is read back. */
export function describeContainer(inputs: ExpressArgs): ExpressOutputs['primaryContainer'] {
  const { primaryContainer } = inputs;
  const [own] = primaryContainer.awsLogsConfigurations ?? [];
  return {
    ...primaryContainer,
    containerPort: primaryContainer.containerPort ?? defaults.port,
    awsLogsConfigurations: [
      { logGroup: logGroupOf(inputs), logStreamPrefix: own?.logStreamPrefix ?? defaults.logStreamPrefix },
    ],
  } as ExpressOutputs['primaryContainer'];
}

function describeScaling({ scalingTargets }: ExpressArgs): ExpressOutputs['scalingTargets'][number] {
  const [given] = scalingTargets ?? [];
  return {
    autoScalingMetric: given?.autoScalingMetric ?? defaults.autoScalingMetric,
    autoScalingTargetValue: given?.autoScalingTargetValue ?? defaults.autoScalingTargetValue,
    minTaskCount: given?.minTaskCount ?? defaults.minTasks,
    maxTaskCount: given?.maxTaskCount ?? defaults.maxTasks,
  };
}
