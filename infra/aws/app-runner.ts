import { isDeepStrictEqual } from 'node:util';
import * as apprunner from '@pulumi/aws/apprunner';
import * as pulumi from '@pulumi/pulumi';
import { type Static, Type } from 'typebox';
import { DeploymentError } from '../deployment-error';
import { shortHash } from '../names';
import { serviceEnv } from '../service-env';
import { container, type DeployedService, type Deployment, type ServiceSpec, settings, target } from '../target';
import { keepLogsFor } from './app-runner-logs';
import { findAppRunnerSize } from './app-runner-size';
import { type AwsFoundation, aws } from './foundation';
import type { AwsNames } from './names';
import { allowConnection, createSecurityGroup } from './network';
import { createRole, type Statement } from './roles';
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

type AppRunnerDeployment = Deployment<AwsFoundation, Static<typeof Settings>>;

/** What a new version changes of the service, and what a roll-back takes back. */
type Release = {
  imageIdentifier: string;
  runtimeEnvironmentVariables: Record<string, string>;
  runtimeEnvironmentSecrets: Record<string, string>;
};
type ReleaseOutputs = { [Key in keyof Release]: pulumi.Output<Release[Key]> };

function findProblems({ cpu, memoryMiB, minInstances, domain }: ServiceSpec): string[] {
  const problems: string[] = [];
  if (minInstances < 1) problems.push('taproom:service.minInstances must be at least 1: it does not scale to zero');
  if (findAppRunnerSize({ cpu, memoryMiB }) === undefined) {
    problems.push('taproom:service must be at most 4 vCPU (cpu) and 12288 MiB (memoryMiB)');
  }
  if (domain !== undefined) problems.push('taproom:domain.aws must not be set: it answers under awsapprunner.com only');
  return problems;
}

function deploy(deployment: AppRunnerDeployment): DeployedService {
  const { name, service, image, foundation } = deployment;
  const { scope, provider, postgres, redis } = foundation;
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
  const release = {
    imageIdentifier: image.reference,
    runtimeEnvironmentVariables: pulumi.all(env.plain),
    runtimeEnvironmentSecrets: pulumi.all(secret.references),
  };
  const running = createService(deployment, { release, secretArn: secret.arn }, options);
  const { arn: serviceArn, serviceName, serviceId } = running;
  keepLogsFor(name, { serviceArn, serviceName, serviceId }, scope, options);

  const group = pulumi.interpolate`/aws/apprunner/${serviceName}/${serviceId}/application`;
  const logsCommand = pulumi.interpolate`aws logs tail ${group} --follow --region ${scope.region}`;
  const host = refuseRollBack(name, running, { release: pulumi.output(release), logsCommand });
  return { url: pulumi.interpolate`https://${host}`, logsCommand };
}

function createService(
  { name, service, foundation, migration, settings: { maxConcurrency } }: AppRunnerDeployment,
  { release, secretArn }: { release: ReleaseOutputs; secretArn: pulumi.Output<string> },
  options: pulumi.CustomResourceOptions,
): apprunner.Service {
  const { names } = foundation.scope;
  const roles = createRoles(name, { names, repositoryArn: foundation.registry.arn, secretArn }, options);
  const connection = connectToStores(name, foundation, options);
  const scaling = new apprunner.AutoScalingConfigurationVersion(
    name,
    {
      autoScalingConfigurationName: names('appRunnerAutoScaling', 'scaling'),
      minSize: service.minInstances,
      maxSize: service.maxInstances,
      maxConcurrency,
    },
    options,
  );
  const { imageIdentifier, ...environment } = release;
  return new apprunner.Service(
    name,
    {
      serviceName: names('appRunnerService', 'service'),
      sourceConfiguration: {
        authenticationConfiguration: { accessRoleArn: roles.pull.arn },
        // Only `pulumi up` deploys.
        autoDeploymentsEnabled: false,
        imageRepository: {
          imageIdentifier,
          imageRepositoryType: 'ECR',
          imageConfiguration: { port: String(container.port), ...environment },
        },
      },
      instanceConfiguration: { ...instanceSize(name, service), instanceRoleArn: roles.instance.arn },
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
      dependsOn: [...roles.pull.ready, ...roles.instance.ready, ...connection.ready, migration],
    },
  );
}

/** One role pulls the image before anything runs, the other is the running service's: it reads its secret and no more. */
function createRoles(
  name: string,
  {
    names,
    repositoryArn,
    secretArn,
  }: { names: AwsNames; repositoryArn: pulumi.Output<string>; secretArn: pulumi.Output<string> },
  options: pulumi.CustomResourceOptions,
) {
  const pull = { names, principal: 'build.apprunner.amazonaws.com', statements: pullStatements(repositoryArn) };
  const readSecret: Statement = {
    Sid: 'ReadOwnSecret',
    Effect: 'Allow',
    Action: ['secretsmanager:GetSecretValue'],
    Resource: secretArn,
  };
  const instance = { names, principal: 'tasks.apprunner.amazonaws.com', statements: [readSecret] };
  return { pull: createRole(`${name}-pull`, pull, options), instance: createRole(name, instance, options) };
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
function pullStatements(repositoryArn: pulumi.Output<string>): Statement[] {
  return [
    // Knows no resources.
    { Sid: 'LogIn', Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: '*' },
    {
      Sid: 'PullImage',
      Effect: 'Allow',
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

/**
 * The host, once it is sure that it runs what was asked for. App Runner takes a failed update back and is RUNNING
 * again, and the provider calls that a success (apprunner-roadmap#209, #272); but what it then reads back is the old
 * release.
 */
function refuseRollBack(
  name: string,
  running: apprunner.Service,
  { release, logsCommand }: { release: pulumi.Output<Release>; logsCommand: pulumi.Output<string> },
): pulumi.Output<string> {
  return pulumi
    .all([running.serviceUrl, running.sourceConfiguration, release, logsCommand])
    .apply(([host, { imageRepository }, wanted, logs]) => {
      const { runtimeEnvironmentVariables, runtimeEnvironmentSecrets } = imageRepository?.imageConfiguration ?? {};
      const imageIdentifier = imageRepository?.imageIdentifier;
      const found = { imageIdentifier, runtimeEnvironmentVariables, runtimeEnvironmentSecrets };
      if (isDeepStrictEqual(found, wanted)) return host;
      throw new DeploymentError(
        `${name}: App Runner rolled the update back: it runs ${imageIdentifier}, not ${wanted.imageIdentifier} with its ` +
          `variables. Why is in the log: ${logs}`,
      );
    });
}
