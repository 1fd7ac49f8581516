import { type Cloud, table } from '../cloud/cloud';
import type { Container } from '../runtime/runtime';
import type { ContainerDefinition } from './ecs-container-definition';
import type { InVpc } from './reachability';
import { parseSecretReference, type SecretReference } from './secrets';

/** A task on Fargate as a service starts it: all of its containers, and the interface in a subnet that they share. */
export type TaskSpec = {
  /** Of the service: for logs and messages. */
  name: string;
  region: string;
  account: string;
  containers: readonly ContainerDefinition[];
  executionRoleArn?: string | undefined;
  taskRoleArn?: string | undefined;
  /** linux/amd64 or linux/arm64. */
  platform: string;
  memoryMiB?: number | undefined;
  /** Where its interface is; asked at each connection. */
  origin(): InVpc;
};

export type Task = { readonly containers: readonly { name: string; container: Container }[] };

/** The task that a service is about to start, by the service's id: what the rules of starting are about. */
export const startingTasks = table<TaskSpec>('ecs tasks that are starting');

/** The task that the service is starting, in a rule about its start. */
export function startingTaskOf({ cloud, id }: { cloud: Cloud; id: string }): TaskSpec | undefined {
  return cloud.table(startingTasks).get(id);
}

/** The images of ECR that a task is made of, each once. */
export function ecrImagesOf({ containers = [] }: Partial<TaskSpec> = {}): string[] {
  return [...new Set(containers.map(({ image }) => image))].filter((image) => isOfEcr(image));
}

function isOfEcr(image: string): boolean {
  return /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\//.test(image);
}

/** The secrets of Secrets Manager among its environment. */
export function secretsOf({
  containers = [],
}: Partial<TaskSpec> = {}): { variable: string; reference: SecretReference }[] {
  return containers.flatMap(({ secrets = [] }) =>
    secrets.flatMap(({ name, valueFrom }) => {
      const reference = parseSecretReference(valueFrom);
      return reference ? [{ variable: name, reference }] : [];
    }),
  );
}

export type LogTarget = { group: string; stream: string; mayCreate: boolean };

/** Where its containers write to CloudWatch Logs. */
export function logTargetsOf(spec: TaskSpec | undefined): LogTarget[] {
  return (spec?.containers ?? []).flatMap(({ name, logConfiguration }) => {
    const { logDriver, options = {} } = logConfiguration ?? { logDriver: '' };
    const group = options['awslogs-group'];
    if (logDriver !== 'awslogs' || group === undefined) return [];
    const stream = `${options['awslogs-stream-prefix'] ?? 'ecs'}/${name}/${'0'.repeat(32)}`;
    return [{ group, stream, mayCreate: options['awslogs-create-group'] === 'true' }];
  });
}
