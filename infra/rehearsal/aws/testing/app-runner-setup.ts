import type { World } from '../../testing/world';
import { instanceSetup } from './database-setup';
import { pushImageTo } from './push-image';
import { type Made, type Step, text } from './setup';

export const digestA = `sha256:${'a'.repeat(64)}`;
export const digestB = `sha256:${'b'.repeat(64)}`;

export const trust = (principal: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: principal }, Action: 'sts:AssumeRole' }],
  });

/** A service on App Runner that pulls from ECR, reads its secret and reaches the database. */
export const appRunnerSetup: readonly Step[] = [
  ...instanceSetup,
  { token: 'aws:ecr/repository:Repository', name: 'images', inputs: { name: 'orders' } },
  { token: 'aws:secretsmanager/secret:Secret', name: 'secret', inputs: { name: 'orders' } },
  {
    token: 'aws:secretsmanager/secretVersion:SecretVersion',
    name: 'version',
    inputs: (made) => ({ secretId: text(made, 'secret'), secretString: JSON.stringify({ PASSWORD: 'hush' }) }),
  },
  {
    token: 'aws:iam/role:Role',
    name: 'pull-role',
    inputs: { name: 'pull', assumeRolePolicy: trust('build.apprunner.amazonaws.com') },
  },
  {
    token: 'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
    name: 'pull-policy',
    inputs: (made) => ({
      role: text(made, 'pull-role'),
      policyArn: 'arn:aws:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess',
    }),
  },
  {
    token: 'aws:iam/role:Role',
    name: 'instance-role',
    inputs: { name: 'instance', assumeRolePolicy: trust('tasks.apprunner.amazonaws.com') },
  },
  {
    token: 'aws:iam/rolePolicy:RolePolicy',
    name: 'instance-policy',
    inputs: (made) => ({
      role: text(made, 'instance-role'),
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: text(made, 'secret', 'arn') },
        ],
      }),
    }),
  },
  {
    token: 'aws:apprunner/vpcConnector:VpcConnector',
    name: 'connector',
    inputs: (made) => ({
      vpcConnectorName: 'orders',
      subnets: [text(made, 'private-a'), text(made, 'private-b')],
      securityGroups: [text(made, 'service-group')],
    }),
  },
  {
    token: 'aws:apprunner/autoScalingConfigurationVersion:AutoScalingConfigurationVersion',
    name: 'scaling',
    inputs: { autoScalingConfigurationName: 'orders', maxSize: 2 },
  },
  {
    token: 'aws:apprunner/service:Service',
    name: 'service',
    inputs: (made) => ({
      serviceName: 'orders',
      sourceConfiguration: sourceOf(made),
      instanceConfiguration: { cpu: '256', memory: '512', instanceRoleArn: text(made, 'instance-role', 'arn') },
      autoScalingConfigurationArn: text(made, 'scaling', 'arn'),
      networkConfiguration: {
        egressConfiguration: { egressType: 'VPC', vpcConnectorArn: text(made, 'connector', 'arn') },
      },
      healthCheckConfiguration: { protocol: 'HTTP', path: '/startup' },
    }),
  },
];

export type SourceChanges = {
  image?: Record<string, unknown>;
  configuration?: Record<string, unknown>;
  authentication?: Record<string, unknown>;
};

/** The source of the service, with changes. */
export function sourceOf(made: Made, { image, configuration, authentication }: SourceChanges = {}) {
  return JSON.parse(
    JSON.stringify({
      authenticationConfiguration: { accessRoleArn: text(made, 'pull-role', 'arn'), ...authentication },
      autoDeploymentsEnabled: false,
      imageRepository: {
        imageIdentifier: `${text(made, 'images', 'repositoryUrl')}@${digestA}`,
        imageRepositoryType: 'ECR',
        imageConfiguration: {
          port: '8080',
          runtimeEnvironmentVariables: { COMPANY: 'Orders' },
          runtimeEnvironmentSecrets: {
            PASSWORD: `${text(made, 'secret', 'arn')}:PASSWORD::${text(made, 'version', 'versionId')}`,
          },
          ...configuration,
        },
        ...image,
      },
    }),
  );
}

/** Between the repository and what runs its images. */
export function pushImages(world: World, made: Made): void {
  for (const digest of [digestA, digestB]) pushImageTo(world, text(made, 'images', 'repositoryUrl'), digest);
}
