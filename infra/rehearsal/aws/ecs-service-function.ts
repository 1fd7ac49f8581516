import type { ecs } from '@pulumi/aws';
import type { Cloud } from '../cloud/cloud';
import { Refusal } from '../cloud/refusal';
import { func } from '../declare';
import { serviceHandle } from './ecs-handles';
import { countTasks, runningServices } from './ecs-running-service';

type ServiceEntity = ReturnType<typeof servicesOf>[number];

const servicesOf = (cloud: Cloud) => cloud.list(serviceHandle);
const nameOf = (arn: string) => arn.split('/').at(-1);

/** A service as ECS has it now: after a roll-back, the revision before, whatever the state file says. */
export const getService = func<ecs.GetServiceArgs, ecs.GetServiceResult>({
  token: 'aws:ecs/getService:getService',
  call: ({ inputs, cloud, place }) => {
    const { serviceName, clusterArn } = inputs;
    const service = servicesOf(cloud).find(
      ({ outputs, place: home }) =>
        outputs.name === serviceName && nameOf(outputs.cluster) === nameOf(clusterArn) && home.region === place.region,
    );
    if (!service) throw new Refusal(`reading ECS Service (${serviceName}): couldn't find resource`);
    // The entity holds what the provider's state has, which after a roll-back is the revision that failed.
    const running = cloud.table(runningServices).get(service.id);
    const shown = describeService({ ...service, inputs: running?.inputs ?? service.inputs }, clusterArn);
    const missing = running ? countTasks(running.inputs) - running.tasks.length : shown.desiredCount;
    return { ...shown, pendingCount: missing, runningCount: shown.desiredCount - missing };
  },
});

function describeService({ id, inputs, outputs, place }: ServiceEntity, clusterArn: string): ecs.GetServiceResult {
  const { assignPublicIp = false, securityGroups = [], subnets = [] } = inputs.networkConfiguration ?? {};
  const desiredCount = inputs.desiredCount ?? 0;
  return {
    arn: id,
    availabilityZoneRebalancing: outputs.availabilityZoneRebalancing,
    capacityProviderStrategies: (inputs.capacityProviderStrategies ?? []).map(
      ({ capacityProvider, base = 0, weight = 0 }) => ({ capacityProvider, base, weight }),
    ),
    clusterArn,
    createdAt: '',
    createdBy: '',
    deploymentConfigurations: [],
    deploymentControllers: [{ type: 'ECS' }],
    deployments: [],
    desiredCount,
    enableEcsManagedTags: inputs.enableEcsManagedTags ?? false,
    enableExecuteCommand: inputs.enableExecuteCommand ?? false,
    events: [],
    healthCheckGracePeriodSeconds: inputs.healthCheckGracePeriodSeconds ?? 0,
    iamRole: outputs.iamRole,
    id,
    launchType: outputs.launchType,
    loadBalancers: (inputs.loadBalancers ?? []).map(
      ({ advancedConfiguration, containerName, containerPort, elbName = '', targetGroupArn = '' }) => ({
        advancedConfigurations: advancedConfiguration ? [{ testListenerRule: '', ...advancedConfiguration }] : [],
        containerName,
        containerPort,
        elbName,
        targetGroupArn,
      }),
    ),
    networkConfigurations: [{ assignPublicIp, securityGroups: [...securityGroups], subnets: [...subnets] }],
    orderedPlacementStrategies: [],
    pendingCount: 0,
    placementConstraints: [],
    platformFamily: 'Linux',
    platformVersion: outputs.platformVersion,
    propagateTags: inputs.propagateTags ?? 'NONE',
    region: place.region ?? '',
    runningCount: desiredCount,
    schedulingStrategy: inputs.schedulingStrategy ?? 'REPLICA',
    serviceName: outputs.name,
    serviceRegistries: [],
    status: 'ACTIVE',
    tags: {},
    taskDefinition: inputs.taskDefinition ?? '',
    taskSets: [],
  };
}
