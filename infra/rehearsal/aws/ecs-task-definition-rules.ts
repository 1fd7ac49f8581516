import { inputRule } from '../rules';
import { parseContainerDefinitions } from './ecs-container-definition';
import { parseTaskCpu, parseTaskMemory, refuseTaskSize } from './ecs-sizes';
import { taskDefinition } from './ecs-task-definition';

const source = 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html';
const onFargate =
  'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-networkmode';
const roleArn = /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/;

export function isForFargate({
  requiresCompatibilities = [],
}: {
  requiresCompatibilities?: readonly string[];
}): boolean {
  return requiresCompatibilities.includes('FARGATE');
}

/** The whole task; what its containers may be is in ecs-container-rules.ts. */
export const taskDefinitionRules = [
  inputRule({
    id: 'aws.ecs.family',
    refuses: 'A family other than 1 to 255 letters, digits, underscores and hyphens.',
    source,
    types: taskDefinition,
    check: ({ inputs: { family } }) =>
      /^[A-Za-z0-9_-]{1,255}$/.test(family)
        ? undefined
        : `invalid value for family: must be 1 to 255 letters, digits, underscores and hyphens (it has ${family.length} characters)`,
  }),
  inputRule({
    id: 'aws.ecs.compatibility',
    refuses: 'A compatibility or network mode that does not exist, and any mode but awsvpc on Fargate.',
    source: onFargate,
    types: taskDefinition,
    check: ({ inputs }) => {
      const { requiresCompatibilities = [], networkMode = 'bridge' } = inputs;
      const known = ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'];
      const modes = ['bridge', 'host', 'awsvpc', 'none'];
      return [
        ...requiresCompatibilities
          .filter((name) => !known.includes(name))
          .map((name) => `expected requiresCompatibilities to be one of ${JSON.stringify(known)}, got ${name}`),
        ...(modes.includes(networkMode)
          ? []
          : [`expected networkMode to be one of ${JSON.stringify(modes)}, got ${networkMode}`]),
        ...(isForFargate(inputs) && networkMode !== 'awsvpc'
          ? [`ClientException: Fargate only supports network mode 'awsvpc'. (networkMode ${networkMode})`]
          : []),
      ];
    },
  }),
  inputRule({
    id: 'aws.ecs.size',
    refuses: 'A CPU or memory of a Fargate task that does not exist, or a pair of them that does not.',
    source:
      'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size',
    types: taskDefinition,
    check: ({ inputs }) => (isForFargate(inputs) ? refuseTaskSize(inputs.cpu, inputs.memory) : undefined),
  }),
  inputRule({
    id: 'aws.ecs.container-size',
    refuses: 'Containers that together reserve more than their task has.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html',
    types: taskDefinition,
    check: ({ inputs: { cpu, memory, containerDefinitions } }) => {
      const { containers } = parseContainerDefinitions(containerDefinitions);
      const taskCpu = cpu === undefined ? Number.POSITIVE_INFINITY : parseTaskCpu(cpu);
      const taskMemory = memory === undefined ? Number.POSITIVE_INFINITY : parseTaskMemory(memory);
      const cpuSum = containers.reduce((sum, container) => sum + (container.cpu ?? 0), 0);
      const reserved = containers.reduce(
        (sum, { memory: hard, memoryReservation }) => sum + (memoryReservation ?? hard ?? 0),
        0,
      );
      return [
        ...(cpuSum > taskCpu
          ? [
              `ClientException: The sum of all container 'cpu' (${cpuSum}) must not be more than the task's cpu (${taskCpu})`,
            ]
          : []),
        ...(reserved > taskMemory
          ? [
              `ClientException: The sum of all container 'memoryReservation' or 'memory' (${reserved}) must not be more than the task's memory (${taskMemory})`,
            ]
          : []),
        ...containers
          .filter((container) => (container.memory ?? 0) > taskMemory)
          .map(
            ({ name }) =>
              `ClientException: Invalid setting for container '${name}'. 'memory' must not be more than the task's memory (${taskMemory})`,
          ),
        ...containers
          .filter(
            (container) => container.memory !== undefined && (container.memoryReservation ?? 0) > container.memory,
          )
          .map(
            ({ name }) =>
              `ClientException: Invalid setting for container '${name}'. 'memory' must be more than 'memoryReservation'`,
          ),
        ...(memory === undefined
          ? containers
              .filter((container) => container.memory === undefined && container.memoryReservation === undefined)
              .map(
                ({ name }) =>
                  `ClientException: Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
              )
          : []),
      ];
    },
  }),
  inputRule({
    id: 'aws.ecs.execution-role-needed',
    refuses:
      'A task on Fargate without execution role whose image is of ECR, whose lines go to CloudWatch or that has secrets.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html',
    types: taskDefinition,
    check: ({ inputs }) => {
      const { executionRoleArn, taskRoleArn, containerDefinitions } = inputs;
      const wrong = [executionRoleArn, taskRoleArn].filter((given) => given !== undefined && !roleArn.test(given));
      if (wrong.length > 0) return `"${wrong[0]}" is an invalid ARN (executionRoleArn, taskRoleArn)`;
      if (executionRoleArn !== undefined) return undefined;
      const { containers } = parseContainerDefinitions(containerDefinitions);
      const isFargate = isForFargate(inputs);
      return [
        ...(isFargate && containers.some(({ image }) => /\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\//.test(image))
          ? [
              'ClientException: Fargate requires task definition to have execution role ARN to support ECR images. (executionRoleArn)',
            ]
          : []),
        ...(isFargate && containers.some(({ logConfiguration }) => logConfiguration?.logDriver === 'awslogs')
          ? [
              'ClientException: Fargate requires task definition to have execution role ARN to support log driver awslogs. (executionRoleArn)',
            ]
          : []),
        ...(containers.some(({ secrets = [] }) => secrets.length > 0)
          ? [
              "ClientException: When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
            ]
          : []),
      ];
    },
  }),
  inputRule({
    id: 'aws.ecs.platform',
    refuses: 'A CPU architecture or operating system that ECS does not have, and a Windows task.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html',
    types: taskDefinition,
    check: ({ inputs: { runtimePlatform: { cpuArchitecture = 'X86_64', operatingSystemFamily = 'LINUX' } = {} } }) => [
      ...(['X86_64', 'ARM64'].includes(cpuArchitecture)
        ? []
        : [`expected runtimePlatform.cpuArchitecture to be one of ["X86_64" "ARM64"], got ${cpuArchitecture}`]),
      ...(operatingSystemFamily === 'LINUX'
        ? []
        : operatingSystemFamily.startsWith('WINDOWS_')
          ? [`not simulated: runtimePlatform.operatingSystemFamily ${operatingSystemFamily}`]
          : [
              `expected runtimePlatform.operatingSystemFamily to be LINUX or WINDOWS_SERVER_..., got ${operatingSystemFamily}`,
            ]),
    ],
  }),
  inputRule({
    id: 'aws.ecs.storage',
    refuses: 'Ephemeral storage other than 21 to 200 GiB.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html',
    types: taskDefinition,
    check: ({ inputs: { ephemeralStorage } }) =>
      ephemeralStorage === undefined || (ephemeralStorage.sizeInGib >= 21 && ephemeralStorage.sizeInGib <= 200)
        ? undefined
        : `expected ephemeralStorage.sizeInGib to be in the range (21 - 200), got ${ephemeralStorage.sizeInGib}`,
  }),
  inputRule({
    id: 'aws.ecs.fargate-setting',
    refuses:
      'What Fargate does not offer: privileged containers, links, volumes of a host, other placements, host modes.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html',
    types: taskDefinition,
    check: ({ inputs }) => {
      if (!isForFargate(inputs)) return undefined;
      const { containers } = parseContainerDefinitions(inputs.containerDefinitions);
      const unsupported = (what: string) =>
        `ClientException: Fargate compatible task definitions do not support ${what}`;
      return [
        ...(inputs.placementConstraints?.length ? [unsupported('placementConstraints')] : []),
        ...(inputs.ipcMode === undefined ? [] : [unsupported('ipcMode')]),
        ...(inputs.pidMode === 'host' ? [unsupported('pidMode host')] : []),
        ...(inputs.volumes ?? []).filter(({ hostPath }) => hostPath).map(() => unsupported('volumes.hostPath')),
        ...containers.flatMap(
          ({ name, privileged, links, dockerSecurityOptions, disableNetworking, linuxParameters }) => [
            ...(privileged ? [unsupported(`privileged (container ${name})`)] : []),
            ...(links?.length ? [unsupported(`links (container ${name})`)] : []),
            ...(dockerSecurityOptions?.length ? [unsupported(`dockerSecurityOptions (container ${name})`)] : []),
            ...(disableNetworking ? [unsupported(`disableNetworking (container ${name})`)] : []),
            ...(linuxParameters?.devices?.length ? [unsupported(`devices (container ${name})`)] : []),
          ],
        ),
      ];
    },
  }),
];
