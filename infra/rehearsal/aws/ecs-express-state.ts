import { table } from '../cloud/cloud';
import type { Front } from '../runtime/runtime';
import type { AnswerCounts } from './ecs-express-alarm';
import type { Task, TaskSpec } from './ecs-task';

/** Tasks of one revision of a service, and what they were started from. */
export type Revision = { readonly spec: TaskSpec; readonly tasks: readonly Task[]; readonly port: number };

export type RunningService = {
  readonly front: Front;
  readonly counts: AnswerCounts;
  /** None while no task of its first release gets well. */
  readonly revision: Revision | undefined;
};

/** What answers for a service now; by its ARN. */
export const runningServices = table<RunningService>('ecs express services');

/** Why the alarm took the release of a service back, for its rule; by the service's ARN. */
export const alarms = table<string>('alarms of ecs express');

/** Services that wait for a role that is gone, and so never end. */
export const drainingServices = table<true>('ecs express services that drain');

/** Services that were made, never got well, and are in no program's state; by region, cluster and name. */
export const strayServices = table<{ arn: string }>('ecs express services without a program');

export function strayKey(region: string | undefined, cluster: string, name: string | undefined): string {
  return `${region} ${cluster}/${name}`;
}

/** Its containers, which a front sends requests to. */
export function containersOf({ tasks }: Revision) {
  return tasks.flatMap((task) => task.containers.map(({ container }) => container));
}
