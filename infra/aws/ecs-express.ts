import * as cloudwatch from '@pulumi/aws/cloudwatch';
import * as ecs from '@pulumi/aws/ecs';
import * as pulumi from '@pulumi/pulumi';
import { type Static, Type } from 'typebox';
import { serviceEnv } from '../service-env';
import { container, type DeployedService, type Deployment, type ServiceSpec, settings, target } from '../target';
import { createExpressNetwork } from './ecs-express-network';
import { type ExpressRelease, hostOfRelease } from './ecs-express-release';
import { createExpressRoles } from './ecs-express-roles';
import { findExpressSize, largestExpressSize } from './ecs-express-size';
import { ecsSignals } from './ecs-signals';
import { type AwsFoundation, aws } from './foundation';
import { createLogSignals } from './log-signals';
import { createReaderSecret } from './secrets';
import type { AwsSignals } from './signals';

const Settings = settings({
  cpuTarget: Type.Integer({
    minimum: 20,
    maximum: 90,
    default: 60,
    description: 'average CPU of all tasks, in percent, above which another one starts',
  }),
  requestsPerTarget: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 65_536,
      description: 'requests in each task above which another one starts, instead of cpuTarget',
    }),
  ),
});

/** Amazon ECS Express Mode: a Fargate service with load balancer and certificate, which AWS makes and keeps. */
export const ecsExpress = target({ cloud: aws, Settings, findProblems, deploy });

type ExpressDeployment = Deployment<AwsFoundation, Static<typeof Settings>>;

function findProblems({ cpu, memoryMiB, minInstances, domain }: ServiceSpec): string[] {
  const problems: string[] = [];
  if (minInstances < 1) problems.push('taproom:service.minInstances must be at least 1: it does not scale to zero');
  if (findExpressSize({ cpu, memoryMiB }) === undefined) {
    const { cpu: most, memoryMiB: mostMemory } = largestExpressSize;
    problems.push(`taproom:service must be at most ${most} vCPU (cpu) and ${mostMemory} MiB (memoryMiB)`);
  }
  if (domain !== undefined) {
    problems.push('taproom:domain.aws must not be set: it answers under on.aws only; ecs-fargate takes a domain');
  }
  return problems;
}

function deploy(deployment: ExpressDeployment): DeployedService {
  const { name, service, image, foundation } = deployment;
  const { scope, provider, postgres, redis } = foundation;
  const component = new pulumi.ComponentResource('taproom:aws:EcsExpress', name, {}, { provider });
  const options = { parent: component };
  const env = serviceEnv({
    companyName: service.companyName,
    digest: image.digest,
    apiKey: deployment.apiKey,
    poolSize: service.poolSize,
    postgres,
    redis,
    // A task gets SIGTERM after the load balancer has let go of it.
    platform: { logFormat: 'plain', trustProxyHops: 1, drainSeconds: 0 },
  });
  const secret = createReaderSecret(name, env.secrets, { ...scope, options });
  const release = {
    image: image.reference,
    variables: pulumi.all(env.plain),
    secrets: pulumi.all(secret.references),
    size: taskSize(name, service),
  };
  const logs = new cloudwatch.LogGroup(
    `${name}-logs`,
    { name: `/ecs/${scope.names('logGroup', name)}`, retentionInDays: scope.logRetentionDays },
    options,
  );
  const running = createService(deployment, { release, logs, secretArn: secret.arn }, options);
  const logsCommand = pulumi.interpolate`aws logs tail ${logs.name} --follow --region ${scope.region}`;
  const host = hostOfRelease(name, running, { release, logsCommand });
  const signals = (): AwsSignals => ({
    ...createLogSignals(name, { scope, logGroup: logs.name, root: '$' }, options),
    ...ecsSignals({ clusterName: running.cluster, serviceName: running.serviceName }),
  });
  return { url: pulumi.interpolate`https://${host}`, logsCommand, signals };
}

type ServiceParts = {
  release: ExpressRelease;
  logs: cloudwatch.LogGroup;
  secretArn: pulumi.Output<string>;
};

function createService(
  { name, service, foundation, migration, settings: { cpuTarget, requestsPerTarget } }: ExpressDeployment,
  { release, logs, secretArn }: ServiceParts,
  options: pulumi.CustomResourceOptions,
): ecs.ExpressGatewayService {
  const { names } = foundation.scope;
  const roles = createExpressRoles(
    name,
    { names, repositoryArn: foundation.registry.arn, secretArn, logGroupArn: logs.arn },
    options,
  );
  const network = createExpressNetwork(name, foundation, options);
  // Not the account's `default` one, which belongs to nobody.
  const cluster = new ecs.Cluster(`${name}-cluster`, { name: names('ecsCluster', name) }, options);
  return new ecs.ExpressGatewayService(
    name,
    {
      cluster: cluster.name,
      serviceName: names('expressService', 'express'),
      executionRoleArn: roles.execution.arn,
      infrastructureRoleArn: roles.infrastructure.arn,
      taskRoleArn: roles.task.arn,
      ...release.size,
      primaryContainer: {
        image: release.image,
        containerPort: container.port,
        environments: release.variables.apply((variables) =>
          byName(variables).map(([variable, value]) => ({ name: variable, value })),
        ),
        secrets: release.secrets.apply((secrets) =>
          byName(secrets).map(([variable, valueFrom]) => ({ name: variable, valueFrom })),
        ),
        awsLogsConfigurations: [{ logGroup: logs.name, logStreamPrefix: name }],
      },
      // 200 from it takes a task in; afterwards it answers 200 whatever the stores do, so that none is replaced for them.
      healthCheckPath: container.startupPath,
      networkConfigurations: [{ subnets: network.subnetIds, securityGroups: [network.groupId] }],
      scalingTargets: [
        {
          // Both are written out, since the provider does not read AWS's own choice back:
          // https://github.com/hashicorp/terraform-provider-aws/issues/49511
          autoScalingMetric: requestsPerTarget === undefined ? 'AVERAGE_CPU' : 'REQUEST_COUNT_PER_TARGET',
          autoScalingTargetValue: requestsPerTarget ?? cpuTarget,
          minTaskCount: service.minInstances,
          maxTaskCount: service.maxInstances,
        },
      ],
      // Else a roll-back would be a success.
      waitForSteadyState: true,
    },
    {
      ...options,
      // The name is taken until the old one is gone.
      deleteBeforeReplace: true,
      // The provider sends no change of it: https://github.com/hashicorp/terraform-provider-aws/issues/47280
      replaceOnChanges: ['cluster'],
      // The roles' policies must outlive the service, which would else stay in DRAINING for ever.
      dependsOn: [...roles.ready, ...network.ready, migration],
    },
  );
}

/** In one order always: the provider takes another one for a change. */
function byName(entries: Record<string, string>): [string, string][] {
  return Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));
}

function taskSize(name: string, { cpu, memoryMiB }: ServiceSpec): { cpu: string; memory: string } {
  const size = findExpressSize({ cpu, memoryMiB });
  if (size === undefined) throw new Error('findProblems refuses sizes that do not exist');
  pulumi.log.info(`${name}: instances of ${size.cpu} vCPU and ${size.memoryMiB} MiB`);
  return { cpu: String(size.cpu * 1_024), memory: String(size.memoryMiB) };
}
