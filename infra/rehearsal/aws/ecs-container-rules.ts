import { graphRule, inputRule } from '../rules';
import { type ContainerDefinition, parseContainerDefinitions } from './ecs-container-definition';
import { taskDefinition } from './ecs-task-definition';
import { isForFargate } from './ecs-task-definition-rules';
import { parseSecretReference } from './secrets';

const source = 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html';

type Json = { containerDefinitions: string };

function containersIn({ containerDefinitions }: Json): readonly ContainerDefinition[] {
  return parseContainerDefinitions(containerDefinitions).containers;
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

export const containerRules = [
  inputRule({
    id: 'aws.ecs.container-definitions',
    refuses: 'Definitions of containers that are no JSON of that shape, or hold a key that ECS does not know.',
    source,
    types: taskDefinition,
    check: ({ inputs }) => parseContainerDefinitions(inputs.containerDefinitions).problems,
  }),
  inputRule({
    id: 'aws.ecs.containers',
    refuses: 'No container, ten at most, two of one name, a name that is none, or none that is essential.',
    source,
    types: taskDefinition,
    check: ({ inputs }) => {
      const { containers, problems } = parseContainerDefinitions(inputs.containerDefinitions);
      if (problems.length > 0) return undefined;
      const names = containers.map(({ name }) => name);
      return [
        ...(containers.length === 0 ? ['ClientException: Container list cannot be empty. (containerDefinitions)'] : []),
        ...(containers.length > 10 ? ['ClientException: A task definition can have a maximum of 10 containers.'] : []),
        ...(containers.length > 0 && containers.every(({ essential = true }) => !essential)
          ? ['ClientException: TaskDefinition does not contain any essential containers. (essential)']
          : []),
        ...repeated(names).map((name) => `ClientException: Container names must be unique: ${name}`),
        ...names
          .filter((name) => !/^[A-Za-z0-9_-]{1,255}$/.test(name))
          .map(
            (name) =>
              `ClientException: Invalid container name: ${name.slice(0, 40)}: up to 255 letters, digits, hyphens and underscores`,
          ),
        ...containers
          .filter(({ image }) => image === '' || /\s/.test(image))
          .map(
            ({ name }) =>
              `ClientException: Container.image should not be null or empty, or have white space (container ${name})`,
          ),
      ];
    },
  }),
  inputRule({
    id: 'aws.ecs.variables',
    refuses: 'A variable of a container that is there twice, or without a name.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html',
    types: taskDefinition,
    check: ({ inputs }) =>
      containersIn(inputs).flatMap(({ name, environment = [], secrets = [] }) => {
        const plain = environment.map((variable) => variable.name);
        const secret = secrets.map((variable) => variable.name);
        return [
          ...repeated(plain).map(
            (variable) => `environment of container ${name} has ${variable} twice: one of them does not count`,
          ),
          ...[...repeated(secret), ...secret.filter((variable) => plain.includes(variable))].map(
            (variable) =>
              `ClientException: The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${variable}'. (container ${name})`,
          ),
          ...([...plain, ...secret].includes('')
            ? [`ClientException: environment variables must have a name (container ${name})`]
            : []),
        ];
      }),
  }),
  inputRule({
    id: 'aws.ecs.secret-reference',
    refuses: 'A secret that is no ARN of a secret, with JSON key, stage and version where wanted.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html',
    types: taskDefinition,
    check: ({ inputs }) =>
      containersIn(inputs).flatMap(({ name, secrets = [] }) =>
        secrets
          .filter(({ valueFrom }) => !parseSecretReference(valueFrom))
          .map(({ name: variable, valueFrom }) =>
            /^arn:[a-z-]+:ssm:/.test(valueFrom)
              ? `not simulated: a parameter of Systems Manager (secrets: ${variable})`
              : `ClientException: The Secret reference of ${variable} in container ${name} must be the ARN of a secret, with :JSON-KEY:STAGE:VERSION behind it where wanted (valueFrom)`,
          ),
      ),
  }),
  inputRule({
    id: 'aws.ecs.ports',
    refuses: 'A port that is none, is there twice, or under awsvpc has another number on the host.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html',
    types: taskDefinition,
    check: ({ inputs }) => {
      const mappings = containersIn(inputs).flatMap(({ portMappings = [] }) => portMappings);
      const isPort = (port: number | undefined) => port === undefined || (port >= 0 && port <= 65_535);
      const keys = mappings.map(({ containerPort, protocol = 'tcp' }) => `${containerPort}/${protocol}`);
      return [
        ...mappings
          .filter(({ containerPort, hostPort }) => !isPort(containerPort) || !isPort(hostPort))
          .map(() => 'ClientException: Container port and host port must be 0 to 65535 (portMappings)'),
        ...mappings
          .filter(({ protocol = 'tcp' }) => protocol !== 'tcp' && protocol !== 'udp')
          .map(({ protocol }) => `ClientException: portMappings.protocol must be tcp or udp, not ${protocol}`),
        ...(inputs.networkMode === 'awsvpc'
          ? [
              ...mappings
                .filter(({ containerPort, hostPort = 0 }) => hostPort !== 0 && hostPort !== containerPort)
                .map(
                  () =>
                    'ClientException: When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
                ),
              ...repeated(keys).map((key) => `ClientException: The port ${key} is mapped twice (portMappings)`),
            ]
          : []),
      ];
    },
  }),
  inputRule({
    id: 'aws.ecs.log-driver',
    refuses: 'A log driver that Fargate does not have, or awslogs without its group, region or stream prefix.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html',
    types: taskDefinition,
    check: ({ inputs, place }) =>
      containersIn(inputs).flatMap(({ name, logConfiguration }) => {
        if (!logConfiguration) return [];
        const { logDriver, options = {} } = logConfiguration;
        const at = `(logConfiguration of container ${name})`;
        const drivers = ['awslogs', 'splunk', 'awsfirelens'];
        if (isForFargate(inputs) && !drivers.includes(logDriver)) {
          return [`ClientException: Fargate does not support the log driver ${logDriver}: ${drivers.join(', ')} ${at}`];
        }
        if (logDriver !== 'awslogs') return [`not simulated: the log driver ${logDriver} ${at}`];
        const region = options['awslogs-region'];
        return [
          ...['awslogs-group', 'awslogs-region', ...(isForFargate(inputs) ? ['awslogs-stream-prefix'] : [])]
            .filter((option) => !options[option])
            .map((option) => `ClientException: Log driver awslogs requires options: ${option} ${at}`),
          ...(region === undefined || region === place.region
            ? []
            : [`not simulated: awslogs-region ${region} of another region ${at}`]),
        ];
      }),
  }),
  inputRule({
    id: 'aws.ecs.container-health',
    refuses: 'A health check of a container without CMD or CMD-SHELL, or with a number out of its range.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html',
    types: taskDefinition,
    check: ({ inputs }) =>
      containersIn(inputs).flatMap(({ healthCheck, name }) => {
        if (!healthCheck || healthCheck.command[0] === 'NONE') return [];
        const ranges = { interval: [5, 300], timeout: [2, 120], retries: [1, 10], startPeriod: [0, 300] } as const;
        const isCommand = ['CMD', 'CMD-SHELL'].includes(healthCheck.command[0] ?? '') && healthCheck.command.length > 1;
        return [
          ...(isCommand
            ? []
            : [
                `ClientException: Invalid health check command of container ${name}: it must begin with CMD or CMD-SHELL`,
              ]),
          ...(['interval', 'timeout', 'retries', 'startPeriod'] as const).flatMap((property) => {
            const [least, most] = ranges[property];
            const value = healthCheck[property];
            return value === undefined || (value >= least && value <= most)
              ? []
              : [
                  `ClientException: healthCheck.${property} of container ${name} must be ${least} to ${most}, not ${value}`,
                ];
          }),
        ];
      }),
  }),
  inputRule({
    id: 'aws.ecs.stop-timeout',
    refuses: 'A start or stop timeout on Fargate above two minutes.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html',
    types: taskDefinition,
    check: ({ inputs }) =>
      containersIn(inputs).flatMap(({ name, startTimeout = 2, stopTimeout = 2 }) =>
        isForFargate(inputs) && [startTimeout, stopTimeout].some((seconds) => seconds < 2 || seconds > 120)
          ? [`ClientException: startTimeout and stopTimeout of container ${name} must be 2 to 120 seconds on Fargate`]
          : [],
      ),
  }),
  graphRule({
    id: 'aws.ecs.secret-in-plain',
    refuses: 'A secret in the definition of a container: everyone who may describe the task definition reads it.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html',
    types: [taskDefinition],
    check: (graph) =>
      graph
        .ofType(taskDefinition)
        .filter(({ inputs }) => inputs.containerDefinitions === '[secret]')
        .map(({ urn, name }) => ({
          urn,
          message: `${name}: containerDefinitions holds a secret value: it must be among secrets, by reference`,
        })),
  }),
];
