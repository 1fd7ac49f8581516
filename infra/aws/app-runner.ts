import * as apprunner from '@pulumi/aws/apprunner';
import * as pulumi from '@pulumi/pulumi';
import { type Static, Type } from 'typebox';
import { shortHash } from '../names';
import { serviceEnv } from '../service-env';
import { container, type DeployedService, type Deployment, type ServiceSpec, settings, target } from '../target';
import { keepLogsFor } from './app-runner-logs';
import { hostOfRelease, type ReleaseInputs } from './app-runner-release';
import { appRunnerSignals } from './app-runner-signals';
import { findAppRunnerSize } from './app-runner-size';
import { connectToStores } from './connect-to-stores';
import { type AwsFoundation, aws } from './foundation';
import type { AwsNames } from './names';
import { pullStatements } from './pull-statements';
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
    environment: {
      runtimeEnvironmentVariables: pulumi.all(env.plain),
      runtimeEnvironmentSecrets: pulumi.all(secret.references),
    },
    size: instanceSize(name, service),
  };
  const running = createService(deployment, { release, secretArn: secret.arn }, options);
  const { arn: serviceArn, serviceName, serviceId } = running;
  keepLogsFor(name, { serviceArn, serviceName, serviceId }, scope, options);

  const group = pulumi.interpolate`/aws/apprunner/${serviceName}/${serviceId}/application`;
  const logsCommand = pulumi.interpolate`aws logs tail ${group} --follow --region ${scope.region}`;
  const host = hostOfRelease(name, running, { release, logsCommand });
  return { url: pulumi.interpolate`https://${host}`, logsCommand, signals: () => appRunnerSignals(running) };
}

function createService(
  { name, service, foundation, migration, settings: { maxConcurrency } }: AppRunnerDeployment,
  { release, secretArn }: { release: ReleaseInputs; secretArn: pulumi.Output<string> },
  options: pulumi.CustomResourceOptions,
): apprunner.Service {
  const { names } = foundation.scope;
  const roles = createRoles(name, { names, repositoryArn: foundation.registry.arn, secretArn }, options);
  const connector = createConnector(name, foundation, options);
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
  return new apprunner.Service(
    name,
    {
      serviceName: names('appRunnerService', 'service'),
      sourceConfiguration: {
        authenticationConfiguration: { accessRoleArn: roles.pull.arn },
        // Only `pulumi up` deploys.
        autoDeploymentsEnabled: false,
        imageRepository: {
          imageIdentifier: release.imageIdentifier,
          imageRepositoryType: 'ECR',
          imageConfiguration: { port: String(container.port), ...release.environment },
        },
      },
      instanceConfiguration: { ...release.size, instanceRoleArn: roles.instance.arn },
      autoScalingConfigurationArn: scaling.arn,
      networkConfiguration: { egressConfiguration: { egressType: 'VPC', vpcConnectorArn: connector.arn } },
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
      dependsOn: [...roles.pull.ready, ...roles.instance.ready, ...connector.ready, migration],
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

/** The service's way into the network. Another group or subnet makes a new connector, under a name of its own. */
function createConnector(name: string, foundation: AwsFoundation, options: pulumi.CustomResourceOptions) {
  const { network, scope } = foundation;
  const connection = connectToStores(name, foundation, options);
  const connector = new apprunner.VpcConnector(
    name,
    {
      vpcConnectorName: pulumi
        .all([connection.groupId, ...network.privateSubnetIds])
        .apply((ids) => `${scope.names('appRunnerVpcConnector', 'service')}-${shortHash(...ids)}`),
      subnets: network.privateSubnetIds,
      securityGroups: [connection.groupId],
    },
    options,
  );
  return { arn: connector.arn, ready: connection.ready };
}

function instanceSize(name: string, { cpu, memoryMiB }: ServiceSpec): { cpu: string; memory: string } {
  const size = findAppRunnerSize({ cpu, memoryMiB });
  if (size === undefined) throw new Error('findProblems refuses sizes that do not exist');
  pulumi.log.info(`${name}: instances of ${size.cpu} vCPU and ${size.memoryMiB} MiB`);
  // In units of 1/1024 vCPU, as the API tells them back: other spellings would be a change at every deployment.
  return { cpu: String(size.cpu * 1_024), memory: String(size.memoryMiB) };
}
