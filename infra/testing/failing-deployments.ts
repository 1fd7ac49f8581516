/**
 * Runs deployments that fail while they are created, and prints by name how. In a process of its own, since a failed
 * output is a rejection that nobody handles: that is how Pulumi sees it, and jest would end.
 */
import { deployUnderMocks, type MockedStack, providerConfig } from './deploy-under-mocks';
import { mockDigest } from './mock-clouds';

type AppRunnerInputs = {
  sourceConfiguration: { imageRepository: { imageConfiguration: Record<string, unknown> } };
  instanceConfiguration: object;
};

const appRunner = { ...providerConfig, 'taproom:targets': ['app-runner'] };
const fargate = { ...providerConfig, 'taproom:targets': ['ecs-fargate'] };
const both = { ...providerConfig, 'taproom:targets': ['app-runner', 'cloud-run'] };

/** App Runner after an update, reading back other inputs than were asked for. */
function readingBack(change: (inputs: AppRunnerInputs) => object): MockedStack {
  const running = { serviceId: '0123abcd', serviceUrl: 'abc.us-east-1.awsapprunner.com' };
  const arn = 'arn:aws:apprunner:us-east-1:123456789012:service/x/0123abcd';
  const service: NonNullable<MockedStack['outputs']>[string] = ({ inputs }) => ({
    ...running,
    arn,
    ...change(inputs as AppRunnerInputs),
  });
  return { config: appRunner, outputs: { 'aws:apprunner/service:Service': service } };
}

/** ECS Express after an update that it took back. */
const expressRolledBack: MockedStack = {
  config: { ...providerConfig, 'taproom:targets': ['ecs-express'] },
  outputs: {
    'aws:ecs/expressGatewayService:ExpressGatewayService': ({ inputs }) => ({
      primaryContainer: { ...(inputs.primaryContainer as object), image: 'repository@sha256:old' },
      ingressPaths: [{ accessType: 'PUBLIC', endpoint: 'x.ecs.us-east-1.on.aws' }],
    }),
  },
};

/** What must not have been. */
const created: string[] = [];
const settleMs = 200;

/** A cloud's error, as gRPC gives it. */
const refusing = (details: string) => () => {
  throw Object.assign(new Error(), { details });
};
const noSuchImage = refusing('no such image');

/** Docker, where a container that runs once ends badly. */
function failingContainer(part: string): MockedStack {
  const container: NonNullable<MockedStack['outputs']>[string] = ({ name }) =>
    name === part ? { exitCode: 3, containerLogs: 'first line\nlast line\n' } : { exitCode: 0, containerLogs: '' };
  return { config: { 'taproom:targets': ['docker'] }, outputs: { 'docker:index/container:Container': container } };
}

const stacks: Record<string, MockedStack> = {
  'image rolled back': readingBack(({ sourceConfiguration: { imageRepository } }) => ({
    sourceConfiguration: { imageRepository: { ...imageRepository, imageIdentifier: 'repository@sha256:old' } },
  })),
  'variables rolled back': readingBack(({ sourceConfiguration: { imageRepository } }) => {
    const imageConfiguration = { ...imageRepository.imageConfiguration, runtimeEnvironmentVariables: {} };
    return { sourceConfiguration: { imageRepository: { ...imageRepository, imageConfiguration } } };
  }),
  'size rolled back': readingBack(({ instanceConfiguration }) => ({
    instanceConfiguration: { ...instanceConfiguration, memory: '4096' },
  })),
  'express rolled back': expressRolledBack,
  'fargate rolled back': {
    config: fargate,
    calls: {
      'aws:ecs/getService:getService': () => ({
        taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/taproom-dev-ecs-fargate:0',
        runningCount: 1,
      }),
    },
  },
  'fargate never started': {
    config: fargate,
    calls: {
      'aws:ecs/getService:getService': () => ({
        taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/taproom-dev-ecs-fargate:1',
        runningCount: 0,
      }),
    },
  },
  'no such zone': {
    config: { ...fargate, 'taproom:domain': { aws: { name: 'api.example.com', zone: 'example.com' } } },
    calls: {
      'aws:route53/getZone:getZone': refusing('no matching Route 53 Hosted Zone found'),
    },
  },
  'another engine': {
    config: { ...appRunner, 'taproom:database': { engine: 'aurora' } },
    outputs: {
      'pulumi:index:Stash': () => ({ output: 'rds' }),
      'aws:rds/cluster:Cluster': ({ name }) => {
        created.push(name);
        return {};
      },
    },
  },
  'not in ECR': {
    config: { ...both, 'taproom:imageDigest': mockDigest },
    calls: { 'aws:ecr/getImage:getImage': noSuchImage },
  },
  'not in Artifact Registry': {
    config: { ...both, 'taproom:imageDigest': mockDigest },
    calls: { 'gcp:artifactregistry/getDockerImage:getDockerImage': noSuchImage },
  },
  'local release not ready': failingContainer('trial'),
  'local migration fails': failingContainer('migration'),
  'not in the engine': {
    config: { 'taproom:targets': ['docker'], 'taproom:imageDigest': mockDigest },
    calls: { 'docker:index/getRemoteImage:getRemoteImage': noSuchImage },
  },
  'one zone': {
    config: appRunner,
    calls: { 'aws:index/getAvailabilityZones:getAvailabilityZones': () => ({ zoneIds: ['use1-az1'] }) },
  },
};

/** The first failure of a deployment: what waits for it never comes, so nothing else is waited for. */
function firstFailure(stack: MockedStack): Promise<string> {
  return new Promise((resolve) => {
    process.once('unhandledRejection', (error) => {
      // Others that fail for the same reason belong to this deployment still.
      const ignore = () => {};
      process.on('unhandledRejection', ignore);
      setTimeout(() => {
        process.off('unhandledRejection', ignore);
        resolve(error instanceof Error ? error.message : String(error));
      }, settleMs);
    });
    void deployUnderMocks(stack);
  });
}

async function main() {
  const failures: Record<string, string> = {};
  for (const [name, stack] of Object.entries(stacks)) failures[name] = await firstFailure(stack);
  console.log(JSON.stringify({ failures, created }));
  // The rest waits for what has failed.
  process.kill(process.pid, 'SIGKILL');
}

void main();
