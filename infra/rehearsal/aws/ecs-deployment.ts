import { startHealthyTask } from './ecs-healthy-task';
import { type Replaced, registeredOf, replaceTasks } from './ecs-rolling';
import {
  type Revision,
  type RunningService,
  registerTasks,
  runningServices,
  type ServiceArgs,
  type ServiceLifecycle,
  tell,
} from './ecs-running-service';
import { buildTask, registrationsOf } from './ecs-service-task';
import type { Task } from './ecs-task';
import { findTaskDefinition } from './ecs-task-definition';
import { stopTask } from './ecs-task-start';
import { shiftToTasks } from './ecs-traffic-shift';

/** The inputs that make a revision. Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-revision.html */
const revisionInputs = [
  'capacityProviderStrategies',
  'enableEcsManagedTags',
  'enableExecuteCommand',
  'launchType',
  'loadBalancers',
  'networkConfiguration',
  'platformVersion',
  'propagateTags',
  'serviceConnectConfiguration',
  'serviceRegistries',
  'taskDefinition',
  'volumeConfiguration',
  'vpcLatticeConfigurations',
] as const satisfies readonly (keyof ServiceArgs)[];

/** The provider's own limit of a create or update. */
const waitMinutes = 20;

/**
 * Brings the service to what its inputs say. Undefined when it gets there, which AWS calls the steady state; else what the
 * provider's wait for it ends with, and why.
 */
export async function deploy(lifecycle: ServiceLifecycle): Promise<string | undefined> {
  const { cloud, entity, inputs } = lifecycle;
  const old = cloud.table(runningServices).get(entity.id);
  const next = buildRevision(lifecycle, old);
  const isShifting = isShifted(inputs) && (old?.key !== next.key || inputs.forceNewDeployment === true);
  const replaced = await (isShifting ? shiftToTasks : replaceTasks)(lifecycle, next, old);
  if (replaced.why === undefined) {
    cloud.table(runningServices).set(entity.id, { ...next, tasks: replaced.fresh, inputs });
    tell(lifecycle, 'has reached a steady state.');
    return undefined;
  }
  return fail(lifecycle, { next, old, replaced });
}

export function isShifted({ deploymentConfiguration }: ServiceArgs): boolean {
  return (deploymentConfiguration?.strategy ?? 'ROLLING') !== 'ROLLING';
}

function buildRevision(lifecycle: ServiceLifecycle, old: RunningService | undefined): Revision {
  const { inputs, cloud, place } = lifecycle;
  const { primary, alternate } = registrationsOf(inputs);
  const definition = findTaskDefinition(cloud, inputs.taskDefinition ?? '', place)?.id;
  const key = JSON.stringify([definition, ...revisionInputs.map((name) => inputs[name] ?? null)]);
  const isOnPrimary = old?.registrations.some(({ groupArn }) => primary.some((own) => own.groupArn === groupArn));
  const isNew = old !== undefined && (old.key !== key || inputs.forceNewDeployment === true);
  const keeps = old && !isNew ? old.registrations : undefined;
  const registrations = keeps ?? (isShifted(inputs) && isNew && isOnPrimary ? alternate : primary);
  return { key, spec: buildTask(lifecycle), registrations };
}

type Broken = { next: Revision; old: RunningService | undefined; replaced: Replaced };

/**
 * A deployment whose tasks do not get healthy. One that fails stands for all that ECS tries: each is a process of this machine,
 * and would fail alike.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
async function fail(lifecycle: ServiceLifecycle, { next, old, replaced }: Broken): Promise<string> {
  const { cloud, entity, inputs } = lifecycle;
  const { enable = false, rollback = false } = inputs.deploymentCircuitBreaker ?? {};
  const because = `\n${replaced.why}`;
  const broken = { next, old, replaced };
  if (!enable) {
    cloud.clock.elapse(cloud.clock.now(), waitMinutes * 60);
    await keep(lifecycle, broken);
    return `timeout while waiting for state to become 'tfSTABLE' (last state: 'tfPENDING', timeout: ${waitMinutes}m0s)${because}`;
  }
  tell(lifecycle, `deployment failed: tasks failed to start: ${countFailures(inputs)} of them.`);
  if (!rollback) {
    await keep(lifecycle, broken);
    return `Service deployment stopped because the circuit breaker threshold was exceeded.${because}`;
  }
  if (!old || old.tasks.length === 0) {
    await keep(lifecycle, broken);
    return `No rollback candidate was found to run the rollback.${because}`;
  }
  tell(lifecycle, 'rolling back to the last completed deployment.');
  const tasks = await restore(lifecycle, { next, old, replaced });
  cloud.table(runningServices).set(entity.id, { ...old, tasks, inputs: rolledBackInputs(inputs, old.inputs) });
  tell(lifecycle, 'has reached a steady state.');
  return `Service deployment rolled back because the circuit breaker threshold was exceeded.${because}`;
}

/** Half of the wanted tasks, but 3 to 200 of them. */
function countFailures({ desiredCount = 0 }: ServiceArgs): number {
  return Math.min(200, Math.max(3, Math.ceil(desiredCount / 2)));
}

/** What runs goes on running: the old tasks that are left, in a rolling deployment beside new ones that got healthy. */
async function keep(lifecycle: ServiceLifecycle, { next, old, replaced }: Broken): Promise<void> {
  const { cloud, entity, inputs } = lifecycle;
  registerTasks(cloud, registeredOf(next, replaced, old));
  if (old && replaced.kept.length > 0) {
    await Promise.all(replaced.fresh.map((task) => stopTask(next.spec, task)));
    registerTasks(cloud, registeredOf(next, { ...replaced, fresh: [] }, old));
    cloud.table(runningServices).set(entity.id, { ...old, tasks: replaced.kept, inputs });
    return;
  }
  cloud.table(runningServices).set(entity.id, { ...next, tasks: replaced.fresh, inputs });
}

/** As many old tasks as before; the new ones go once those have the requests. */
async function restore(
  lifecycle: ServiceLifecycle,
  { next, old, replaced }: Broken & { old: RunningService },
): Promise<readonly Task[]> {
  let tasks = replaced.kept;
  while (tasks.length < old.tasks.length) {
    const started = await startHealthyTask(lifecycle, old.spec, old.registrations);
    if ('why' in started) break;
    tasks = [...tasks, started];
  }
  registerTasks(lifecycle.cloud, registeredOf(next, { fresh: [], kept: tasks }, old));
  await Promise.all(replaced.fresh.map((task) => stopTask(next.spec, task)));
  return tasks;
}

/** The inputs of the revision that runs after a roll-back, over those that were asked for. */
function rolledBackInputs(asked: ServiceArgs, before: ServiceArgs): ServiceArgs {
  const kept = Object.entries(asked).filter(([name]) => !revisionInputs.some((own) => own === name));
  const revision = Object.entries(before).filter(([name]) => revisionInputs.some((own) => own === name));
  return { ...Object.fromEntries(kept), ...Object.fromEntries(revision) };
}
