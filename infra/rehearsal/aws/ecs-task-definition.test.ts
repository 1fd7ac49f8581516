import { parseGraph } from '../graph/graph';
import { ecsSimulation } from './ecs';
import { containersOf, ecsSetup, pushEcsImages } from './testing/ecs-setup';
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

/** Up to the definition; the service is another test's. */
const steps = ecsSetup.slice(0, ecsSetup.findIndex(({ name }) => name === 'definition') + 1);

function wrong(rule: string, what: string, inputs: Mutation['inputs']): Mutation {
  return { rule, what, resource: 'definition', ...(inputs && { inputs }) };
}

const container =
  (changes: Record<string, unknown>) =>
  (made: Made): Changes => ({ containerDefinitions: containersOf(made, changes) });

const awslogs = (options: Record<string, string>) =>
  container({ logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/orders', ...options } } });

const healthCheck = (changes: Record<string, unknown>) =>
  container({ healthCheck: { command: ['CMD-SHELL', 'curl -f http://localhost:8080/health'], ...changes } });

describe('the rules of a task definition', () => {
  testMutations(
    steps,
    [
      wrong('aws.ecs.family', 'a family with a slash', { family: 'orders/web' }),
      wrong('aws.ecs.compatibility', 'the network of Docker on Fargate', { networkMode: 'bridge' }),
      wrong('aws.ecs.compatibility', 'a compatibility that does not exist', { requiresCompatibilities: ['LAMBDA'] }),
      wrong('aws.ecs.size', 'a CPU that does not exist', { cpu: '300' }),
      wrong('aws.ecs.size', 'a memory that the CPU cannot have', { memory: '4096' }),
      wrong('aws.ecs.size', 'no memory', { memory: undefined }),
      wrong('aws.ecs.container-size', 'a container with more memory than the task', container({ memory: 1_024 })),
      wrong('aws.ecs.container-size', 'a container with more CPU than the task', container({ cpu: 512 })),
      wrong('aws.ecs.execution-role-needed', 'none', { executionRoleArn: undefined }),
      wrong('aws.ecs.execution-role-needed', 'the name of one', { executionRoleArn: 'execution' }),
      wrong('aws.ecs.platform', 'an architecture of another name', { runtimePlatform: { cpuArchitecture: 'amd64' } }),
      wrong('aws.ecs.storage', 'too little storage', { ephemeralStorage: { sizeInGib: 20 } }),
      wrong('aws.ecs.fargate-setting', 'a privileged container', container({ privileged: true })),
      wrong('aws.ecs.fargate-setting', 'the processes of the host', { pidMode: 'host' }),
      wrong('aws.ecs.container-definitions', 'no JSON', { containerDefinitions: 'orders' }),
      wrong('aws.ecs.container-definitions', 'a key that is misspelled', container({ enviroment: [] })),
      wrong(
        'aws.ecs.container-definitions',
        'a number as a value',
        container({ environment: [{ name: 'PORT', value: 80 }] }),
      ),
      wrong('aws.ecs.container-definitions', 'no image', container({ image: undefined })),
      wrong('aws.ecs.containers', 'no container', { containerDefinitions: '[]' }),
      wrong('aws.ecs.containers', 'none that is essential', container({ essential: false })),
      wrong('aws.ecs.containers', 'two of one name', (made) => {
        const [one] = JSON.parse(containersOf(made));
        return { containerDefinitions: JSON.stringify([one, { ...one, portMappings: [] }]) };
      }),
      wrong(
        'aws.ecs.variables',
        'a variable that is a secret too',
        container({ environment: [{ name: 'PASSWORD', value: '' }] }),
      ),
      wrong(
        'aws.ecs.variables',
        'a variable that is there twice',
        container({ environment: ['1', '2'].map((value) => ({ name: 'COMPANY', value })) }),
      ),
      wrong(
        'aws.ecs.secret-reference',
        'the value of a secret',
        container({ secrets: [{ name: 'PASSWORD', valueFrom: 'hush' }] }),
      ),
      wrong(
        'aws.ecs.ports',
        'another port on the host',
        container({ portMappings: [{ containerPort: 8_080, hostPort: 80 }] }),
      ),
      wrong('aws.ecs.ports', 'no port', container({ portMappings: [{ containerPort: 80_800 }] })),
      wrong(
        'aws.ecs.log-driver',
        'a driver that Fargate does not have',
        container({ logConfiguration: { logDriver: 'json-file' } }),
      ),
      wrong('aws.ecs.log-driver', 'no prefix of the stream', awslogs({ 'awslogs-region': 'eu-central-1' })),
      wrong('aws.ecs.container-health', 'a command without CMD', healthCheck({ command: ['curl'] })),
      wrong('aws.ecs.container-health', 'an interval of a second', healthCheck({ interval: 1 })),
      wrong('aws.ecs.stop-timeout', 'five minutes', container({ stopTimeout: 300 })),
    ],
    () => ({ runtime: createFakeRuntime(), before: { step: 'definition', act: pushEcsImages } }),
  );

  test('aws.ecs.secret-in-plain finds it in the program', async () => {
    const type = 'aws:ecs/taskDefinition:TaskDefinition';
    const containerDefinitions = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270' };
    const node = {
      urn: `urn:pulumi:a::b::${type}::d`,
      type,
      custom: true,
      inputs: { containerDefinitions },
      outputs: {},
    };
    const rule = ecsSimulation.rules.find(({ id }) => id === 'aws.ecs.secret-in-plain');
    if (rule?.stage !== 'graph') throw new Error('no such rule');
    expect(await rule.check(parseGraph({ deployment: { resources: [node] } }))).toHaveLength(1);
  });
});

describe('aws.ecs.TaskDefinition', () => {
  test('counts its revisions, and forgets none of the numbers', async () => {
    const world = createAwsWorld({ runtime: createFakeRuntime() });
    const made = await applySetup(world, steps);
    const last = steps.at(-1);
    const inputs = typeof last?.inputs === 'function' ? last.inputs(made) : {};
    const token = 'aws:ecs/taskDefinition:TaskDefinition';
    const second = await world.apply(token, 'second', inputs);
    await world.destroy('second');
    const third = await world.apply(token, 'third', inputs);
    expect([made.definition?.revision, second.revision, third.revision]).toEqual([1, 2, 3]);
    expect(text(made, 'definition', 'arn')).toMatch(/:task-definition\/orders:1$/);
  });
});
