import { type Cloud, table } from '../cloud/cloud';
import { findStoredImage } from '../cloud/registry';
import type { Lifecycle } from '../declare';
import { judgeOperation } from '../rules';
import type { Container, ContainerSpec } from '../runtime/runtime';
import type { ContainerDefinition } from './ecs-container-definition';
import { checkContainerHealth } from './ecs-container-health';
import { startingTasks, type Task, type TaskSpec } from './ecs-task';
import { taskStartRules } from './ecs-task-start-rules';
import { ensureLogGroup } from './logs';
import { networkOf } from './reachability';
import { findSecretValue, parseSecretReference } from './secrets';

/** How many tasks a service has started, which tells them apart. */
const startedTasks = table<number>('ecs tasks that were started');

/** Between SIGTERM and SIGKILL. Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
const defaultStopTimeoutSeconds = 30;

/**
 * Starts a task: pulls its images, reads its secrets and opens its logs as the execution role and through the task's network,
 * then starts its containers and waits for their own health checks. The reason says why it stopped, in the words of ECS.
 */
export async function startTask<Args, Outputs>(
  lifecycle: Lifecycle<Args, Outputs>,
  spec: TaskSpec,
): Promise<Task | { stoppedReason: string }> {
  const { cloud, id, signal } = lifecycle;
  cloud.table(startingTasks).set(id, spec);
  const problems = await judgeOperation(taskStartRules, lifecycle);
  if (problems.length > 0) return { stoppedReason: problems.join('\n') };
  const number = (cloud.table(startedTasks).get(id) ?? 0) + 1;
  cloud.table(startedTasks).set(id, number);
  const containers: { name: string; container: Container }[] = [];
  for (const definition of spec.containers) {
    const wanted = describeContainer(cloud, { ...spec, name: `${spec.name}-${number}` }, definition);
    const container = await cloud.runtime.startContainer(wanted);
    containers.push({ name: definition.name, container });
    const unhealthy = await checkContainerHealth(cloud, { container, definition, spec: wanted }, signal);
    if (unhealthy === undefined) continue;
    await stopTask(spec, { containers }, { immediately: true });
    return { stoppedReason: unhealthy };
  }
  return { containers };
}

/** SIGTERM, then SIGKILL after each container's stop timeout. Take the task from its target groups first. */
export async function stopTask(
  { containers }: Pick<TaskSpec, 'containers'>,
  task: Task,
  { immediately = false }: { immediately?: boolean } = {},
): Promise<void> {
  await Promise.all(
    task.containers.map(({ name, container }) => {
      const { stopTimeout = defaultStopTimeoutSeconds } = containers.find((found) => found.name === name) ?? {};
      return container.stop(immediately ? 0 : stopTimeout);
    }),
  );
}

function describeContainer(cloud: Cloud, spec: TaskSpec, definition: ContainerDefinition): ContainerSpec {
  const { name, image, environment = [], secrets = [], command, entryPoint, logConfiguration } = definition;
  const stored = findStoredImage(cloud, image);
  if (!stored) throw new Error(`${image} was taken for an image that exists`);
  const logGroup = logConfiguration?.options?.['awslogs-group'];
  if (logGroup !== undefined && logConfiguration?.options?.['awslogs-create-group'] === 'true') {
    ensureLogGroup(cloud, { region: spec.region }, logGroup);
  }
  const memoryMiB = definition.memory ?? spec.memoryMiB;
  return {
    name: `${spec.name}-${name}`,
    digest: stored.digest,
    ...(entryPoint && { entrypoint: entryPoint }),
    ...(command && { command }),
    env: {
      AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
      AWS_REGION: spec.region,
      AWS_DEFAULT_REGION: spec.region,
      ...Object.fromEntries(environment.map(({ name: variable, value }) => [variable, value])),
      ...Object.fromEntries(
        secrets.flatMap(({ name: variable, valueFrom }): [string, string][] => {
          const reference = parseSecretReference(valueFrom);
          const found = reference && findSecretValue(cloud, reference);
          return found?.found ? [[variable, found.value]] : [];
        }),
      ),
    },
    network: networkOf(cloud, spec.origin),
    // Without a driver nothing keeps the lines; here they are still worth reading.
    logGroup: logGroup ?? `ecs task without logs: ${spec.name}`,
    ...(memoryMiB !== undefined && { limits: { memoryMiB } }),
  };
}
