import { judgeOperation } from '../rules';
import { bakeNote, share, shiftTraffic } from './ecs-express-canary';
import { alarmRules, infrastructureRules } from './ecs-express-operation-rules';
import { alarms, type Revision, type RunningService, runningServices } from './ecs-express-state';
import type { ExpressArgs } from './ecs-express-task';
import { logGroupOf } from './ecs-express-task';
import { type ExpressLifecycle, startRevision, stopRevision } from './ecs-express-tasks';
import { ensureLogGroup } from './logs';

/** What the provider says when nothing is decided before its time is over. */
export const neverStable =
  "timeout while waiting for state to become 'ACTIVE, tfSTABLE' (last state: 'tfPENDING', timeout: 30m0s)";

/** Healthy tasks of what is wanted now, or why there are none. */
export async function startJudged(lifecycle: ExpressLifecycle): Promise<Revision | { why: string }> {
  const { cloud, place, inputs } = lifecycle;
  const problems = await judgeOperation(infrastructureRules, lifecycle);
  if (problems.length > 0) return { why: problems.join('\n') };
  if (inputs.primaryContainer.awsLogsConfigurations === undefined) ensureLogGroup(cloud, place, logGroupOf(inputs));
  return startRevision(lifecycle);
}

/** All requests go to this revision; none while there is none. */
export function serve({ cloud, id }: ExpressLifecycle, running: RunningService): void {
  running.front.setBackends(running.revision ? share(running.revision, 100) : []);
  cloud.table(runningServices).set(id, running);
}

/** Replaces what runs. Gives why it was not replaced, with the old tasks answering as before. */
export async function replaceRevision(
  lifecycle: ExpressLifecycle,
  running: RunningService,
): Promise<string | undefined> {
  const { cloud, id, signal } = lifecycle;
  const started = await startJudged(lifecycle);
  if (!('tasks' in started)) return `${neverStable}: ${started.why}`;
  cloud.runtime.note(bakeNote);
  const { front, counts, revision } = running;
  const seen = revision && (await shiftTraffic({ front, counts, from: revision, to: started, signal }));
  if (seen !== undefined) {
    await stopRevision(started);
    cloud.table(alarms).set(id, seen);
    return (await judgeOperation(alarmRules, lifecycle)).join('\n');
  }
  serve(lifecycle, { ...running, revision: started });
  if (revision) await stopRevision(revision);
  return undefined;
}

/** What of the inputs makes another revision; scaling, tags and the provider's own settings do not. */
export function revisionOf({ scalingTargets, tags, timeouts, waitForSteadyState, ...revision }: ExpressArgs): object {
  return revision;
}
