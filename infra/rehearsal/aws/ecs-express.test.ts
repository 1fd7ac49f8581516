import { parseGraph } from '../graph/graph';
import { diffInputs } from '../operations/diff-inputs';
import { ecsExpressSimulation } from './ecs-express';
import { expressService } from './ecs-express-service';
import { digestA, digestB, trust } from './testing/app-runner-setup';
import { containerOf, expressSetup, imageOf, networkOf, pushImages } from './testing/ecs-express-setup';
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

const type = 'aws:ecs/expressGatewayService:ExpressGatewayService';
const before = { step: 'service', act: pushImages };

function wrong(rule: string, what: string, inputs: Mutation['inputs'], of?: string): Mutation {
  return { rule, what, resource: 'service', ...(inputs && { inputs }), ...(of && { of }) };
}

const container =
  (changes: Record<string, unknown>) =>
  (made: Made): Changes => ({ primaryContainer: containerOf(made, changes) });

const scaling = (changes: Record<string, string | number>): Changes => ({
  scalingTargets: [
    { autoScalingMetric: 'AVERAGE_CPU', autoScalingTargetValue: 60, minTaskCount: 1, maxTaskCount: 2, ...changes },
  ],
});

async function setUp(answers: Parameters<typeof createFakeRuntime>[0] = {}) {
  const runtime = createFakeRuntime(answers);
  const world = createAwsWorld({ runtime });
  const made = await applySetup(world, expressSetup, {}, before);
  const step = expressSetup.find(({ name }) => name === 'service');
  const right = typeof step?.inputs === 'function' ? step.inputs(made) : {};
  const update = (inputs: Changes) => world.apply(type, 'service', { ...right, ...inputs } as typeof right);
  const release = (digest: string) => update({ primaryContainer: containerOf(made, { image: imageOf(made, digest) }) });
  const answering = () => runtime.backends.get('orders')?.map(({ digest }) => digest);
  /** One user, who gets these statuses from whichever task answers, again and again. */
  const visit = (statuses: readonly number[]) => {
    let turn = 0;
    const timer = setInterval(() => {
      for (const backend of runtime.backends.get('orders') ?? []) {
        const status = statuses[turn % statuses.length] ?? 200;
        runtime.fronts.find(({ name }) => name === 'orders')?.onAnswer?.({ container: backend, status });
      }
      turn += 1;
    }, 1);
    return () => clearInterval(timer);
  };
  return { runtime, world, made, update, release, answering, visit };
}

const infrastructureStatement = (actions: string[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] });

describe('the rules of aws.ecs-express', () => {
  testMutations(
    expressSetup,
    [
      wrong('aws.ecs-express.name', 'a name with a dot', { serviceName: 'orders.api' }),
      wrong('aws.ecs-express.size', 'a CPU that is no power of two', { cpu: '768', memory: '2048' }),
      wrong('aws.ecs-express.size', 'a CPU of eight', { cpu: '8192', memory: '16384' }),
      wrong('aws.ecs-express.size', 'more than eight GiB', { cpu: '2048', memory: '9216' }),
      wrong('aws.ecs-express.size', 'a memory that the CPU cannot have', { cpu: '256', memory: '4096' }),
      wrong('aws.ecs-express.port', 'a port that is none', container({ containerPort: 70_000 })),
      wrong('aws.ecs-express.health-check-path', 'a path without a slash', { healthCheckPath: 'startup' }),
      wrong('aws.ecs-express.subnet-count', 'one subnet', (made) => ({
        networkConfigurations: [networkOf(made, ['public-a'])],
      })),
      wrong('aws.ecs-express.subnet-count', 'one subnet, twice', (made) => ({
        networkConfigurations: [networkOf(made, ['public-a', 'public-a'])],
      })),
      wrong('aws.ecs-express.task-counts', 'fewer at most', scaling({ minTaskCount: 3 })),
      wrong('aws.ecs-express.task-counts', 'none at least', scaling({ minTaskCount: 0 })),
      wrong('aws.ecs-express.metric', 'a metric of its own', scaling({ autoScalingMetric: 'LATENCY' })),
      wrong('aws.ecs-express.metric', 'more than all of the CPU', scaling({ autoScalingTargetValue: 120 })),
      wrong(
        'aws.ecs-express.variable',
        'a variable that is a secret too',
        container({ environments: [{ name: 'PASSWORD', value: '1' }] }),
      ),
      wrong(
        'aws.ecs-express.secret-reference',
        'the value of a secret',
        container({ secrets: [{ name: 'PASSWORD', valueFrom: 'hush' }] }),
      ),
      wrong('aws.ecs-express.cluster-missing', 'a cluster that does not exist', { cluster: 'invoices' }),
      wrong('aws.ecs-express.network', 'a missing subnet', (made) => ({
        networkConfigurations: [{ ...networkOf(made), subnets: ['subnet-0', 'subnet-1'] }],
      })),
      wrong('aws.ecs-express.network', 'a missing security group', (made) => ({
        networkConfigurations: [{ ...networkOf(made), securityGroups: ['sg-0'] }],
      })),
      wrong('aws.ecs-express.mixed-subnets', 'a public and a private subnet', (made) => ({
        networkConfigurations: [networkOf(made, ['public-a', 'private-b'])],
      })),
      {
        rule: 'aws.ecs-express.subnet-zones',
        what: 'subnets in one zone',
        resource: 'service',
        of: 'public-b',
        inputs: { availabilityZone: 'eu-central-1a' },
      },
      wrong(
        'aws.ecs-express.role-principal',
        'an execution role of another service',
        { assumeRolePolicy: trust('ecs.amazonaws.com') },
        'execution-role',
      ),
      wrong(
        'aws.ecs-express.role-principal',
        'an infrastructure role of tasks',
        { assumeRolePolicy: trust('ecs-tasks.amazonaws.com') },
        'infrastructure-role',
      ),
      {
        rule: 'aws.ecs-express.infrastructure-role',
        what: 'a role without a policy',
        resource: 'service',
        without: 'infrastructure-policy',
      },
      wrong(
        'aws.ecs-express.infrastructure-role',
        "another policy than Express's",
        { policyArn: 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy' },
        'infrastructure-policy',
      ),
      {
        rule: 'aws.ecs.image-pull',
        what: 'an execution role without a policy',
        resource: 'service',
        without: 'execution-policy',
      },
      { rule: 'aws.ecs.log-write', what: 'it too', resource: 'service', without: 'execution-policy' },
      {
        rule: 'aws.ecs.secret-read',
        what: 'an execution role that may not read the secret',
        resource: 'service',
        without: 'secret-policy',
      },
      wrong('aws.ecs.secret-missing', 'a key that is not in the secret', (made) =>
        container({ secrets: [{ name: 'PASSWORD', valueFrom: `${text(made, 'secret', 'arn')}:PASSWORT::` }] })(made),
      ),
      wrong('aws.ecs.image-missing', 'a digest that was never pushed', (made) =>
        container({ image: imageOf(made, `sha256:${'c'.repeat(64)}`) })(made),
      ),
      wrong(
        'aws.ecs.log-group-missing',
        'a log group that does not exist',
        container({ awsLogsConfigurations: [{ logGroup: '/ecs/invoices', logStreamPrefix: 'orders' }] }),
      ),
      { rule: 'aws.ecs.task-path', what: 'a group that lets no HTTPS out', resource: 'service', without: 'egress-443' },
      wrong('aws.ecs.task-path', 'private subnets with no way out', (made) => ({
        networkConfigurations: [networkOf(made, ['private-a', 'private-b'])],
      })),
    ],
    () => ({ runtime: createFakeRuntime(), before }),
  );

  test.each(['infrastructureRoleArn', 'serviceName'])('another %s is another service', (property) => {
    const { replaceOn = [] } = expressService.spec;
    const rules = { replaceOn, unordered: [], ignore: [], notCompared: [] };
    expect(diffInputs({ [property]: 'a', cpu: '256' }, { [property]: 'b', cpu: '512' }, rules)).toEqual([
      expect.objectContaining({ path: property, replaces: true }),
      expect.objectContaining({ path: 'cpu', replaces: false }),
    ]);
  });

  test('aws.ecs-express.infrastructure-role accepts the same permissions in a policy of its own', async () => {
    const world = createAwsWorld({ runtime: createFakeRuntime() });
    const steps = expressSetup.map((step) =>
      step.name === 'infrastructure-policy'
        ? {
            token: 'aws:iam/rolePolicy:RolePolicy',
            name: step.name,
            inputs: (made: Made) => ({
              role: text(made, 'infrastructure-role'),
              policy: infrastructureStatement([
                'elasticloadbalancing:*',
                'ec2:*',
                'acm:*',
                'application-autoscaling:*',
                'cloudwatch:*',
              ]),
            }),
          }
        : step,
    );
    await expect(applySetup(world, steps, {}, before)).resolves.toBeDefined();
  });

  test('aws.ecs-express.balancer-zones refuses a zone that the shared load balancer is not in', async () => {
    const { world, made } = await setUp();
    const zoneC = await world.apply('aws:ec2/subnet:Subnet', 'public-c', {
      vpcId: text(made, 'network'),
      cidrBlock: '10.0.130.0/24',
      availabilityZone: 'eu-central-1c',
    });
    await world.apply('aws:ec2/routeTableAssociation:RouteTableAssociation', 'public-c-association', {
      subnetId: zoneC.id,
      routeTableId: text(made, 'public-routes'),
    });
    const step = expressSetup.find(({ name }) => name === 'service');
    const right = typeof step?.inputs === 'function' ? step.inputs(made) : {};
    const networkConfigurations = [{ ...networkOf(made), subnets: [text(made, 'public-a'), zoneC.id] }] as never;
    const second = world.apply(type, 'second', { ...right, serviceName: 'invoices', networkConfigurations });
    await expect(second).rejects.toThrow('[rule aws.ecs-express.balancer-zones:');
  });

  test('aws.ecs-express.cluster-change refuses what the provider does not send', async () => {
    const { update } = await setUp();
    await expect(update({ cluster: 'default' })).rejects.toThrow('[rule aws.ecs-express.cluster-change:');
  });
});

describe('what the program leaves to chance', () => {
  const name = (type: string, id: string) => ({
    urn: `urn:pulumi:a::b::${type}::${id}`,
    type,
    custom: true,
    outputs: {},
  });
  const service = name(type, 'service');
  const roleNode = {
    ...name('aws:iam/role:Role', 'role'),
    inputs: {},
    outputs: { arn: 'arn:aws:iam::123456789012:role/r', name: 'r' },
  };
  const attachment = {
    ...name('aws:iam/rolePolicyAttachment:RolePolicyAttachment', 'attachment'),
    inputs: { role: 'r', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
  };
  const association = {
    ...name('aws:ec2/routeTableAssociation:RouteTableAssociation', 'association'),
    inputs: { subnetId: 'subnet-1', routeTableId: 'rtb-1' },
  };
  const way = {
    ...name('aws:ec2/route:Route', 'route'),
    inputs: { routeTableId: 'rtb-1', destinationCidrBlock: '0.0.0.0/0', gatewayId: 'igw-1' },
  };
  const secret = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270' };
  const right = {
    infrastructureRoleArn: 'arn:aws:iam::123456789012:role/r',
    networkConfigurations: [{ subnets: ['subnet-1'] }],
    primaryContainer: { environments: [{ name: 'A', value: '1' }] },
    waitForSteadyState: true,
  };
  const all = [roleNode.urn, attachment.urn, association.urn, way.urn];

  async function findingsOf(id: string, inputs: object, dependencies: readonly string[]) {
    const resources = [roleNode, attachment, association, way, { ...service, inputs, dependencies }];
    const rule = ecsExpressSimulation.rules.find((candidate) => candidate.id === id);
    if (rule?.stage !== 'graph') throw new Error('no such rule');
    return rule.check(parseGraph({ deployment: { resources } }));
  }

  test.each([
    ['aws.ecs-express.role-policies', right, all.filter((urn) => urn !== attachment.urn)],
    ['aws.ecs-express.way-to-subnets', right, all.filter((urn) => urn !== way.urn)],
    ['aws.ecs-express.way-to-subnets', right, all.filter((urn) => urn !== association.urn)],
    ['aws.policy.ecs-express-steady-state', { ...right, waitForSteadyState: false }, all],
    [
      'aws.ecs-express.secret-in-plain',
      { ...right, primaryContainer: { environments: [{ name: 'PASSWORD', value: secret }] } },
      all,
    ],
  ])('%s finds it', async (id, inputs, dependencies) => {
    expect(await findingsOf(id, inputs, dependencies)).toHaveLength(1);
    expect(await findingsOf(id, right, all)).toEqual([]);
  });
});

describe('aws.ecs.ExpressGatewayService', () => {
  test('runs the image with its variables and secrets in its subnets, and faces the internet', async () => {
    const { runtime, made } = await setUp();
    const [spec] = runtime.started.containers;
    expect(spec).toMatchObject({
      digest: digestA,
      env: { COMPANY: 'Orders', PASSWORD: 'hush' },
      logGroup: '/ecs/orders',
      limits: { memoryMiB: 512 },
    });
    expect(spec?.network.route(text(made, 'database', 'address'), 5432).kind).toBe('store');
    expect(made.service?.ingressPaths).toEqual([{ accessType: 'PUBLIC', endpoint: '127.0.0.1:1' }]);
  });

  test('hands over to a release whose answers are well', async () => {
    const { release, answering, visit } = await setUp();
    const leave = visit([200, 404, ...Array.from({ length: 150 }, () => 200)]);
    await release(digestB).finally(leave);
    expect(answering()).toEqual([digestB]);
  });

  test.each([
    ['4xx', 404],
    ['5xx', 500],
  ])('takes a release back when more than 1 %% of its answers are %s, and says so', async (_, status) => {
    const { release, answering, visit } = await setUp();
    const leave = visit([status, ...Array.from({ length: 40 }, () => 200)]);
    const failed = await release(digestB).then(String, (error: Error) => error.message);
    leave();
    expect(failed).toMatch(/Service deployment rolled back because an alarm was detected: with 5 % of the traffic/);
    expect(failed).toContain('[rule aws.ecs-express.rollback-alarm:');
    expect(answering()).toEqual([digestA]);
  });

  test('does not count answers of which nobody came to ask', async () => {
    const { release, answering } = await setUp();
    await release(digestB);
    expect(answering()).toEqual([digestB]);
  });

  test('keeps the old release where the new one is not healthy, and says why', async () => {
    const { release, answering } = await setUp({ healthy: ({ digest }) => digest === digestA });
    await expect(release(digestB)).rejects.toThrow(
      /last state: 'tfPENDING', timeout: 30m0s\): .*is unhealthy in \(target-group\).*GET \/startup must answer 200, and gave HTTP 503/,
    );
    expect(answering()).toEqual([digestA]);
  });

  test('calls a roll-back a success where nobody waits', async () => {
    const { update, made, answering } = await setUp({ healthy: ({ digest }) => digest === digestA });
    const primaryContainer = containerOf(made, { image: imageOf(made, digestB) });
    const outputs = await update({ primaryContainer, waitForSteadyState: false });
    expect(JSON.stringify(outputs.primaryContainer)).toContain(digestA);
    expect(answering()).toEqual([digestA]);
  });

  test('is there, but in no state, when its first release never gets well', async () => {
    const runtime = createFakeRuntime({ healthy: () => false });
    const world = createAwsWorld({ runtime });
    await expect(applySetup(world, expressSetup, {}, before)).rejects.toThrow(
      /timeout while waiting for state to become 'ACTIVE, tfSTABLE'[\s\S]*aws ecs delete-express-gateway-service/,
    );
    expect(runtime.running().filter((name) => name.startsWith('orders-'))).toEqual([]);
    await expect(world.destroy('public-a')).rejects.toThrow('DependencyViolation');
  });

  test('refuses the name of such a service', async () => {
    const answers = { healthy: () => false };
    const runtime = createFakeRuntime(answers);
    const world = createAwsWorld({ runtime });
    let made: Made = {};
    const act: typeof pushImages = (given, done) => {
      pushImages(given, done);
      made = done;
    };
    await applySetup(world, expressSetup, {}, { step: 'service', act }).catch(() => {});
    const step = expressSetup.find(({ name }) => name === 'service');
    const right = typeof step?.inputs === 'function' ? step.inputs(made) : {};
    await expect(world.apply(type, 'service', right)).rejects.toThrow('[rule aws.ecs-express.stray:');
  });

  test('goes before its roles do, and keeps its subnets until then', async () => {
    const { world, runtime } = await setUp();
    await expect(world.destroy('public-a')).rejects.toThrow('DependencyViolation');
    await expect(world.destroy('cluster')).rejects.toThrow('ClusterContainsServicesException');
    await world.destroy('service');
    await world.destroy('cluster');
    await world.destroy('public-a-association');
    await world.destroy('public-a');
    expect(runtime.backends.size).toBe(0);
    expect(runtime.running()).toEqual(['orders']);
  });

  test('stays in DRAINING for ever when the policy of its infrastructure role goes first', async () => {
    const { world } = await setUp();
    await world.destroy('infrastructure-policy');
    const first = await world.destroy('service').then(String, (error: Error) => error.message);
    expect(first).toContain("last state: 'DRAINING', timeout: 20m0s");
    expect(first).toContain('[rule aws.ecs-express.draining:');
    await world.destroy('service');
    await expect(world.destroy('public-b')).rejects.toThrow('DependencyViolation');
  });
});
