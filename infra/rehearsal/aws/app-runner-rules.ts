import { applyRule, inputRule } from '../rules';
import { refuseName, scalingConfiguration, vpcConnector } from './app-runner-connections';
import { portOf, serviceHandle as service } from './app-runner-deployment';
import { refuseSize } from './app-runner-sizes';
import { refuseAssumption } from './iam-authorize';
import { parseSecretReference } from './secrets';

const source = 'https://docs.aws.amazon.com/apprunner/latest/api/API_CreateService.html';
const imagePattern = /^([0-9]{12}\.dkr\.ecr\.[a-z-]+-[0-9]\.amazonaws\.com\/.*)|(^public\.ecr\.aws\/.+\/.+)/;
const reserved = /^(PORT$|AWSAPPRUNNER)/;
const regions = [
  'ap-northeast-1',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'eu-central-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'us-east-1',
  'us-east-2',
  'us-west-2',
];

export const serviceRules = [
  inputRule({
    id: 'aws.apprunner.region',
    refuses: 'A region without App Runner.',
    source: 'https://docs.aws.amazon.com/general/latest/gr/apprunner.html',
    types: service,
    check: ({ place }) =>
      regions.includes(place.region ?? '')
        ? undefined
        : `dial tcp: lookup apprunner.${place.region}.amazonaws.com: no such host: App Runner is in ${regions.join(', ')}`,
  }),
  inputRule({
    id: 'aws.apprunner.service-name',
    refuses: 'A name of a service other than 4 to 40 letters, digits, hyphens and underscores.',
    source,
    types: service,
    check: ({ inputs }) => refuseName('serviceName', inputs.serviceName, 40),
  }),
  inputRule({
    id: 'aws.apprunner.size',
    refuses: 'A CPU or memory that does not exist, or a pair of them that does not.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/dg/architecture.html',
    types: service,
    check: ({ inputs: { instanceConfiguration: { cpu = '1024', memory = '2048' } = {} } }) => refuseSize(cpu, memory),
  }),
  inputRule({
    id: 'aws.apprunner.health-check',
    refuses: 'A health check of another protocol than TCP and HTTP, or with a number outside 1 to 20.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/api/API_HealthCheckConfiguration.html',
    types: service,
    check: ({ inputs: { healthCheckConfiguration: check = {} } }) => {
      const { protocol = 'TCP', path } = check;
      const numbers = (['interval', 'timeout', 'healthyThreshold', 'unhealthyThreshold'] as const)
        .map((property) => ({ property, value: check[property] ?? 1 }))
        .filter(({ value }) => !Number.isInteger(value) || value < 1 || value > 20)
        .map(
          ({ property, value }) =>
            `expected healthCheckConfiguration.${property} to be in the range (1 - 20), got ${value}`,
        );
      return [
        ...(protocol === 'TCP' || protocol === 'HTTP'
          ? []
          : [`expected healthCheckConfiguration.protocol to be one of ["TCP" "HTTP"], got ${protocol}`]),
        ...(path === '' ? ['InvalidRequestException: healthCheckConfiguration.path must not be empty'] : []),
        ...numbers,
      ];
    },
  }),
  inputRule({
    id: 'aws.apprunner.source',
    refuses: 'A service without exactly one source, or with an image that is not named as ECR names it.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/api/API_ImageRepository.html',
    types: service,
    check: ({ inputs: { sourceConfiguration } }) => {
      const { imageRepository, codeRepository, authenticationConfiguration } = sourceConfiguration;
      if ((imageRepository === undefined) === (codeRepository === undefined)) {
        return 'one of `sourceConfiguration.codeRepository,sourceConfiguration.imageRepository` must be specified';
      }
      if (!imageRepository) return 'not simulated: a service from source code (sourceConfiguration.codeRepository)';
      const { imageIdentifier, imageRepositoryType } = imageRepository;
      if (imageRepositoryType !== 'ECR' && imageRepositoryType !== 'ECR_PUBLIC') {
        return `expected imageRepositoryType to be one of ["ECR" "ECR_PUBLIC"], got ${imageRepositoryType}`;
      }
      if (!imagePattern.test(imageIdentifier)) {
        return `invalid value for sourceConfiguration.imageRepository.imageIdentifier: must be ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME with a tag or digest, or public.ecr.aws/..., not ${imageIdentifier}`;
      }
      if (imageRepositoryType === 'ECR_PUBLIC') return 'not simulated: an image of ECR Public (imageRepositoryType)';
      return authenticationConfiguration?.accessRoleArn === undefined
        ? 'InvalidRequestException: Authentication configuration is invalid: an image of ECR needs authenticationConfiguration.accessRoleArn'
        : undefined;
    },
  }),
  inputRule({
    id: 'aws.apprunner.port',
    refuses: 'A port that is none.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/api/API_ImageConfiguration.html',
    types: service,
    check: ({ inputs }) => {
      const port = portOf(inputs);
      return Number.isInteger(port) && port >= 1 && port <= 65_535
        ? undefined
        : 'InvalidRequestException: imageConfiguration.port must be 1 to 65535';
    },
  }),
  inputRule({
    id: 'aws.apprunner.reserved-variable',
    refuses: 'A variable named PORT, beginning with AWSAPPRUNNER, or given both as a value and as a secret.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/dg/env-variable-manage.html',
    types: service,
    check: ({ inputs: { sourceConfiguration } }) => {
      const { runtimeEnvironmentVariables = {}, runtimeEnvironmentSecrets = {} } =
        sourceConfiguration.imageRepository?.imageConfiguration ?? {};
      const plain = Object.keys(runtimeEnvironmentVariables);
      const secret = Object.keys(runtimeEnvironmentSecrets);
      return [
        ...[...plain, ...secret]
          .filter((name) => reserved.test(name))
          .map((name) => `InvalidRequestException: Environment variable name ${name} is reserved by App Runner`),
        ...plain
          .filter((name) => secret.includes(name))
          .map((name) => `InvalidRequestException: Environment variable ${name} is both a value and a secret`),
      ];
    },
  }),
  inputRule({
    id: 'aws.apprunner.secret-reference',
    refuses: 'A secret variable that is no ARN of a secret, with JSON key, stage and version where wanted.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/dg/env-variable-manage.html',
    types: service,
    check: ({ inputs: { sourceConfiguration } }) =>
      Object.entries(sourceConfiguration.imageRepository?.imageConfiguration?.runtimeEnvironmentSecrets ?? {})
        .filter(([, reference]) => !parseSecretReference(reference) || reference.length > 2_048)
        .map(([variable, reference]) =>
          /^arn:[a-z-]+:ssm:/.test(reference)
            ? `not simulated: a parameter of Systems Manager (${variable})`
            : `InvalidRequestException: runtimeEnvironmentSecrets.${variable} must be the ARN of a secret, with :JSON-KEY:STAGE:VERSION behind it where wanted`,
        ),
  }),
  inputRule({
    id: 'aws.apprunner.egress',
    refuses: 'Egress into a VPC without a connector, and a connector without such egress.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/api/API_EgressConfiguration.html',
    types: service,
    check: ({ inputs: { networkConfiguration: { egressConfiguration = {} } = {} } }) => {
      const { egressType = 'DEFAULT', vpcConnectorArn } = egressConfiguration;
      if (egressType !== 'DEFAULT' && egressType !== 'VPC') {
        return `expected egressType to be one of ["DEFAULT" "VPC"], got ${egressType}`;
      }
      return (egressType === 'VPC') === (vpcConnectorArn !== undefined)
        ? undefined
        : 'InvalidRequestException: egressConfiguration.vpcConnectorArn must be set exactly where egressType is VPC';
    },
  }),
  applyRule({
    id: 'aws.apprunner.connection-missing',
    refuses: 'A VPC connector or scaling configuration that does not exist in the region.',
    source,
    types: service,
    check: ({ inputs: { networkConfiguration, autoScalingConfigurationArn: scaling }, cloud, place }) => {
      const connector = networkConfiguration?.egressConfiguration?.vpcConnectorArn;
      if (connector !== undefined && cloud.find(vpcConnector, connector)?.place.region !== place.region) {
        return `InvalidRequestException: VPC connector ${connector} does not exist (vpcConnectorArn)`;
      }
      const isDefault = scaling?.includes(':autoscalingconfiguration/DefaultConfiguration/');
      return scaling !== undefined &&
        !isDefault &&
        cloud.find(scalingConfiguration, scaling)?.place.region !== place.region
        ? `InvalidRequestException: Auto scaling configuration ${scaling} does not exist (autoScalingConfigurationArn)`
        : undefined;
    },
  }),
  applyRule({
    id: 'aws.apprunner.role',
    refuses:
      'An access role that build.apprunner.amazonaws.com may not take on, or an instance role that tasks.apprunner.amazonaws.com may not.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/dg/security_iam_service-with-iam.html',
    types: service,
    check: async ({ inputs, cloud, id }) => {
      const context = { 'aws:SourceArn': id };
      const access = inputs.sourceConfiguration.authenticationConfiguration?.accessRoleArn;
      const instance = inputs.instanceConfiguration?.instanceRoleArn;
      const refusals = [
        access &&
          (await refuseAssumption(cloud, { roleArn: access, service: 'build.apprunner.amazonaws.com', context })),
        instance &&
          (await refuseAssumption(cloud, { roleArn: instance, service: 'tasks.apprunner.amazonaws.com', context })),
      ];
      const [accessRefusal, instanceRefusal] = refusals;
      return [
        ...(accessRefusal
          ? [`InvalidRequestException: Error in assuming access role ${access}: ${accessRefusal} (accessRoleArn)`]
          : []),
        ...(instanceRefusal
          ? [
              `InvalidRequestException: Error in assuming instance role ${instance}: ${instanceRefusal} (instanceRoleArn)`,
            ]
          : []),
      ];
    },
  }),
];
