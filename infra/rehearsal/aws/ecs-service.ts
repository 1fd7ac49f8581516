import type { ecs } from '@pulumi/aws';
import type { Entity } from '../cloud/cloud';
import { FailedInPlace } from '../cloud/refusal';
import { resource } from '../declare';
import { type Bag, isEqual } from '../protocol/values';
import { arn } from './declare';
import { capacityOf, findCluster } from './ecs-cluster';
import { deploy } from './ecs-deployment';
import { serviceHandle } from './ecs-handles';
import {
  deploymentsInBackground,
  eventsOf,
  registerTasks,
  runningServices,
  type ServiceArgs,
  type ServiceLifecycle,
  type ServiceOutputs,
  tell,
} from './ecs-running-service';
import { stopTask } from './ecs-task-start';
import { securityGroup } from './security-groups';
import { subnet } from './vpc';

export const service = resource<ecs.Service, ecs.ServiceArgs>({
  token: serviceHandle.token,
  naming: { maxLength: 255 },
  replaceOn: ['cluster', 'iamRole', 'launchType', 'name', 'schedulingStrategy'],
  defaults: {
    deploymentMaximumPercent: 200,
    deploymentMinimumHealthyPercent: 100,
    enableEcsManagedTags: false,
    enableExecuteCommand: false,
    schedulingStrategy: 'REPLICA',
    waitForSteadyState: false,
  },
  unordered: [
    'capacityProviderStrategies',
    'loadBalancers',
    'networkConfiguration.securityGroups',
    'networkConfiguration.subnets',
  ],
  empty: ['triggers'],
  seconds: { create: 120, update: 240, delete: 60 },
  id: ({ inputs, place }) => arn('ecs', place, `service/${clusterNameOf(inputs)}/${inputs.name}`),
  outputs: ({ id, inputs, place, previous }) => ({
    arn: id,
    availabilityZoneRebalancing: inputs.availabilityZoneRebalancing ?? 'ENABLED',
    cluster: inputs.cluster ?? 'default',
    deploymentConfiguration: {
      bakeTimeInMinutes: '0',
      strategy: 'ROLLING',
      ...previous?.deploymentConfiguration,
      ...inputs.deploymentConfiguration,
    } as ServiceOutputs['deploymentConfiguration'],
    iamRole: inputs.iamRole ?? '/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
    launchType: inputs.launchType ?? (inputs.capacityProviderStrategies ? '' : 'EC2'),
    platformVersion: inputs.platformVersion ?? 'LATEST',
    region: place.region ?? '',
  }),
  unique: ({ inputs, place }) => `service ${inputs.name} in ${clusterNameOf(inputs)} of ${place.region}`,
  exists: () => 'InvalidParameterException: Creation of service was not idempotent. (name)',
  uses: ({ inputs, cloud, place }) => {
    const home = findCluster(cloud, inputs.cluster ?? 'default', place);
    const { subnets = [], securityGroups = [] } = inputs.networkConfiguration ?? {};
    return [
      home,
      inputs.capacityProviderStrategies ? capacityOf(cloud, home?.inputs.name, place) : undefined,
      ...subnets.map((id) => cloud.find(subnet, id)),
      ...securityGroups.map((id) => cloud.find(securityGroup, id)),
    ];
  },

  create: (lifecycle) => bring(lifecycle, 'create'),

  update: async (lifecycle) => {
    await settled(lifecycle);
    // Where nothing changed the provider sends nothing, also after a deployment that failed.
    if (isEqual(lifecycle.previous.inputs as Bag, lifecycle.inputs as Bag)) return;
    await bring(lifecycle, 'update');
  },

  read: async (lifecycle) => {
    await settled(lifecycle);
    const { entity, cloud } = lifecycle;
    const { inputs } = cloud.table(runningServices).get(entity.id) ?? entity;
    entity.inputs = inputs;
    entity.outputs = { ...entity.outputs, taskDefinition: inputs.taskDefinition };
  },

  delete: async (lifecycle): Promise<'gone'> => {
    await settled(lifecycle);
    const { entity, cloud } = lifecycle;
    const found = cloud.table(runningServices).get(entity.id);
    cloud.table(runningServices).delete(entity.id);
    if (found) {
      registerTasks(cloud, [{ ...found, tasks: [] }]);
      await Promise.all(found.tasks.map((task) => stopTask(found.spec, task)));
    }
    cloud.runtime.logs.remove(eventsOf(entity.id));
    return 'gone';
  },
});

/** The last part of the ARN, or the name itself. */
function clusterNameOf({ cluster = 'default' }: ServiceArgs): string {
  return cluster.split('/').at(-1) ?? cluster;
}

/**
 * Deploys, and waits for it where the program says so. The provider then takes a roll-back for a failure, and its state still
 * has the revision that it asked for; without the wait it succeeds at once, and only the service's events tell what became of it.
 * Source: https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ecs/service.go (findDeploymentStatus)
 */
async function bring(lifecycle: ServiceLifecycle, operation: 'create' | 'update'): Promise<void> {
  const { entity, cloud, inputs } = lifecycle;
  if (inputs.waitForSteadyState) {
    const failure = await deploy(lifecycle);
    if (failure) throw new FailedInPlace(`waiting for ECS Service (${entity.id}) ${operation}: ${failure}`);
    return;
  }
  const background = deploy(lifecycle).then(
    (failure) => failure && tell(lifecycle, failure),
    (error: Error) => tell(lifecycle, error.message),
  );
  cloud.table(deploymentsInBackground).set(
    entity.id,
    background.then(() => {}),
  );
}

/** What began without anybody waiting for it has ended. */
async function settled({
  entity,
  cloud,
}: {
  entity: Pick<Entity, 'id'>;
  cloud: ServiceLifecycle['cloud'];
}): Promise<void> {
  await cloud.table(deploymentsInBackground).get(entity.id);
  cloud.table(deploymentsInBackground).delete(entity.id);
}
