import * as cloudwatch from '@pulumi/aws/cloudwatch';
import * as ecs from '@pulumi/aws/ecs';
import type * as lb from '@pulumi/aws/lb';
import * as pulumi from '@pulumi/pulumi';
import { serviceEnv } from '../service-env';
import { container, type DeployedService, type Deployment, type ServiceSpec, target } from '../target';
import { connectToStores } from './connect-to-stores';
import { addressOfRelease } from './ecs-fargate-release';
import { type FargateSettings, findFargateProblems, FargateSettings as Settings } from './ecs-fargate-settings';
import { createTaskRoles } from './ecs-roles';
import { createRollout } from './ecs-rollout';
import { createScaling } from './ecs-scaling';
import { ecsSignals } from './ecs-signals';
import { createTaskDefinition } from './ecs-task';
import { allowEgress } from './egress';
import { type FargateSize, findFargateSize } from './fargate-size';
import { type AwsFoundation, aws } from './foundation';
import { createLoadBalancer, type LoadBalancer } from './load-balancer';
import { loadBalancerSignals } from './load-balancer-signals';
import { createReaderSecret } from './secrets';
import { allowConnection } from './security-group';
import type { AwsSignals } from './signals';
import { createTargetGroup, drainSeconds } from './target-group';
import { createFirewall } from './waf';

/** ECS on Fargate: private tasks behind an application load balancer. */
export const ecsFargate = target({
  cloud: aws,
  Settings,
  servesDomain: true,
  findProblems: findFargateProblems,
  deploy,
});

type FargateDeployment = Deployment<AwsFoundation, FargateSettings>;

/** From when the task runs: the service gives itself 60 seconds to reach its database. */
const gracePeriodSeconds = 90;

function deploy(deployment: FargateDeployment): DeployedService {
  const { name, service, foundation, settings } = deployment;
  const { scope, provider, network } = foundation;
  const component = new pulumi.ComponentResource('taproom:aws:EcsFargate', name, {}, { provider });
  const options = { parent: component };
  const targetGroup = createTargetGroup(name, { scope, vpcId: network.vpcId }, options);
  const entry = createLoadBalancer(name, { foundation, service, targetGroup }, options);
  if (settings.waf) createFirewall(name, { names: scope.names, balancer: entry.balancer }, options);

  const log = new cloudwatch.LogGroup(
    `${name}-logs`,
    { name: `/ecs/${scope.names('logGroup', name)}`, retentionInDays: scope.logRetentionDays },
    options,
  );
  const task = createTask(deployment, log, options);
  const { cluster, running } = createService(deployment, { entry, targetGroup, task }, options);
  createScaling(
    name,
    { names: scope.names, cluster, running, service, settings, balancer: entry.balancer, targetGroup },
    options,
  );

  const logsCommand = pulumi.interpolate`aws logs tail ${log.name} --follow --region ${scope.region}`;
  const { definition: taskDefinition } = task;
  const url = addressOfRelease(name, running, { address: entry.url, taskDefinition, logsCommand });
  const signals = (): AwsSignals => ({
    ...loadBalancerSignals(entry.balancer),
    ...ecsSignals({ clusterName: cluster.name, serviceName: running.name }),
  });
  return { url, logsCommand, signals, warnings: entry.warnings };
}

type Task = { definition: ecs.TaskDefinition; ready: pulumi.Resource[] };

function createTask(
  { name, service, image, apiKey, foundation, settings: { exec } }: FargateDeployment,
  log: cloudwatch.LogGroup,
  options: pulumi.CustomResourceOptions,
): Task {
  const { scope, registry, postgres, redis } = foundation;
  const env = serviceEnv({
    companyName: service.companyName,
    digest: image.digest,
    apiKey,
    poolSize: service.poolSize,
    postgres,
    redis,
    platform: { logFormat: 'plain', trustProxyHops: 1, drainSeconds },
  });
  const secret = createReaderSecret(name, env.secrets, { ...scope, options });
  const roles = createTaskRoles(
    name,
    { names: scope.names, repositoryArn: registry.arn, secretArn: secret.arn, logGroupArn: log.arn, exec },
    options,
  );
  const definition = createTaskDefinition(
    name,
    {
      family: scope.names('ecsService', name),
      image,
      size: instanceSize(name, service),
      roles,
      environment: env.plain,
      secrets: secret.references,
      log: { group: log.name, region: scope.region },
      exec,
    },
    options,
  );
  return { definition, ready: roles.ready };
}

type ServiceParts = { entry: LoadBalancer; targetGroup: lb.TargetGroup; task: Task };

function createService(
  { name, service, foundation, migration, settings }: FargateDeployment,
  { entry, targetGroup, task }: ServiceParts,
  options: pulumi.CustomResourceOptions,
): { cluster: ecs.Cluster; running: ecs.Service } {
  const { network, scope } = foundation;
  const { cluster, providers } = createCluster(name, { foundation, settings }, options);
  const connection = connectTask(name, { foundation, settings, entry }, options);
  const rollout = createRollout(
    name,
    settings.strategy,
    { foundation, targetGroup, listenerArn: entry.listenerArn },
    options,
  );
  const running = new ecs.Service(
    name,
    {
      name: scope.names('ecsService', name),
      cluster: cluster.arn,
      taskDefinition: task.definition.arn,
      desiredCount: service.minInstances,
      capacityProviderStrategies: settings.spot
        ? [
            { capacityProvider: 'FARGATE', base: 1, weight: 0 },
            { capacityProvider: 'FARGATE_SPOT', weight: 1 },
          ]
        : [{ capacityProvider: 'FARGATE', weight: 1 }],
      // The provider demands it for a change of the strategy above.
      forceNewDeployment: true,
      networkConfiguration: {
        subnets: network.privateSubnetIds,
        securityGroups: [connection.groupId],
        assignPublicIp: false,
      },
      loadBalancers: rollout.loadBalancers,
      healthCheckGracePeriodSeconds: gracePeriodSeconds,
      deploymentConfiguration: rollout.deploymentConfiguration,
      // No instance less while a version takes over.
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      waitForSteadyState: true,
      availabilityZoneRebalancing: 'ENABLED',
      enableExecuteCommand: settings.exec,
      enableEcsManagedTags: true,
      propagateTags: 'SERVICE',
    },
    {
      ...options,
      // The name is taken until the old one is gone.
      deleteBeforeReplace: true,
      // Scaling's, once the service is there.
      ignoreChanges: ['desiredCount'],
      // Three failed starts of a minute each, or two waits of a canary, and what AWS takes beside them.
      customTimeouts: { create: '40m', update: '40m' },
      dependsOn: [...task.ready, ...entry.ready, ...rollout.ready, ...connection.ready, providers, migration],
    },
  );
  return { cluster, running };
}

function createCluster(
  name: string,
  { foundation: { scope }, settings }: Pick<FargateDeployment, 'foundation' | 'settings'>,
  options: pulumi.CustomResourceOptions,
): { cluster: ecs.Cluster; providers: pulumi.Resource } {
  const cluster = new ecs.Cluster(
    name,
    {
      name: scope.names('ecsCluster', name),
      settings: [{ name: 'containerInsights', value: settings.containerInsights ? 'enabled' : 'disabled' }],
    },
    options,
  );
  const providers = new ecs.ClusterCapacityProviders(
    name,
    { clusterName: cluster.name, capacityProviders: ['FARGATE', 'FARGATE_SPOT'] },
    options,
  );
  return { cluster, providers };
}

/** The tasks' way to the stores and out of the private subnets, and the load balancer's way to them. */
function connectTask(
  name: string,
  {
    foundation,
    settings: { egress, exec },
    entry,
  }: Pick<FargateDeployment, 'foundation' | 'settings'> & { entry: LoadBalancer },
  options: pulumi.CustomResourceOptions,
): { groupId: pulumi.Output<string>; ready: pulumi.Resource[] } {
  const { network } = foundation;
  const { groupId, ready } = connectToStores(name, foundation, options);
  const way = network.egress(egress);
  const fromEntry = { from: entry.groupId, to: groupId, port: container.port };
  return {
    groupId,
    ready: [
      ...ready,
      ...way.ready,
      ...allowEgress(name, { from: groupId, way }, options),
      ...allowConnection(`${name}-from-public`, fromEntry, options),
      // Where the shell's channel is opened. A NAT gateway leads there too.
      ...(exec && egress === 'endpoints' ? [network.endpoint('ssmmessages')] : []),
    ],
  };
}

function instanceSize(name: string, { cpu, memoryMiB }: ServiceSpec): FargateSize {
  const size = findFargateSize({ cpu, memoryMiB });
  if (size === undefined) throw new Error('findProblems refuses sizes that do not exist');
  pulumi.log.info(`${name}: instances of ${size.cpu} vCPU and ${size.memoryMiB} MiB`);
  return size;
}
