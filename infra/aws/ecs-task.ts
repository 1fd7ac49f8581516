import * as ecs from '@pulumi/aws/ecs';
import * as pulumi from '@pulumi/pulumi';
import type { ImageRef } from '../image';
import { container } from '../target';
import type { TaskRoles } from './ecs-roles';
import type { FargateSize } from './fargate-size';

export const containerName = 'service';
/** The drain, what the service needs after it, and some air; Fargate allows 120. */
const stopTimeoutSeconds = 30;

type TaskRequest = {
  family: string;
  image: ImageRef;
  size: FargateSize;
  roles: TaskRoles;
  environment: Record<string, pulumi.Output<string>>;
  /** By variable: the versioned reference. */
  secrets: Record<string, pulumi.Output<string>>;
  log: { group: pulumi.Output<string>; region: string };
  exec: boolean;
};

/** One revision of the task: the container as it runs, by its digest. Another image or variable is another revision. */
export function createTaskDefinition(
  name: string,
  { family, image, size, roles, environment, secrets, log, exec }: TaskRequest,
  options: pulumi.CustomResourceOptions,
): ecs.TaskDefinition {
  const definition = {
    name: containerName,
    image: image.reference,
    essential: true,
    // The image says so too; here it holds whatever the image says.
    user: '10001:10001',
    // The service writes no file. The agent of ECS Exec does, and needs them to be writable. Source:
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-considerations
    readonlyRootFilesystem: !exec,
    linuxParameters: { capabilities: { drop: ['ALL'] }, initProcessEnabled: exec },
    portMappings: [{ containerPort: container.port, hostPort: container.port, protocol: 'tcp' }],
    environment: sorted(environment).map(([variable, value]) => ({ name: variable, value })),
    secrets: sorted(secrets).map(([variable, valueFrom]) => ({ name: variable, valueFrom })),
    // ECS does not know the image's own check. It asks /health, so that no container ends because a store is away.
    healthCheck: {
      command: ['CMD', 'node', 'server.js', 'health-check'],
      interval: 10,
      timeout: 5,
      retries: 3,
      startPeriod: 60,
    },
    stopTimeout: stopTimeoutSeconds,
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': log.group,
        'awslogs-region': log.region,
        'awslogs-stream-prefix': containerName,
        // Where the log cannot be reached, lines are lost and not requests.
        mode: 'non-blocking',
        'max-buffer-size': '4m',
      },
    },
  };
  return new ecs.TaskDefinition(
    name,
    {
      family,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
      // In units of 1/1024 vCPU and in MiB.
      cpu: String(size.cpu * 1_024),
      memory: String(size.memoryMiB),
      executionRoleArn: roles.executionRoleArn,
      taskRoleArn: roles.taskRoleArn,
      containerDefinitions: pulumi.jsonStringify([definition]),
    },
    options,
  );
}

/** In one order, so that the same variables are the same revision. */
function sorted<Value>(values: Record<string, Value>): [string, Value][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}
