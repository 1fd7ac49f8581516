import { startHealthyTask } from './ecs-healthy-task';
import {
  countTasks,
  type Registered,
  type Revision,
  type RunningService,
  registerTasks,
  type ServiceLifecycle,
} from './ecs-running-service';
import type { Task } from './ecs-task';
import { stopTask } from './ecs-task-start';

/** How many tasks may run above the wanted count, and how many may be missing, while one revision replaces another. */
export type Room = { readonly surge: number; readonly gap: number };

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html */
export function roomOf(desired: number, minimumPercent: number, maximumPercent: number): Room {
  return {
    surge: Math.max(0, Math.floor((desired * maximumPercent) / 100) - desired),
    gap: Math.max(0, desired - Math.ceil((desired * minimumPercent) / 100)),
  };
}

/** What runs after a deployment; `why` where a task of the new revision did not get healthy. */
export type Replaced = { readonly fresh: readonly Task[]; readonly kept: readonly Task[]; readonly why?: string };

/**
 * Replaces the tasks of one revision by those of the next, as many at a time as there is room for: a new one gets requests once
 * it is healthy, an old one finishes those that it has. The tasks of the same revision are kept, and only their number changes.
 */
export async function replaceTasks(
  lifecycle: ServiceLifecycle,
  next: Revision,
  old: RunningService | undefined,
): Promise<Replaced> {
  const { inputs, cloud } = lifecycle;
  const { desiredCount = 0, deploymentMinimumHealthyPercent = 100, deploymentMaximumPercent = 200 } = inputs;
  const desired = countTasks(inputs);
  const { surge } = roomOf(desiredCount, deploymentMinimumHealthyPercent, deploymentMaximumPercent);
  const isSame = old?.key === next.key && !inputs.forceNewDeployment;
  let fresh: readonly Task[] = isSame ? old.tasks : [];
  let kept: readonly Task[] = isSame ? [] : (old?.tasks ?? []);
  const register = () => registerTasks(cloud, registeredOf(next, { fresh, kept }, old));
  while (fresh.length < desired || kept.length > 0) {
    const mayStart = fresh.length < desired && (kept.length === 0 || fresh.length + kept.length < desired + surge);
    if (mayStart) {
      const started = await startHealthyTask(lifecycle, next.spec, next.registrations);
      if ('why' in started) return { fresh, kept, why: started.why };
      fresh = [...fresh, started];
      register();
    } else {
      const [leaving, ...others] = kept;
      kept = others;
      register();
      if (old && leaving) await stopTask(old.spec, leaving);
    }
  }
  const surplus = fresh.slice(desired);
  fresh = fresh.slice(0, desired);
  register();
  await Promise.all(surplus.map((task) => stopTask(next.spec, task)));
  return { fresh, kept };
}

/** Both revisions while one replaces the other; the groups that only the old one named are emptied with it. */
export function registeredOf(next: Revision, { fresh, kept }: Replaced, old: RunningService | undefined): Registered[] {
  return [{ tasks: fresh, registrations: next.registrations }, ...(old ? [{ ...old, tasks: kept }] : [])];
}
