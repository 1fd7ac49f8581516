import { judgeOperation } from '../rules';
import { startHealthyTask } from './ecs-healthy-task';
import { infrastructureRules } from './ecs-infrastructure-rules';
import type { Replaced } from './ecs-rolling';
import {
  countTasks,
  type Revision,
  type RunningService,
  registerTasks,
  type ServiceArgs,
  type ServiceLifecycle,
  tell,
} from './ecs-running-service';
import type { Task } from './ecs-task';
import { stopTask } from './ecs-task-start';
import { shiftTraffic } from './target-group-targets';

/** A share of the requests for the new revision, and how long it is watched before the next step. */
type Step = { readonly percent: number; readonly bakeMinutes: number };

/**
 * What AWS does without a wish. Sources: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-blue-green.html,
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CanaryConfiguration.html,
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinearConfiguration.html
 */
const defaults = { canaryPercent: 5, canaryBakeMinutes: 10, stepPercent: 10, stepBakeMinutes: 6, bakeMinutes: 15 };

/** How a strategy lets requests over to the new revision. */
export function stepsOf({ deploymentConfiguration = {} }: ServiceArgs): Step[] {
  const { strategy, bakeTimeInMinutes, canaryConfiguration, linearConfiguration } = deploymentConfiguration;
  const last = { percent: 100, bakeMinutes: Number(bakeTimeInMinutes ?? defaults.bakeMinutes) };
  if (strategy === 'CANARY') {
    const { canaryPercent = defaults.canaryPercent, canaryBakeTimeInMinutes } = canaryConfiguration ?? {};
    const bakeMinutes = Number(canaryBakeTimeInMinutes ?? defaults.canaryBakeMinutes);
    return [...(canaryPercent < 100 ? [{ percent: canaryPercent, bakeMinutes }] : []), last];
  }
  if (strategy === 'LINEAR') {
    const { stepPercent = defaults.stepPercent, stepBakeTimeInMinutes } = linearConfiguration ?? {};
    const bakeMinutes = Number(stepBakeTimeInMinutes ?? defaults.stepBakeMinutes);
    const count = Math.ceil(100 / stepPercent) - 1;
    return [
      ...Array.from({ length: count }, (_, index) => ({ percent: (index + 1) * stepPercent, bakeMinutes })),
      last,
    ];
  }
  return [last];
}

/**
 * Starts the new revision beside the old one, in the target group that has no requests, and lets the requests over. The old one
 * is stopped after the last bake time; before that, one step leads back to it.
 */
export async function shiftToTasks(
  lifecycle: ServiceLifecycle,
  next: Revision,
  old: RunningService | undefined,
): Promise<Replaced> {
  const { inputs, cloud } = lifecycle;
  const kept = old?.tasks ?? [];
  const problems = await judgeOperation(infrastructureRules, lifecycle);
  if (problems.length > 0) return { fresh: [], kept, why: problems.join('\n') };
  const fresh: Task[] = [];
  for (let index = 0; index < countTasks(inputs); index += 1) {
    const started = await startHealthyTask(lifecycle, next.spec, next.registrations);
    if ('why' in started) return { fresh, kept, why: started.why };
    fresh.push(started);
  }
  registerTasks(cloud, [{ tasks: fresh, registrations: next.registrations }]);
  const why = await shift(lifecycle, { next, old, fresh });
  if (why !== undefined) return { fresh, kept, why };
  const emptied = (old?.registrations ?? []).filter(
    ({ groupArn }) => !next.registrations.some((registration) => registration.groupArn === groupArn),
  );
  registerTasks(cloud, [{ tasks: [], registrations: emptied }]);
  if (old) await Promise.all(kept.map((task) => stopTask(old.spec, task)));
  return { fresh, kept: [] };
}

type Shift = { next: Revision; old: RunningService | undefined; fresh: readonly Task[] };

/** A first revision gets all requests at once: there is nothing to compare it with. */
async function shift(lifecycle: ServiceLifecycle, { next, old, fresh }: Shift): Promise<string | undefined> {
  const { inputs, cloud } = lifecycle;
  const startedAtMs = cloud.clock.now();
  let minutes = 0;
  setShares(lifecycle, next, { percent: 100, listener: 'test' });
  for (const { percent, bakeMinutes } of old && old.tasks.length > 0
    ? stepsOf(inputs)
    : [{ percent: 100, bakeMinutes: 0 }]) {
    setShares(lifecycle, next, { percent, listener: 'production' });
    minutes += bakeMinutes;
    cloud.clock.elapse(startedAtMs, minutes * 60);
    tell(lifecycle, `has shifted ${percent} percent of its traffic, and watched it for ${bakeMinutes} minutes`);
    const ended = fresh.flatMap(({ containers }) => containers).find(({ container }) => !container.isRunning());
    if (!ended) continue;
    setShares(lifecycle, next, { percent: 0, listener: 'production' });
    return `Essential container in task exited: ${ended.name}`;
  }
  return undefined;
}

/** Gives the target group of the new revision a share of the requests, and the other one the rest. */
function setShares(
  { inputs, cloud }: ServiceLifecycle,
  next: Revision,
  { percent, listener }: { percent: number; listener: 'production' | 'test' },
): void {
  for (const { targetGroupArn = '', advancedConfiguration } of inputs.loadBalancers ?? []) {
    if (!advancedConfiguration) continue;
    const { alternateTargetGroupArn, productionListenerRule, testListenerRule } = advancedConfiguration;
    const rule = listener === 'production' ? productionListenerRule : testListenerRule;
    if (rule === undefined) continue;
    const isAlternate = next.registrations.some(({ groupArn }) => groupArn === alternateTargetGroupArn);
    const share = isAlternate ? 100 - percent : percent;
    shiftTraffic(cloud, rule, { [targetGroupArn]: share, [alternateTargetGroupArn]: 100 - share });
  }
}
