import type { ecs } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import { type Cloud, type Entity, table } from '../cloud/cloud';
import type { Lifecycle, OutputsOf } from '../declare';
import type { Task, TaskSpec } from './ecs-task';
import { setTargets } from './target-group-targets';

export type ServiceArgs = Unwrap<ecs.ServiceArgs>;
export type ServiceOutputs = OutputsOf<ecs.Service>;
export type ServiceEntity = Entity<ServiceArgs, ServiceOutputs>;
export type ServiceLifecycle = Lifecycle<ServiceArgs, ServiceOutputs>;

/** Where one container of each task gets its requests. */
export type Registration = {
  readonly groupArn: string;
  readonly containerName: string;
  readonly containerPort: number;
};

/** Tasks of one revision, and where they are registered. */
export type Registered = { readonly tasks: readonly Task[]; readonly registrations: readonly Registration[] };

/** What makes a revision of a service: another of these is another deployment. */
export type Revision = {
  readonly key: string;
  readonly spec: TaskSpec;
  readonly registrations: readonly Registration[];
};

/** The revision of a service that answers now. */
export type RunningService = Revision &
  Registered & {
    /** The service as ECS has it now, after a roll-back with the revision before. */
    readonly inputs: ServiceArgs;
  };

/** By the service's ARN. */
export const runningServices = table<RunningService>('ecs services');

/** Deployments that go on although nobody waits for them; by the service's ARN. */
export const deploymentsInBackground = table<Promise<void>>('ecs deployments in the background');

/** More of them would show nothing new, and each is a process of this machine. */
const mostTasks = 2;

export function countTasks({ desiredCount = 0 }: ServiceArgs): number {
  return Math.min(desiredCount, mostTasks);
}

/** Registers the tasks of these revisions, and no others, in all of their target groups at once. */
export function registerTasks(cloud: Cloud, revisions: readonly Registered[]): void {
  const groups = new Set(revisions.flatMap(({ registrations }) => registrations.map(({ groupArn }) => groupArn)));
  for (const groupArn of groups) {
    const targets = revisions.flatMap(({ tasks, registrations }) =>
      registrations
        .filter((registration) => registration.groupArn === groupArn)
        .flatMap(({ containerName, containerPort: port }) =>
          tasks.flatMap(({ containers }) =>
            containers.filter(({ name }) => name === containerName).map(({ container }) => ({ container, port })),
          ),
        ),
    );
    setTargets(cloud, groupArn, targets);
  }
}

/** Where the events of a service are read in the rehearsal: DescribeServices gives them, no log group holds them. */
export function eventsOf(id: string): string {
  return `events of ECS ${id.split(':').at(-1)}`;
}

export function tell({ entity, cloud }: Pick<ServiceLifecycle, 'entity' | 'cloud'>, line: string): void {
  cloud.runtime.logs.append(eventsOf(entity.id), `(service ${entity.outputs.name}) ${line}`);
}
