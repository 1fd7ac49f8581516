import type { apprunner } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import { type Cloud, type Entity, table } from '../cloud/cloud';
import { FailedInPlace, Refusal } from '../cloud/refusal';
import { type Lifecycle, type OutputsOf, resource } from '../declare';
import { judgeOperation } from '../rules';
import type { Container, Front } from '../runtime/runtime';
import { scalingConfiguration, vpcConnector } from './app-runner-connections';
import { deploymentRules, digestOf, portOf, resolveSecrets, serviceHandle } from './app-runner-deployment';
import { parseMemory } from './app-runner-sizes';
import { arn } from './declare';
import { ensureLogGroup } from './logs';
import { networkOf, type Origin } from './reachability';

type Args = Unwrap<apprunner.ServiceArgs>;
type Outputs = OutputsOf<apprunner.Service>;
type ServiceLifecycle = Lifecycle<Args, Outputs>;

/** What answers for a service now; by its ARN. */
const running = table<{ front: Front; containers: readonly Container[] }>('app runner services');

/** Source: https://docs.aws.amazon.com/apprunner/latest/dg/develop.html */
const requestTimeoutSeconds = 120;
/** Between SIGTERM and SIGKILL. */
const graceSeconds = 30;
/** More of them would show nothing new, and each is a process of this machine. */
const mostInstances = 2;

export const service = resource<apprunner.Service, apprunner.ServiceArgs>({
  token: serviceHandle.token,
  replaceOn: ['serviceName', 'encryptionConfiguration'],
  empty: ['networkConfiguration'],
  seconds: { create: 240, update: 180, delete: 60 },
  id: ({ inputs, place, seed }) => arn('apprunner', place, `service/${inputs.serviceName}/${seed.hex(32)}`),
  outputs: ({ id, inputs, place, previous }) => ({
    arn: id,
    autoScalingConfigurationArn:
      inputs.autoScalingConfigurationArn ??
      arn('apprunner', place, `autoscalingconfiguration/DefaultConfiguration/1/${'0'.repeat(31)}1`),
    healthCheckConfiguration: {
      protocol: 'TCP',
      path: '/',
      interval: 5,
      timeout: 2,
      healthyThreshold: 1,
      unhealthyThreshold: 5,
      ...inputs.healthCheckConfiguration,
    },
    instanceConfiguration: { cpu: '1024', memory: '2048', ...inputs.instanceConfiguration },
    serviceId: id.split('/').at(-1) ?? '',
    serviceUrl: previous?.serviceUrl ?? `${id.slice(-10)}.${place.region}.awsapprunner.com`,
    status: previous?.status ?? 'RUNNING',
  }),
  // A service that was rolled back has another image in the state than the program wants.
  observed: ({ inputs }) => ({ sourceConfiguration: inputs.sourceConfiguration as Outputs['sourceConfiguration'] }),
  unique: ({ inputs, place }) => `App Runner service ${inputs.serviceName} in ${place.region}`,
  exists: ({ inputs }) =>
    `InvalidRequestException: Service with the provided name already exists: ${inputs.serviceName} (serviceName)`,
  uses: usedBy,

  create: async (lifecycle) => {
    const { entity, cloud, place } = lifecycle;
    for (const kind of ['application', 'service']) ensureLogGroup(cloud, place, logGroupOf(entity.outputs, kind));
    const deployed = await deploy(lifecycle);
    if (!('containers' in deployed)) {
      entity.outputs = { ...entity.outputs, status: 'CREATE_FAILED' };
      throw new FailedInPlace(
        `waiting for App Runner Service (${entity.id}) create: unexpected state 'CREATE_FAILED', wanted target 'RUNNING'. ${deployed.why}`,
      );
    }
    const front = await cloud.runtime.openFront({ name: entity.outputs.serviceName, requestTimeoutSeconds });
    serve(lifecycle, front, deployed.containers);
    entity.outputs = { ...entity.outputs, serviceUrl: new URL(front.url).host };
  },

  update: async (lifecycle) => {
    const { entity, cloud, previous } = lifecycle;
    const { status } = previous.outputs;
    if (status !== 'RUNNING') {
      throw new Refusal(
        `updating App Runner Service (${entity.id}): InvalidStateException: Service cannot be updated in the current state: ${status}.`,
      );
    }
    const old = cloud.table(running).get(entity.id);
    const deployed = await deploy(lifecycle);
    if (!('containers' in deployed) || !old) {
      // The provider waits for RUNNING only, and so calls this a success. Source: apprunner-roadmap#209
      tell(
        lifecycle,
        `Failed to deploy your application. Rolling back to the previous version. ${'why' in deployed ? deployed.why : ''}`,
      );
      entity.inputs = previous.inputs;
      entity.outputs = previous.outputs;
      cloud.noteUses(
        entity as unknown as Entity,
        usedBy({ inputs: previous.inputs, cloud }).filter((used) => used !== undefined),
      );
      return;
    }
    serve(lifecycle, old.front, deployed.containers);
    await Promise.all(old.containers.map((container) => container.stop(graceSeconds)));
  },

  delete: async ({ entity, cloud }): Promise<'gone'> => {
    const found = cloud.table(running).get(entity.id);
    cloud.table(running).delete(entity.id);
    await found?.front.close();
    await Promise.all((found?.containers ?? []).map((container) => container.stop(graceSeconds)));
    return 'gone';
  },
});

function usedBy({ inputs, cloud }: { inputs: Args; cloud: Cloud }) {
  const connectorArn = inputs.networkConfiguration?.egressConfiguration?.vpcConnectorArn;
  return [
    connectorArn === undefined ? undefined : cloud.find(vpcConnector, connectorArn),
    inputs.autoScalingConfigurationArn === undefined
      ? undefined
      : cloud.find(scalingConfiguration, inputs.autoScalingConfigurationArn),
  ];
}

export function logGroupOf(
  { serviceName, serviceId }: Pick<Outputs, 'serviceName' | 'serviceId'>,
  kind: string,
): string {
  return `/aws/apprunner/${serviceName}/${serviceId}/${kind}`;
}

/** A line of the service's own log, where App Runner says what it does. */
function tell({ entity, cloud }: ServiceLifecycle, line: string): void {
  cloud.runtime.logs.append(logGroupOf(entity.outputs, 'service'), `[AppRunner] ${line}`);
}

function serve(lifecycle: ServiceLifecycle, front: Front, containers: readonly Container[]): void {
  const port = portOf(lifecycle.inputs);
  front.setBackends(containers.map((container) => ({ container, port, weight: 1 })));
  lifecycle.cloud.table(running).set(lifecycle.entity.id, { front, containers });
  tell(lifecycle, 'Service status is set to RUNNING.');
}

/** New instances, all of them healthy; or why there are none. */
async function deploy(lifecycle: ServiceLifecycle): Promise<{ containers: Container[] } | { why: string }> {
  const problems = await judgeOperation(deploymentRules, lifecycle);
  if (problems.length > 0) {
    for (const problem of problems) tell(lifecycle, problem);
    return { why: problems.join('\n') };
  }
  const containers: Container[] = [];
  for (let index = 0; index < countInstances(lifecycle); index += 1) {
    const container = await startInstance(lifecycle, index);
    containers.push(container);
    const why = await checkHealth(lifecycle, container);
    if (why === undefined) continue;
    tell(lifecycle, why);
    await Promise.all(containers.map((started) => started.stop(0)));
    return { why };
  }
  return { containers };
}

function countInstances({ inputs, cloud }: ServiceLifecycle): number {
  const scaling = cloud.find(scalingConfiguration, inputs.autoScalingConfigurationArn ?? '');
  return Math.min(scaling?.inputs.minSize ?? 1, mostInstances);
}

async function startInstance({ inputs, entity, cloud }: ServiceLifecycle, index: number): Promise<Container> {
  const { imageConfiguration, imageIdentifier = '' } = inputs.sourceConfiguration.imageRepository ?? {};
  const { runtimeEnvironmentVariables, startCommand } = imageConfiguration ?? {};
  const { instanceConfiguration } = entity.outputs;
  return cloud.runtime.startContainer({
    name: `${entity.outputs.serviceName}-${index}`,
    digest: digestOf(cloud, imageIdentifier),
    ...(startCommand !== undefined && { command: startCommand.split(/\s+/) }),
    env: {
      ...runtimeEnvironmentVariables,
      ...resolveSecrets(cloud, inputs),
      PORT: String(portOf(inputs)),
    },
    network: networkOf(cloud, () => originOf(cloud, entity.inputs, entity.place.region ?? '')),
    logGroup: logGroupOf(entity.outputs, 'application'),
    limits: { memoryMiB: parseMemory(instanceConfiguration.memory ?? '2048') },
  });
}

function originOf(cloud: Cloud, { networkConfiguration }: Args, region: string): Origin {
  const connector = cloud.find(vpcConnector, networkConfiguration?.egressConfiguration?.vpcConnectorArn ?? '');
  if (!connector) return { kind: 'internet' };
  return {
    kind: 'vpc',
    region,
    subnetIds: connector.inputs.subnets,
    securityGroupIds: connector.inputs.securityGroups,
  };
}

/** Undefined when the instance is healthy, else what App Runner's log says. */
async function checkHealth(
  { entity, inputs, cloud, signal }: ServiceLifecycle,
  container: Container,
): Promise<string | undefined> {
  const check = entity.outputs.healthCheckConfiguration;
  const isHttp = check.protocol === 'HTTP';
  const port = portOf(inputs);
  const result = await cloud.runtime.waitUntilHealthy(
    container,
    {
      kind: isHttp ? 'http' : 'tcp',
      port,
      ...(isHttp && { path: check.path ?? '/' }),
      initialDelaySeconds: 0,
      intervalSeconds: check.interval ?? 5,
      timeoutSeconds: check.timeout ?? 2,
      healthyThreshold: check.healthyThreshold ?? 1,
      unhealthyThreshold: check.unhealthyThreshold ?? 5,
    },
    signal,
  );
  if (result.healthy) return undefined;
  const failed = cloud.runtime.failedConnections(container).map((line) => `\n  ${line}`);
  return `Health check failed on protocol \`${check.protocol}\`${isHttp ? ` [Path: '${check.path}']` : ''}, [Port: '${port}'] after ${result.attempts} attempts: ${result.lastAnswer}. Check your configured port number. For more information, see ${logGroupOf(entity.outputs, 'application')}${failed.join('')}`;
}
