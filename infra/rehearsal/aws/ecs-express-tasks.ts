import type { ecs } from '@pulumi/aws';
import type { Lifecycle, OutputsOf } from '../declare';
import type { Container } from '../runtime/runtime';
import type { Revision } from './ecs-express-state';
import { defaults, type ExpressArgs, portOf, taskOf } from './ecs-express-task';
import type { Task } from './ecs-task';
import { startTask, stopTask } from './ecs-task-start';

export type ExpressLifecycle = Lifecycle<ExpressArgs, OutputsOf<ecs.ExpressGatewayService>>;

/** More of them would show nothing new, and each is a process of this machine. */
const mostTasks = 2;

/**
 * Of the target group that AWS makes. A task is let be for 300 seconds before failed checks count.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-work.html
 */
const healthCheck = { intervalSeconds: 30, timeoutSeconds: 5, healthyThreshold: 5, unhealthyThreshold: 2 };
const graceSeconds = 300;

/** As many tasks as are wanted at least, all of them healthy; or why there are none. */
export async function startRevision(lifecycle: ExpressLifecycle): Promise<Revision | { why: string }> {
  const { inputs, cloud } = lifecycle;
  const spec = taskOf(cloud, lifecycle);
  const port = portOf(inputs);
  const tasks: Task[] = [];
  const wanted = inputs.scalingTargets?.[0]?.minTaskCount ?? defaults.minTasks;
  while (tasks.length < Math.min(wanted, mostTasks)) {
    const task = await startTask(lifecycle, spec);
    if ('stoppedReason' in task) {
      await stopRevision({ spec, tasks, port });
      return { why: `the tasks stop: ${task.stoppedReason}` };
    }
    tasks.push(task);
    const why = await checkHealth(lifecycle, task);
    if (why === undefined) continue;
    await Promise.all(tasks.map((started) => stopTask(spec, started, { immediately: true })));
    return { why };
  }
  return { spec, tasks, port };
}

export async function stopRevision({ spec, tasks }: Revision): Promise<void> {
  await Promise.all(tasks.map((task) => stopTask(spec, task)));
}

/** Undefined when the load balancer takes the task in, else what the service's events say. */
async function checkHealth(
  { inputs, cloud, signal }: ExpressLifecycle,
  { containers }: Task,
): Promise<string | undefined> {
  const path = inputs.healthCheckPath ?? defaults.healthCheckPath;
  for (const { container } of containers) {
    const lastAnswer = await probeAsTargetGroup(container);
    if (lastAnswer === undefined) continue;
    if (!container.isRunning()) return `the tasks stop: Essential container in task exited: ${lastAnswer}`;
    const failed = cloud.runtime.failedConnections(container).map((line) => `\n  ${line}`);
    return `(port ${portOf(inputs)}) is unhealthy in (target-group) due to (reason Health checks failed): GET ${path} must answer 200, and gave ${lastAnswer} (healthCheckPath, containerPort)${failed.join('')}`;
  }
  return undefined;

  async function probeAsTargetGroup(container: Container): Promise<string | undefined> {
    const probe = {
      kind: 'http' as const,
      port: portOf(inputs),
      path,
      initialDelaySeconds: 0,
      ...healthCheck,
      // The first success is waited for as long as ECS does, the others follow at once.
      healthyThreshold: 1,
      unhealthyThreshold: healthCheck.unhealthyThreshold + graceSeconds / healthCheck.intervalSeconds,
      accepts: (status: number) => status === 200,
    };
    const first = await cloud.runtime.waitUntilHealthy(container, probe, signal);
    if (!first.healthy) return first.lastAnswer;
    for (let passed = 1; passed < healthCheck.healthyThreshold; passed += 1) {
      const result = await cloud.runtime.probe(container, probe);
      if (!result.healthy) return result.lastAnswer;
    }
    return undefined;
  }
}
