import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { type Static, Type } from 'typebox';
import { serviceEnv } from '../service-env';
import { type DeployedService, type Deployment, type ServiceSpec, settings, target } from '../target';
import { createCredentials, credentialsFolder, envFile, envList } from './credentials';
import { type DockerFoundation, dockerCloud } from './foundation';
import { createFront, serviceAlias } from './front';
import { oneShot, successOf } from './one-shot';
import { startupCheck, tryStart } from './readiness';
import { restricted } from './restricted';

const Settings = settings({
  port: Type.Integer({
    minimum: 1,
    maximum: 65_535,
    default: 8080,
    description: 'where it answers on localhost; a port that is in use is refused',
  }),
});

/** This machine's Docker engine, with stores of its own: no cloud account. */
export const dockerTarget = target({ cloud: dockerCloud, Settings, findProblems: () => [], deploy });

type DockerDeployment = Deployment<DockerFoundation, Static<typeof Settings>>;
/** What the trial and the service have in common. */
type Process = ReturnType<typeof describeProcess>;

const envFileName = 'service.env';
const runServer = ['node', `--env-file=${credentialsFolder}/${envFileName}`];
/** The front asks twice a second whether an instance is still ready, and waits a second for an answer: service/forward. */
const drainSeconds = 3;
/** The service needs less than ten after the drain: service/shutdown.ts. */
const destroyGraceSeconds = drainSeconds + 12;

function deploy(deployment: DockerDeployment): DeployedService {
  const { name, image, service, foundation, migration, settings } = deployment;
  const { provider, scope, network, postgres, redis } = foundation;
  const component = new pulumi.ComponentResource('taproom:docker:Docker', name, {}, { provider });
  const options = { parent: component };
  const { args, ready } = describeProcess(deployment, options);
  const stores = [...postgres.ready, ...(redis?.ready ?? []), ...ready];
  const trial = createTrial(
    deployment,
    { args, ready: [...stores, successOf(migration, 'the migration failed to complete')] },
    options,
  );
  const tried = successOf(trial, 'the release is not ready');
  const running = createService(deployment, { args, ready: [...stores, tried] }, options);
  const front = createFront(scope, { image, network, port: settings.port, ready: [tried] }, options);
  return {
    url: pulumi.all([front.id, running.id]).apply(() => `http://localhost:${settings.port}`),
    logsCommand: pulumi.interpolate`${scope.command} logs --follow ${running.name}`,
    warnings: findWarnings(service),
  };
}

/** One container at a time: the front is for the change of releases. */
function findWarnings({ minInstances }: ServiceSpec): string[] {
  const plain = 'answers over plain HTTP, and to this machine alone';
  return minInstances <= 1 ? [plain] : [plain, `runs one instance: taproom:service.minInstances is ${minInstances}`];
}

function describeProcess(
  { name, service, image, apiKey, foundation }: DockerDeployment,
  options: pulumi.CustomResourceOptions & { parent: pulumi.Resource },
) {
  const { network, postgres, redis, scope } = foundation;
  const env = serviceEnv({
    companyName: service.companyName,
    digest: image.digest,
    apiKey,
    poolSize: service.poolSize,
    postgres,
    redis,
    platform: { logFormat: 'plain', trustProxyHops: 0, drainSeconds },
  });
  const credentials = createCredentials('service', { [envFileName]: envFile(env.secrets) }, { ...scope, options });
  pulumi.log.info(`${name}: instances of ${service.cpu} vCPU and ${service.memoryMiB} MiB`);
  const args = {
    ...restricted,
    image: image.reference,
    envs: envList(env.plain),
    volumes: [credentials.volume],
    networksAdvanced: [{ name: network.front.name }, { name: network.stores.name }],
    cpus: String(service.cpu),
    memory: service.memoryMiB,
    // Said, since Docker's own default is as much swap again, which would be a change at every deployment.
    memorySwap: service.memoryMiB,
    labels: [...scope.labels, credentials.label],
  };
  return { args, ready: credentials.ready };
}

type Step = { args: Process['args']; ready: pulumi.Input<pulumi.Resource>[] };

/**
 * The release once where the front does not look. A container that fails to get ready in the old one's place would stay in the
 * state, with the old one marked to go at the next `up`; what does not get ready here leaves everything as it was.
 */
function createTrial(
  { foundation: { scope } }: DockerDeployment,
  { args, ready }: Step,
  options: pulumi.CustomResourceOptions,
): docker.Container {
  return new docker.Container(
    'trial',
    { ...args, ...oneShot, name: scope.names('trial'), entrypoints: [...runServer, '-e'], command: [tryStart] },
    { ...options, deleteBeforeReplace: true, ignoreChanges: ['memorySwap'], dependsOn: ready },
  );
}

/** Comes before the old one goes, under a name that Pulumi makes: the front finds either by the alias. */
function createService(
  { name, foundation: { network } }: DockerDeployment,
  { args, ready }: Step,
  options: pulumi.CustomResourceOptions,
): docker.Container {
  return new docker.Container(
    name,
    {
      ...args,
      entrypoints: [...runServer, 'server.js'],
      command: ['server'],
      networksAdvanced: [{ name: network.front.name, aliases: [serviceAlias] }, { name: network.stores.name }],
      healthcheck: { tests: startupCheck, interval: '2s', timeout: '3s', startPeriod: '50s', retries: 5 },
      wait: true,
      waitTimeout: 120,
      restart: 'unless-stopped',
      destroyGraceSeconds,
    },
    {
      ...options,
      // Said, since the provider's own way is the other one:
      // https://github.com/pulumi/pulumi-docker/blob/master/provider/resources.go
      deleteBeforeReplace: false,
      // The provider's update would call a container healthy that never was: "*" also replaces one whose failure the state remembers.
      replaceOnChanges: ['*'],
      // Engines without swap accounting give it back as -1.
      ignoreChanges: ['memorySwap'],
      dependsOn: ready,
    },
  );
}
