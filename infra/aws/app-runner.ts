import { isDeepStrictEqual } from 'node:util';
import * as apprunner from '@pulumi/aws/apprunner';
import * as pulumi from '@pulumi/pulumi';
import { Type } from 'typebox';
import { shortHash } from '../names';
import { serviceEnv } from '../service-env';
import { container, type DeployedService, type Deployment, type ServiceSpec, settings, target } from '../target';
import { keepLogsFor } from './app-runner-logs';
import { findAppRunnerSize } from './app-runner-size';
import { type AwsFoundation, aws } from './foundation';
import { allowConnection, createSecurityGroup } from './network';
import { createRole } from './roles';
import { createReaderSecret } from './secrets';

const Settings = settings({
  maxConcurrency: Type.Integer({
    minimum: 1,
    maximum: 200,
    default: 100,
    description: 'requests at once in an instance, before another one starts',
  }),
});

/** AWS App Runner. It takes no new customers since 30 April 2026: see infra/README.md. */
export const appRunner = target({ cloud: aws, Settings, findProblems, deploy });

function findProblems({ cpu, memoryMiB, minInstances, domain }: ServiceSpec): string[] {
  const problems: string[] = [];
  if (minInstances < 1) problems.push('taproom:service.minInstances must be at least 1: it does not scale to zero');
  if (findAppRunnerSize({ cpu, memoryMiB }) === undefined) {
    problems.push('taproom:service must be at most 4 vCPU (cpu) and 12288 MiB (memoryMiB)');
  }
  if (domain !== undefined) problems.push('taproom:domain.aws must not be set: it answers under awsapprunner.com only');
  return problems;
}

function deploy(deployment: Deployment<AwsFoundation, { maxConcurrency: number }>): DeployedService {
  const { name, service, image, foundation, migration } = deployment;
  const { scope, provider, registry, postgres, redis } = foundation;
  const { names } = scope;
  const component = new pulumi.ComponentResource('taproom:aws:AppRunner', name, {}, { provider });
  const options = { parent: component };

  const env = serviceEnv({
    companyName: service.companyName,
    digest: image.digest,
    apiKey: deployment.apiKey,
    poolSize: service.poolSize,
    postgres,
    redis,
    platform: { logFormat: 'plain', trustProxyHops: 1, drainSeconds: 0 },
  });
  const secret = createReaderSecret(name, env.secrets, { ...scope, options });
  const pullRole = createRole(
    `${name}-pull`,
    { names, principal: 'build.apprunner.amazonaws.com', statements: pullStatements(registry.arn) },
    options,
  );
  const instanceRole = createRole(
    name,
    {
      names,
      principal: 'tasks.apprunner.amazonaws.com',
      statements: [
        { Sid: 'ReadOwnSecret', Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: secret.arn },
      ],
    },
    options,
  );
  const connection = connectToStores(name, foundation, options);
  const scaling = new apprunner.AutoScalingConfigurationVersion(
    name,
    {
      autoScalingConfigurationName: names('appRunnerAutoScaling', 'scaling'),
      minSize: service.minInstances,
      maxSize: service.maxInstances,
      maxConcurrency: deployment.settings.maxConcurrency,
    },
    options,
  );

  const imageIdentifier = image.reference;
  const runtimeEnvironmentVariables = pulumi.all(env.plain);
  const runtimeEnvironmentSecrets = pulumi.all(secret.references);
  const running = new apprunner.Service(
    name,
    {
      serviceName: names('appRunnerService', 'service'),
      sourceConfiguration: {
        authenticationConfiguration: { accessRoleArn: pullRole.arn },
        // Only `pulumi up` deploys.
        autoDeploymentsEnabled: false,
        imageRepository: {
          imageIdentifier,
          imageRepositoryType: 'ECR',
          imageConfiguration: {
            port: String(container.port),
            runtimeEnvironmentVariables,
            runtimeEnvironmentSecrets,
          },
        },
      },
      instanceConfiguration: { ...instanceSize(name, service), instanceRoleArn: instanceRole.arn },
      autoScalingConfigurationArn: scaling.arn,
      networkConfiguration: { egressConfiguration: { egressType: 'VPC', vpcConnectorArn: connection.connectorArn } },
      // For 100 seconds from the start; afterwards /startup answers 200 whatever the stores do.
      healthCheckConfiguration: {
        protocol: 'HTTP',
        path: container.startupPath,
        interval: 5,
        timeout: 2,
        healthyThreshold: 1,
        unhealthyThreshold: 20,
      },
    },
    {
      ...options,
      // The name is taken until the old one is gone.
      deleteBeforeReplace: true,
      dependsOn: [...pullRole.ready, ...instanceRole.ready, ...connection.ready, migration],
    },
  );
  keepLogsFor(
    name,
    { serviceArn: running.arn, serviceName: running.serviceName, serviceId: running.serviceId },
    scope,
    options,
  );

  const group = pulumi.interpolate`/aws/apprunner/${running.serviceName}/${running.serviceId}/application`;
  const logsCommand = pulumi.interpolate`aws logs tail ${group} --follow --region ${running.region}`;
  const wanted = pulumi.output({ imageIdentifier, runtimeEnvironmentVariables, runtimeEnvironmentSecrets });
  const url = refuseRollBack(name, running, { wanted, logsCommand }).apply((host) => `https://${host}`);
  return { url, logsCommand };
}

/** The service's way into the network, with a door to each store. A new connector has a name of its own. */
function connectToStores(name: string, foundation: AwsFoundation, options: pulumi.CustomResourceOptions) {
  const { network, postgres, redis, scope } = foundation;
  const { names } = scope;
  const group = createSecurityGroup(name, { names, network, description: 'the service on App Runner' }, options);
  const toPostgres = { from: group.id, to: postgres.securityGroupId, port: postgres.port };
  const ready = [...postgres.ready, ...allowConnection(`${name}-to-postgres`, toPostgres, options)];
  if (redis !== undefined) {
    const toRedis = { from: group.id, to: redis.securityGroupId, port: redis.port };
    ready.push(...redis.ready, ...allowConnection(`${name}-to-redis`, toRedis, options));
  }
  const connector = new apprunner.VpcConnector(
    name,
    {
      vpcConnectorName: pulumi
        .all([group.id, ...network.privateSubnetIds])
        .apply((ids) => `${names('appRunnerVpcConnector', 'service')}-${shortHash(...ids)}`),
      subnets: network.privateSubnetIds,
      securityGroups: [group.id],
    },
    options,
  );
  return { connectorArn: connector.arn, ready };
}

function instanceSize(name: string, { cpu, memoryMiB }: ServiceSpec): { cpu: string; memory: string } {
  const size = findAppRunnerSize({ cpu, memoryMiB });
  if (size === undefined) throw new Error('findProblems refuses sizes that do not exist');
  pulumi.log.info(`${name}: instances of ${size.cpu} vCPU and ${size.memoryMiB} MiB`);
  // In units of 1/1024 vCPU, as the API tells them back: other spellings would be a change at every deployment.
  return { cpu: String(size.cpu * 1_024), memory: String(size.memoryMiB) };
}

/** Source: https://docs.aws.amazon.com/apprunner/latest/dg/security_iam_service-with-iam.html */
function pullStatements(repositoryArn: pulumi.Output<string>) {
  return [
    // Knows no resources.
    { Sid: 'LogIn', Effect: 'Allow' as const, Action: ['ecr:GetAuthorizationToken'], Resource: '*' },
    {
      Sid: 'PullImage',
      Effect: 'Allow' as const,
      Action: [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:DescribeImages',
        'ecr:GetDownloadUrlForLayer',
      ],
      Resource: repositoryArn,
    },
  ];
}

type Running = {
  imageIdentifier: string;
  runtimeEnvironmentVariables: Record<string, string>;
  runtimeEnvironmentSecrets: Record<string, string>;
};

/**
 * The host, once it is sure that it runs what was asked for. App Runner takes a failed update back and is RUNNING
 * again, and the provider calls that a success (apprunner-roadmap#209, #272); but what it then reads back is the old
 * version.
 */
function refuseRollBack(
  name: string,
  running: apprunner.Service,
  { wanted, logsCommand }: { wanted: pulumi.Output<Running>; logsCommand: pulumi.Output<string> },
): pulumi.Output<string> {
  return pulumi
    .all([running.serviceUrl, running.sourceConfiguration, wanted, logsCommand])
    .apply(([host, { imageRepository }, expected, logs]) => {
      const { runtimeEnvironmentVariables = {}, runtimeEnvironmentSecrets = {} } =
        imageRepository?.imageConfiguration ?? {};
      const found = { imageIdentifier: imageRepository?.imageIdentifier };
      if (isDeepStrictEqual({ ...found, runtimeEnvironmentVariables, runtimeEnvironmentSecrets }, expected))
        return host;
      throw new pulumi.RunError(
        `${name}: App Runner rolled the update back. It runs ${found.imageIdentifier}, not ${expected.imageIdentifier} ` +
          `with its variables. Why is in the log: ${logs}`,
      );
    });
}
