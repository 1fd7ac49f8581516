import { isDeepStrictEqual } from 'node:util';
import type { ecs } from '@pulumi/aws';
import type { Cloud, Place } from '../cloud/cloud';
import { Refusal } from '../cloud/refusal';
import { resource } from '../declare';
import { judgeOperation } from '../rules';
import { arn } from './declare';
import { findCluster } from './ecs-cluster';
import { createAnswerCounts } from './ecs-express-alarm';
import { joinGateway, leaveGateway, openServiceFront } from './ecs-express-gateways';
import { drainRules } from './ecs-express-operation-rules';
import { describeContainer, describeService } from './ecs-express-outputs';
import { neverStable, replaceRevision, revisionOf, serve, startJudged } from './ecs-express-release';
import { drainingServices, runningServices, strayKey, strayServices } from './ecs-express-state';
import { clusterNameOf, type ExpressArgs, networkOfService, serviceNameOf } from './ecs-express-task';
import { type ExpressLifecycle, stopRevision } from './ecs-express-tasks';
import { expressServiceHandle } from './ecs-handles';
import { securityGroup } from './security-groups';
import { subnet } from './vpc';

const neverInactive = "timeout while waiting for state to become 'INACTIVE' (last state: 'DRAINING', timeout: 20m0s)";

/** What the provider does with it: https://github.com/hashicorp/terraform-provider-aws internal/service/ecs */
export const expressService = resource<ecs.ExpressGatewayService, ecs.ExpressGatewayServiceArgs>({
  token: expressServiceHandle.token,
  replaceOn: ['infrastructureRoleArn', 'serviceName'],
  defaults: { waitForSteadyState: false },
  unordered: ['networkConfigurations.subnets', 'networkConfigurations.securityGroups'],
  changesOnUpdate: ['serviceRevisionArn'],
  seconds: { create: 300, update: 600, delete: 420 },
  id: ({ inputs, place }) => arn('ecs', place, `service/${clusterNameOf(inputs)}/${serviceNameOf(inputs)}`),
  outputs: describeService,
  // A service that was rolled back while nobody waited has another image in the state than the program wants.
  observed: ({ inputs }) => ({ primaryContainer: describeContainer(inputs) }),
  unique: ({ inputs, place }) => `ECS service ${clusterNameOf(inputs)}/${serviceNameOf(inputs)} in ${place.region}`,
  exists: ({ inputs }) =>
    `Resource Already Exists: Express Gateway Service ${serviceNameOf(inputs)} already exists in cluster ${clusterNameOf(inputs)} (serviceName)`,
  uses: ({ inputs, cloud, place }) => usedBy(inputs, cloud, place),

  create: async (lifecycle) => {
    const { entity, inputs, cloud, place, id } = lifecycle;
    const network = networkOfService(cloud, inputs, place);
    if (!network) throw new Error('a service without subnets was taken for one that has them');
    joinGateway(cloud, id, network);
    const started = await startJudged(lifecycle);
    if (!('tasks' in started)) {
      if (inputs.waitForSteadyState) throw strand(lifecycle, started.why);
      lifecycle.log('warning', started.why);
    }
    const counts = createAnswerCounts();
    const front = await openServiceFront(cloud, serviceNameOf(inputs), counts);
    serve(lifecycle, { front, counts, revision: 'tasks' in started ? started : undefined });
    const accessType = network.isPublic ? 'PUBLIC' : 'PRIVATE';
    entity.outputs = { ...entity.outputs, ingressPaths: [{ accessType, endpoint: new URL(front.url).host }] };
  },

  update: async (lifecycle) => {
    const { cloud, entity, id, inputs, previous } = lifecycle;
    if (isDeepStrictEqual(revisionOf(inputs), revisionOf(previous.inputs))) return;
    const running = cloud.table(runningServices).get(id);
    if (!running) throw new Error(`${id} was taken for a service that runs`);
    const why = await replaceRevision(lifecycle, running);
    if (why === undefined) return;
    if (inputs.waitForSteadyState) throw new Refusal(`${describe(lifecycle.name, 'updating', id)}: ${why}`);
    // Nobody waited: the provider reads the old configuration back, and calls it a success.
    lifecycle.log('warning', why);
    Object.assign(entity, { inputs: previous.inputs, outputs: previous.outputs });
  },

  delete: async (lifecycle): Promise<'gone'> => {
    const { cloud, id, entity, place } = lifecycle;
    if (cloud.table(drainingServices).has(id)) {
      // "Service is in DRAINING status" is as good as gone for the provider; what AWS made around the service stays.
      holdForEver(cloud, usedBy(entity.inputs, cloud, place), id);
      return 'gone';
    }
    const running = cloud.table(runningServices).get(id);
    cloud.table(runningServices).delete(id);
    await running?.front.close();
    if (running?.revision) await stopRevision(running.revision);
    const problems = await judgeOperation(drainRules, lifecycle);
    if (problems.length > 0) {
      cloud.table(drainingServices).set(id, true);
      throw new Refusal(`${describe(lifecycle.name, 'deleting', id)}: ${neverInactive}: ${problems.join('\n')}`);
    }
    leaveGateway(cloud, id);
    return 'gone';
  },
});

function describe(name: string, doing: string, id: string): string {
  return `${expressServiceHandle.token} "${name}": ${doing} ECS Express Gateway Service (${id})`;
}

function usedBy(inputs: ExpressArgs, cloud: Cloud, place: Place) {
  const [network] = inputs.networkConfigurations ?? [];
  return [
    findCluster(cloud, inputs.cluster ?? 'default', place),
    ...(network?.subnets ?? []).map((id) => cloud.find(subnet, id)),
    ...(network?.securityGroups ?? []).map((id) => cloud.find(securityGroup, id)),
  ];
}

/** The provider sets its state only after the wait, so that a service that never got well is in none. */
function strand({ cloud, name, id, inputs, place }: ExpressLifecycle, why: string): Refusal {
  cloud.table(strayServices).set(strayKey(place.region, clusterNameOf(inputs), serviceNameOf(inputs)), { arn: id });
  holdForEver(cloud, usedBy(inputs, cloud, place), id);
  return new Refusal(
    `${describe(name, 'creating', id)}: ${neverStable}: ${why}\n` +
      'The service is there all the same, and in no state: before the next try, run ' +
      `aws ecs delete-express-gateway-service --service-arn ${id}`,
  );
}

function holdForEver(cloud: Cloud, used: ReturnType<typeof usedBy>, id: string): void {
  const description = `the load balancer and tasks of the ECS Express service ${id}`;
  for (const entity of used) if (entity) cloud.hold(entity, { description, untilMs: Number.POSITIVE_INFINITY });
}
