import { parseGraph } from '../graph/graph';
import { appRunnerSimulation } from './app-runner';
import {
  appRunnerSetup,
  digestA,
  digestB,
  pushImages,
  type SourceChanges,
  sourceOf,
  trust,
} from './testing/app-runner-setup';
import { createFakeRuntime } from './testing/fake-runtime';
import {
  applySetup,
  type Changes,
  createAwsWorld,
  type Made,
  type Mutation,
  testMutations,
  text,
} from './testing/setup';

const before = { step: 'service', act: pushImages };

function wrong(rule: string, what: string, inputs: Mutation['inputs'], of?: string): Mutation {
  return { rule, what, resource: 'service', ...(inputs && { inputs }), ...(of && { of }) };
}

const source =
  (changes: SourceChanges) =>
  (made: Made): Changes => ({ sourceConfiguration: sourceOf(made, changes) });

async function setUp(answers: Parameters<typeof createFakeRuntime>[0] = {}) {
  const runtime = createFakeRuntime(answers);
  const world = createAwsWorld({ runtime });
  const made = await applySetup(world, appRunnerSetup, {}, before);
  const step = appRunnerSetup.find(({ name }) => name === 'service');
  const right = typeof step?.inputs === 'function' ? step.inputs(made) : {};
  const update = (inputs: Changes) =>
    world.apply('aws:apprunner/service:Service', 'service', { ...right, ...inputs } as typeof right);
  return { runtime, world, made, update };
}

describe('the rules of aws.apprunner', () => {
  testMutations(
    appRunnerSetup,
    [
      wrong('aws.apprunner.service-name', 'too long a name', { serviceName: 'a'.repeat(41) }),
      wrong('aws.apprunner.service-name', 'too short a name', { serviceName: 'abc' }),
      wrong('aws.apprunner.size', 'a memory that the CPU cannot have', {
        instanceConfiguration: { cpu: '256', memory: '2048' },
      }),
      wrong('aws.apprunner.size', 'a CPU that does not exist', {
        instanceConfiguration: { cpu: '768', memory: '2048' },
      }),
      wrong('aws.apprunner.health-check', 'an interval of a minute', { healthCheckConfiguration: { interval: 60 } }),
      wrong('aws.apprunner.health-check', 'HTTPS', { healthCheckConfiguration: { protocol: 'HTTPS' } }),
      wrong(
        'aws.apprunner.source',
        'an image of another registry',
        source({ image: { imageIdentifier: 'docker.io/library/node:24' } }),
      ),
      wrong('aws.apprunner.source', 'an image without a role', (made) => {
        const { imageRepository } = sourceOf(made);
        return { sourceConfiguration: { imageRepository, autoDeploymentsEnabled: false } };
      }),
      wrong('aws.apprunner.port', 'a port that is none', source({ configuration: { port: 'http' } })),
      wrong(
        'aws.apprunner.reserved-variable',
        'PORT',
        source({ configuration: { runtimeEnvironmentVariables: { PORT: '80' } } }),
      ),
      wrong(
        'aws.apprunner.reserved-variable',
        'a variable of App Runner',
        source({ configuration: { runtimeEnvironmentVariables: { AWSAPPRUNNER_A: '1' } } }),
      ),
      wrong(
        'aws.apprunner.reserved-variable',
        'a variable that is a secret too',
        source({ configuration: { runtimeEnvironmentVariables: { PASSWORD: '1' } } }),
      ),
      wrong(
        'aws.apprunner.secret-reference',
        'the value of a secret',
        source({ configuration: { runtimeEnvironmentSecrets: { PASSWORD: 'hush' } } }),
      ),
      wrong('aws.apprunner.egress', 'egress without connector', {
        networkConfiguration: { egressConfiguration: { egressType: 'VPC' } },
      }),
      wrong('aws.apprunner.connection-missing', 'a missing connector', {
        networkConfiguration: { egressConfiguration: { egressType: 'VPC', vpcConnectorArn: 'arn:aws:apprunner:x' } },
      }),
      wrong('aws.apprunner.connection-missing', 'a missing scaling', {
        autoScalingConfigurationArn: 'arn:aws:apprunner:x',
      }),
      wrong(
        'aws.apprunner.role',
        'an access role of another service',
        { assumeRolePolicy: trust('ecs-tasks.amazonaws.com') },
        'pull-role',
      ),
      wrong(
        'aws.apprunner.role',
        'an instance role of the build service',
        { assumeRolePolicy: trust('build.apprunner.amazonaws.com') },
        'instance-role',
      ),
      wrong('aws.apprunner.image-missing', 'a digest that was never pushed', (made) =>
        source({ image: { imageIdentifier: `${text(made, 'images', 'repositoryUrl')}@sha256:${'c'.repeat(64)}` } })(
          made,
        ),
      ),
      {
        rule: 'aws.apprunner.image-pull',
        what: 'a role without a policy',
        resource: 'service',
        without: 'pull-policy',
      },
      {
        rule: 'aws.apprunner.secret-read',
        what: 'a role without a policy',
        resource: 'service',
        without: 'instance-policy',
      },
      wrong('aws.apprunner.secret-read', 'no role at all', { instanceConfiguration: { cpu: '256', memory: '512' } }),
      wrong('aws.apprunner.secret-missing', 'a key that is not in the secret', (made) =>
        source({
          configuration: { runtimeEnvironmentSecrets: { PASSWORD: `${text(made, 'secret', 'arn')}:PASSWORT::` } },
        })(made),
      ),
      wrong('aws.apprunner.secret-missing', 'a version that does not exist', (made) =>
        source({ configuration: { runtimeEnvironmentSecrets: { PASSWORD: `${text(made, 'secret', 'arn')}:::nine` } } })(
          made,
        ),
      ),
      {
        rule: 'aws.apprunner.connector-name',
        what: 'too long a name',
        resource: 'connector',
        inputs: { vpcConnectorName: 'a'.repeat(41) },
      },
      {
        rule: 'aws.apprunner.connector-network',
        what: 'a missing security group',
        resource: 'connector',
        inputs: { securityGroups: ['sg-0'] },
      },
      {
        rule: 'aws.apprunner.scaling-name',
        what: 'too long a name',
        resource: 'scaling',
        inputs: { autoScalingConfigurationName: 'a'.repeat(33) },
      },
      {
        rule: 'aws.apprunner.scaling-sizes',
        what: 'a concurrency of 500',
        resource: 'scaling',
        inputs: { maxConcurrency: 500 },
      },
      { rule: 'aws.apprunner.scaling-sizes', what: 'no instance', resource: 'scaling', inputs: { minSize: 0 } },
      { rule: 'aws.apprunner.scaling-sizes', what: 'fewer at most', resource: 'scaling', inputs: { minSize: 3 } },
    ],
    () => ({ runtime: createFakeRuntime(), before }),
  );

  test('aws.apprunner.connector-zone refuses an old zone', async () => {
    const steps = appRunnerSetup.map((step) =>
      step.name === 'private-a' || step.name === 'private-b'
        ? {
            ...step,
            inputs: (made: Made) => ({
              vpcId: text(made, 'network'),
              cidrBlock: step.name === 'private-a' ? '10.0.0.0/24' : '10.0.1.0/24',
              availabilityZoneId: step.name === 'private-a' ? 'use1-az3' : 'use1-az1',
            }),
          }
        : step,
    );
    const world = createAwsWorld({ runtime: createFakeRuntime(), region: 'us-east-1' });
    await expect(applySetup(world, steps, {}, before)).rejects.toThrow('[rule aws.apprunner.connector-zone:');
  });

  test('aws.apprunner.region refuses a region without App Runner', () => {
    const world = createAwsWorld({ region: 'eu-south-1' });
    const findings = world.preview('aws:apprunner/service:Service', 'service', {
      serviceName: 'orders',
      sourceConfiguration: {},
    });
    expect(findings.join('\n')).toContain('[rule aws.apprunner.region:');
  });

  test('aws.apprunner.quota refuses the eleventh connector', async () => {
    const world = createAwsWorld({ runtime: createFakeRuntime() });
    const made = await applySetup(world, appRunnerSetup, {}, before);
    const connect = (index: number) =>
      world.apply('aws:apprunner/vpcConnector:VpcConnector', `connector-${index}`, {
        vpcConnectorName: `orders-${index}`,
        subnets: [text(made, 'private-a')],
        securityGroups: [text(made, 'service-group')],
      });
    for (let index = 2; index <= 10; index += 1) await connect(index);
    await expect(connect(11)).rejects.toThrow('[rule aws.apprunner.quota:');
  });

  test.each([
    ['aws.apprunner.ignored-path', { healthCheckConfiguration: { path: '/startup' } }],
    [
      'aws.apprunner.auto-deployment',
      { sourceConfiguration: { imageRepository: { imageIdentifier: `a@${digestA}` } } },
    ],
    [
      'aws.apprunner.secret-in-plain',
      {
        sourceConfiguration: {
          imageRepository: {
            imageConfiguration: {
              runtimeEnvironmentVariables: {
                PASSWORD: { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270' },
              },
            },
          },
        },
      },
    ],
  ])('%s finds it in the program', async (id, inputs) => {
    const type = 'aws:apprunner/service:Service';
    const resources = [{ urn: `urn:pulumi:a::b::${type}::s`, type, custom: true, inputs, outputs: {} }];
    const rule = appRunnerSimulation.rules.find((candidate) => candidate.id === id);
    if (rule?.stage !== 'graph') throw new Error('no such rule');
    expect(await rule.check(parseGraph({ deployment: { resources } }))).toHaveLength(1);
  });
});

describe('aws.apprunner.Service', () => {
  test('runs the image with its variables and secrets in the network of its connector', async () => {
    const { runtime, made } = await setUp();
    expect(runtime.started.containers).toEqual([
      expect.objectContaining({
        digest: digestA,
        env: { COMPANY: 'Orders', PASSWORD: 'hush', PORT: '8080' },
        logGroup: `/aws/apprunner/orders/${text(made, 'service', 'serviceId')}/application`,
        limits: { memoryMiB: 512 },
      }),
    ]);
    const host = text(made, 'database', 'address');
    expect(runtime.started.containers[0]?.network.route(host, 5432).kind).toBe('store');
    expect(text(made, 'service', 'serviceUrl')).toBe('127.0.0.1:1');
  });

  test('answers from the new version once that is healthy', async () => {
    const { runtime, made, update } = await setUp();
    const image = { imageIdentifier: `${text(made, 'images', 'repositoryUrl')}@${digestB}` };
    await update(source({ image })(made));
    expect(runtime.backends.get('orders')?.map(({ digest }) => digest)).toEqual([digestB]);
  });

  test('takes an update back that does not get healthy, and calls it a success', async () => {
    const { runtime, made, update } = await setUp({ healthy: ({ digest }) => digest === digestA });
    const image = { imageIdentifier: `${text(made, 'images', 'repositoryUrl')}@${digestB}` };
    const outputs = await update(source({ image })(made));
    expect(JSON.stringify(outputs.sourceConfiguration)).toContain(digestA);
    expect(outputs.status).toBe('RUNNING');
    expect(runtime.backends.get('orders')?.map(({ digest }) => digest)).toEqual([digestA]);
    const log = runtime.logs.read(`/aws/apprunner/orders/${text(made, 'service', 'serviceId')}/service`).join('\n');
    expect(log).toContain('Rolling back');
  });

  test('is there but failed when its first version does not get healthy, and must be replaced', async () => {
    const runtime = createFakeRuntime({ healthy: () => false });
    const world = createAwsWorld({ runtime });
    const made: Record<string, unknown> = {};
    await expect(
      applySetup(
        world,
        appRunnerSetup,
        {},
        {
          step: 'service',
          act: (_, done) => {
            pushImages(world, done);
            Object.assign(made, done);
          },
        },
      ),
    ).rejects.toThrow("unexpected state 'CREATE_FAILED', wanted target 'RUNNING'. Health check failed");
    const step = appRunnerSetup.find(({ name }) => name === 'service');
    const right = typeof step?.inputs === 'function' ? step.inputs(made as Made) : {};
    await expect(world.apply('aws:apprunner/service:Service', 'service', right)).rejects.toThrow(
      'cannot be updated in the current state: CREATE_FAILED',
    );
    await world.destroy('service');
  });

  test('keeps its connector and its scaling while it is there, and leaves its log groups', async () => {
    const { runtime, world } = await setUp();
    await expect(world.destroy('connector')).rejects.toThrow('is in use by service');
    await expect(world.destroy('scaling')).rejects.toThrow('cannot be deleted');
    await world.destroy('service');
    await world.destroy('connector');
    expect(runtime.backends.size).toBe(0);
    expect(runtime.running()).toEqual(['orders']);
  });
});
