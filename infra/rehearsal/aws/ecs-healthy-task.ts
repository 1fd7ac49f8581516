import type { Registration, ServiceLifecycle } from './ecs-running-service';
import { tell } from './ecs-running-service';
import type { Task, TaskSpec } from './ecs-task';
import { startTask, stopTask } from './ecs-task-start';
import { probeOf } from './target-group-targets';
import { blockTarget } from './target-path';

/** A task that runs and is healthy in all of its target groups; or why there is none, as the service's events tell it. */
export async function startHealthyTask(
  lifecycle: ServiceLifecycle,
  spec: TaskSpec,
  registrations: readonly Registration[],
): Promise<Task | { why: string }> {
  const started = await startTask(lifecycle, spec);
  if ('stoppedReason' in started) {
    tell(lifecycle, `was unable to start a task: ${started.stoppedReason}`);
    return { why: started.stoppedReason };
  }
  for (const registration of registrations) {
    const why = await checkTarget(lifecycle, { spec, registration, task: started });
    if (why === undefined) continue;
    tell(lifecycle, why);
    await stopTask(spec, started, { immediately: true });
    return { why };
  }
  const ended = started.containers.find(({ container }) => !container.isRunning());
  if (!ended) return started;
  await stopTask(spec, started, { immediately: true });
  const why = `Essential container in task exited: ${ended.name}`;
  tell(lifecycle, why);
  return { why };
}

async function checkTarget(
  { cloud, inputs, signal }: ServiceLifecycle,
  { spec, registration, task }: { spec: TaskSpec; registration: Registration; task: Task },
): Promise<string | undefined> {
  const { groupArn, containerName, containerPort } = registration;
  const failed = `(port ${containerPort}) is unhealthy in (target-group ${groupArn}) due to (reason`;
  const blocked = blockTarget(cloud, groupArn, { ...spec.origin(), port: containerPort });
  if (blocked) return `${failed} ${blocked})`;
  const found = task.containers.find(({ name }) => name === containerName);
  if (!found) throw new Error(`${containerName} was taken for a container of the task`);
  const probe = probeOf(cloud, groupArn, containerPort);
  // What fails during the grace period does not count.
  const graceAttempts = Math.ceil((inputs.healthCheckGracePeriodSeconds ?? 0) / probe.intervalSeconds);
  const result = await cloud.runtime.waitUntilHealthy(
    found.container,
    { ...probe, unhealthyThreshold: probe.unhealthyThreshold + graceAttempts },
    signal,
  );
  if (result.healthy) return undefined;
  const connections = cloud.runtime.failedConnections(found.container).map((line) => `\n  ${line}`);
  return `${failed} Health checks failed after ${result.attempts} attempts: ${result.lastAnswer})${connections.join('')}`;
}
