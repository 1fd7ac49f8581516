import { inputRule } from '../rules';
import { defaults, portOf } from './ecs-express-task';
import { expressServiceHandle as service } from './ecs-handles';
import { parseTaskCpu, parseTaskMemory, refuseTaskSize } from './ecs-sizes';
import { parseSecretReference } from './secrets';

const source = 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateExpressGatewayService.html';
const targetSource = 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExpressGatewayScalingTarget.html';
const containerSource = 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExpressGatewayContainer.html';
const cpus = [256, 512, 1_024, 2_048, 4_096];
const memory = { least: 512, most: 8_192 };
const metrics = ['AVERAGE_CPU', 'AVERAGE_MEMORY', 'REQUEST_COUNT_PER_TARGET'];
const mostRequests = 65_536;

/** What can be said of a service's inputs alone. */
export const expressRules = [
  inputRule({
    id: 'aws.ecs-express.name',
    refuses: 'A name of a service other than 1 to 255 letters, digits, underscores and hyphens.',
    source,
    types: service,
    check: ({ inputs: { serviceName } }) =>
      serviceName === undefined || /^[A-Za-z0-9_-]{1,255}$/.test(serviceName)
        ? undefined
        : `InvalidParameterException: Invalid service name (serviceName must be 1 to 255 letters, digits, _ and -; it has ${serviceName.length} characters)`,
  }),
  inputRule({
    id: 'aws.ecs-express.size',
    refuses:
      'A CPU that is no power of two from 256 to 4096, a memory outside 512 to 8192 MiB, or a pair that Fargate lacks.',
    source,
    types: service,
    check: ({ inputs: { cpu = defaults.cpu, memory: wanted = defaults.memory } }) => {
      if (!cpus.includes(parseTaskCpu(cpu))) {
        return `InvalidParameterException: cpu must be one of ${cpus.join(', ')}, not ${cpu}`;
      }
      const memoryMiB = parseTaskMemory(wanted);
      if (!(memoryMiB >= memory.least && memoryMiB <= memory.most)) {
        return `InvalidParameterException: memory must be ${memory.least} to ${memory.most}, not ${wanted}`;
      }
      return refuseTaskSize(cpu, wanted);
    },
  }),
  inputRule({
    id: 'aws.ecs-express.port',
    refuses: 'A port of the container that is none.',
    source: containerSource,
    types: service,
    check: ({ inputs }) =>
      Number.isInteger(portOf(inputs)) && portOf(inputs) >= 1 && portOf(inputs) <= 65_535
        ? undefined
        : 'InvalidParameterException: primaryContainer.containerPort must be 1 to 65535',
  }),
  inputRule({
    id: 'aws.ecs-express.health-check-path',
    refuses: 'A path of the health check that does not begin with a slash.',
    source,
    types: service,
    check: ({ inputs: { healthCheckPath = defaults.healthCheckPath } }) =>
      /^\/.{0,1023}$/.test(healthCheckPath)
        ? undefined
        : 'InvalidParameterException: healthCheckPath must begin with / and have at most 1024 characters',
  }),
  inputRule({
    id: 'aws.ecs-express.subnet-count',
    refuses: 'Fewer than two subnets where a network is configured.',
    source: 'https://www.pulumi.com/registry/packages/aws/api-docs/ecs/expressgatewayservice/',
    types: service,
    check: ({ inputs: { networkConfigurations = [] } }) => {
      if (networkConfigurations.length > 1) return 'networkConfigurations must have one element';
      const [network] = networkConfigurations;
      const subnets = new Set(network?.subnets ?? []);
      if (network?.subnets === undefined) return 'not simulated: the default VPC (networkConfigurations.subnets)';
      return subnets.size >= 2
        ? undefined
        : `InvalidParameterException: networkConfigurations.subnets must name at least two subnets, not ${subnets.size}`;
    },
  }),
  inputRule({
    id: 'aws.ecs-express.task-counts',
    refuses: 'Fewer tasks at most than at least, or none at all.',
    source: targetSource,
    types: service,
    check: ({ inputs: { scalingTargets = [] } }) => {
      if (scalingTargets.length > 1) return 'scalingTargets must have one element';
      const { minTaskCount = defaults.minTasks, maxTaskCount = defaults.maxTasks } = scalingTargets[0] ?? {};
      if (minTaskCount < 1) return `InvalidParameterException: minTaskCount must be at least 1, not ${minTaskCount}`;
      return maxTaskCount < minTaskCount
        ? `InvalidParameterException: maxTaskCount (${maxTaskCount}) must be at least minTaskCount (${minTaskCount})`
        : undefined;
    },
  }),
  inputRule({
    id: 'aws.ecs-express.metric',
    refuses: 'A metric for scaling that does not exist, or a target that it cannot have.',
    source: targetSource,
    types: service,
    check: ({ inputs: { scalingTargets = [] } }) => {
      const { autoScalingMetric: metric = defaults.autoScalingMetric, autoScalingTargetValue: value } =
        scalingTargets[0] ?? {};
      if (!metrics.includes(metric)) {
        return `expected autoScalingMetric to be one of ${JSON.stringify(metrics)}, got ${metric}`;
      }
      const most = metric === 'REQUEST_COUNT_PER_TARGET' ? mostRequests : 100;
      return value === undefined || (value >= 1 && value <= most)
        ? undefined
        : `InvalidParameterException: autoScalingTargetValue must be 1 to ${most} for ${metric}, not ${value}`;
    },
  }),
  inputRule({
    id: 'aws.ecs-express.variable',
    refuses: 'A variable that is given twice, or both as a value and as a secret.',
    source: containerSource,
    types: service,
    check: ({ inputs: { primaryContainer } }) => {
      const names = [...(primaryContainer.environments ?? []), ...(primaryContainer.secrets ?? [])].map(
        ({ name }) => name,
      );
      return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(
        (name) => `ClientException: Duplicate environment variable and secret name: ${name}`,
      );
    },
  }),
  inputRule({
    id: 'aws.ecs-express.secret-reference',
    refuses: 'A secret variable that is no ARN of a secret, with JSON key, stage and version where wanted.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html',
    types: service,
    check: ({ inputs: { primaryContainer } }) =>
      (primaryContainer.secrets ?? [])
        .filter(({ valueFrom }) => !parseSecretReference(valueFrom))
        .map(({ name, valueFrom }) =>
          /^arn:[a-z-]+:ssm:/.test(valueFrom)
            ? `not simulated: a parameter of Systems Manager (${name})`
            : `ClientException: secrets.${name}.valueFrom must be the ARN of a secret, with :JSON-KEY:STAGE:VERSION behind it where wanted`,
        ),
  }),
];
