import { trust } from './testing/app-runner-setup';
import { containersOf, ecsSetup, pushEcsImages, shiftedBalancers } from './testing/ecs-setup';
import { createFakeRuntime } from './testing/fake-runtime';
import { applySetup, createAwsWorld, type Made, type Mutation, type Step, testMutations, text } from './testing/setup';

const before = { step: 'service', act: pushEcsImages };

function wrong(rule: string, what: string, inputs: Mutation['inputs'], of?: string): Mutation {
  return { rule, what, resource: 'service', ...(inputs && { inputs }), ...(of && { of }) };
}

const without = (rule: string, what: string, left: string | readonly string[]): Mutation => ({
  rule,
  what,
  resource: 'service',
  without: left,
});

const container = (changes: Record<string, unknown>) => (made: Made) => ({
  containerDefinitions: containersOf(made, changes),
});

const network = (changes: Record<string, unknown>) => (made: Made) => ({
  networkConfiguration: {
    subnets: [text(made, 'private-a'), text(made, 'private-b')],
    securityGroups: [text(made, 'service-group')],
    ...changes,
  },
});

const balancer = (changes: Record<string, unknown>) => (made: Made) => ({
  loadBalancers: [{ targetGroupArn: text(made, 'blue'), containerName: 'orders', containerPort: 8_080, ...changes }],
});

const shifted =
  (
    changes: Record<string, unknown> = {},
    deploymentConfiguration: Record<string, unknown> = { strategy: 'BLUE_GREEN' },
  ) =>
  (made: Made) => {
    const [own] = shiftedBalancers(made);
    const advancedConfiguration = { ...Object(own?.advancedConfiguration), ...changes };
    return { deploymentConfiguration, loadBalancers: [{ ...own, advancedConfiguration }] };
  };

const elsewhere: readonly Step[] = [
  { token: 'aws:ec2/vpc:Vpc', name: 'elsewhere', inputs: { cidrBlock: '10.1.0.0/16' } },
  {
    token: 'aws:ec2/securityGroup:SecurityGroup',
    name: 'stranger',
    inputs: (made) => ({ vpcId: text(made, 'elsewhere'), description: 'stranger' }),
  },
];

const steps = [...elsewhere, ...ecsSetup];

describe('the rules of a service', () => {
  testMutations(
    steps,
    [
      wrong('aws.ecs.service-name', 'a name with a dot', { name: 'orders.web' }),
      wrong('aws.ecs.launch-type', 'one beside a strategy', { launchType: 'FARGATE' }),
      wrong('aws.ecs.launch-type', 'one that does not exist', {
        launchType: 'fargate',
        capacityProviderStrategies: undefined,
      }),
      wrong('aws.ecs.launch-type', 'a strategy with two bases', {
        capacityProviderStrategies: ['FARGATE', 'FARGATE_SPOT'].map((capacityProvider) => ({
          capacityProvider,
          base: 1,
          weight: 1,
        })),
      }),
      wrong('aws.ecs.desired-count', 'no room at all', { deploymentMaximumPercent: 100 }),
      wrong('aws.ecs.desired-count', 'no room for a whole task', { deploymentMaximumPercent: 140 }),
      wrong('aws.ecs.grace-period', 'one without a load balancer', { loadBalancers: undefined }),
      wrong('aws.ecs.network-limits', 'six groups', (made) =>
        network({ securityGroups: Array.from({ length: 6 }, () => text(made, 'service-group')) })(made),
      ),
      wrong('aws.ecs.not-simulated', 'a controller of another service', {
        deploymentController: { type: 'CODE_DEPLOY' },
      }),
      wrong('aws.ecs.strategy', 'a strategy that does not exist', { deploymentConfiguration: { strategy: 'BLUE' } }),
      wrong(
        'aws.ecs.strategy',
        'a bake time of two days',
        shifted({}, { strategy: 'BLUE_GREEN', bakeTimeInMinutes: '2880' }),
      ),
      wrong(
        'aws.ecs.strategy',
        'a share of no request',
        shifted({}, { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 0 } }),
      ),
      wrong('aws.ecs.advanced-configuration', 'a strategy without a second group', {
        deploymentConfiguration: { strategy: 'CANARY' },
      }),
      wrong('aws.ecs.advanced-configuration', 'the same group twice', (made) =>
        shifted({ alternateTargetGroupArn: text(made, 'blue') })(made),
      ),
      wrong('aws.ecs.production-rule', 'a listener', (made) =>
        shifted({ productionListenerRule: text(made, 'listener') })(made),
      ),
      wrong('aws.ecs.infrastructure-role', 'a role of the tasks', (made) =>
        shifted({ roleArn: text(made, 'task-role', 'arn') })(made),
      ),
      {
        ...wrong('aws.ecs.infrastructure-access', 'a role without a policy', shifted()),
        without: 'infrastructure-policy',
      },
      wrong('aws.ecs.service-cluster', 'a cluster that does not exist', { cluster: 'default' }),
      wrong(
        'aws.ecs.capacity-provider',
        'one that the cluster does not have',
        { capacityProviders: ['FARGATE_SPOT'], defaultCapacityProviderStrategies: undefined },
        'capacity',
      ),
      wrong('aws.ecs.task-definition', 'a revision that does not exist', { taskDefinition: 'orders:7' }),
      wrong(
        'aws.ecs.task-definition',
        'a definition for machines of EC2',
        { requiresCompatibilities: ['EC2'] },
        'definition',
      ),
      wrong('aws.ecs.network', 'no network', { networkConfiguration: undefined }),
      wrong('aws.ecs.network', 'a subnet that does not exist', network({ subnets: ['subnet-0'] })),
      wrong('aws.ecs.network', 'a group of another VPC', (made) =>
        network({ securityGroups: [text(made, 'stranger')] })(made),
      ),
      wrong('aws.ecs.load-balancer-container', 'a container of another name', balancer({ containerName: 'web' })),
      wrong('aws.ecs.load-balancer-container', 'a port that is not mapped', balancer({ containerPort: 80 })),
      wrong(
        'aws.ecs.target-group',
        'one that does not exist',
        balancer({ targetGroupArn: 'arn:aws:elasticloadbalancing:x' }),
      ),
      without('aws.ecs.target-group', 'one without a load balancer', ['rule', 'policy']),
      wrong(
        'aws.ecs.task-role',
        'a role that Lambda takes on',
        { assumeRolePolicy: trust('lambda.amazonaws.com') },
        'task-role',
      ),
      wrong(
        'aws.ecs.task-role',
        'an execution role of the infrastructure',
        { assumeRolePolicy: trust('ecs.amazonaws.com') },
        'execution-role',
      ),
      ...['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager'].map((name) =>
        without('aws.ecs.task-path', `no endpoint of ${name}`, name),
      ),
      without('aws.ecs.task-path', 'no way to S3', ['s3', 'to-s3']),
      without('aws.ecs.task-path', 'no rule that lets tasks out to S3', 'to-s3'),
      without('aws.ecs.task-path', 'no rule that lets tasks out to the endpoints', 'to-endpoints'),
      without('aws.ecs.task-path', 'endpoints that let nobody in', 'endpoint-ingress'),
      wrong('aws.ecs.task-path', 'an endpoint without private names', { privateDnsEnabled: false }, 'secretsmanager'),
      wrong(
        'aws.ecs.task-path',
        'an endpoint of S3 in another table',
        (made) => ({ routeTableIds: [text(made, 'public-routes')] }),
        's3',
      ),
      wrong(
        'aws.ecs.image-missing',
        'a digest that was never pushed',
        (made) => container({ image: `${text(made, 'images', 'repositoryUrl')}@sha256:${'c'.repeat(64)}` })(made),
        'definition',
      ),
      wrong('aws.ecs.image-platform', 'a task on ARM', { runtimePlatform: { cpuArchitecture: 'ARM64' } }, 'definition'),
      without('aws.ecs.image-pull', 'a role without a policy', 'pull-policy'),
      without('aws.ecs.secret-read', 'a role without a policy', 'secret-policy'),
      wrong(
        'aws.ecs.secret-missing',
        'a key that is not in the secret',
        (made) =>
          container({ secrets: [{ name: 'PASSWORD', valueFrom: `${text(made, 'secret', 'arn')}:PASSWORT::` }] })(made),
        'definition',
      ),
      wrong(
        'aws.ecs.secret-missing',
        'a version that does not exist',
        (made) =>
          container({ secrets: [{ name: 'PASSWORD', valueFrom: `${text(made, 'secret', 'arn')}:::nine` }] })(made),
        'definition',
      ),
      wrong(
        'aws.ecs.log-group-missing',
        'a group that nobody made',
        container({
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': '/ecs/other',
              'awslogs-region': 'eu-central-1',
              'awslogs-stream-prefix': 'orders',
            },
          },
        }),
        'definition',
      ),
      without('aws.ecs.log-write', 'a role without a policy', 'log-policy'),
      { rule: 'aws.ecs.cluster-name', what: 'a name with a dot', resource: 'cluster', inputs: { name: 'orders.web' } },
      {
        rule: 'aws.ecs.cluster-setting',
        what: 'a setting that does not exist',
        resource: 'cluster',
        inputs: { settings: [{ name: 'insights', value: 'enabled' }] },
      },
      {
        rule: 'aws.ecs.default-capacity',
        what: 'a provider that the cluster does not have',
        resource: 'capacity',
        inputs: { capacityProviders: ['FARGATE_SPOT'] },
      },
      {
        rule: 'aws.ecs.cluster-missing',
        what: 'a cluster that does not exist',
        resource: 'capacity',
        inputs: { clusterName: 'default' },
      },
    ],
    () => ({ runtime: createFakeRuntime(), before }),
  );

  test('aws.ecs.target-group refuses one in another VPC', async () => {
    const world = createAwsWorld({ runtime: createFakeRuntime() });
    const moved = steps.map((step): Step => {
      if (step.name !== 'service' || typeof step.inputs !== 'function') return step;
      const { inputs } = step;
      return {
        ...step,
        inputs: (made) => ({
          ...inputs(made),
          networkConfiguration: { subnets: [text(made, 'far')], securityGroups: [text(made, 'stranger')] },
        }),
      };
    });
    const far: Step = {
      token: 'aws:ec2/subnet:Subnet',
      name: 'far',
      inputs: (made) => ({ vpcId: text(made, 'elsewhere'), cidrBlock: '10.1.0.0/24' }),
    };
    await expect(applySetup(world, [...elsewhere, far, ...moved.slice(elsewhere.length)], {}, before)).rejects.toThrow(
      '[rule aws.ecs.target-group:',
    );
  });

  test('aws.ecs.capacity-change refuses another strategy without a new deployment', async () => {
    const world = createAwsWorld({ runtime: createFakeRuntime() });
    const made = await applySetup(world, ecsSetup, {}, before);
    const step = ecsSetup.find(({ name }) => name === 'service');
    const right = typeof step?.inputs === 'function' ? step.inputs(made) : {};
    const spot = { ...right, capacityProviderStrategies: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] };
    await expect(world.apply('aws:ecs/service:Service', 'service', spot)).rejects.toThrow(
      '[rule aws.ecs.capacity-change:',
    );
    await world.apply('aws:ecs/service:Service', 'service', { ...spot, forceNewDeployment: true });
  });

  test('takes a public subnet with a public address, or a NAT gateway, for a way', async () => {
    const endpoints = ['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 's3', 'to-s3', 'to-endpoints'];
    const out: Step = {
      token: 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule',
      name: 'out',
      inputs: (made) => ({ securityGroupId: text(made, 'service-group'), cidrIpv4: '0.0.0.0/0', ipProtocol: '-1' }),
    };
    const open = ecsSetup.flatMap((step) => (step.name === 'cluster' ? [out, step] : [step]));
    const place = (assignPublicIp: boolean) => (made: Made) =>
      network({ subnets: [text(made, 'public-a'), text(made, 'public-b')], assignPublicIp })(made);
    const apply = (assignPublicIp: boolean) =>
      applySetup(
        createAwsWorld({ runtime: createFakeRuntime() }),
        open,
        { resource: 'service', inputs: place(assignPublicIp), without: endpoints },
        before,
      );
    await apply(true);
    await expect(apply(false)).rejects.toThrow('[rule aws.ecs.task-path:');
  });

  test('takes a load balancer that does not get through for one whose targets are unhealthy', async () => {
    const world = createAwsWorld({ runtime: createFakeRuntime() });
    await expect(applySetup(world, ecsSetup, { without: 'balancer-ingress' }, before)).rejects.toThrow(
      'Request timed out',
    );
  });
});

describe('the rules of scaling', () => {
  const target = (what: string, rule: string, inputs: Mutation['inputs']): Mutation => ({
    rule,
    what,
    resource: 'scaling',
    ...(inputs && { inputs }),
  });
  const tracking = (changes: Record<string, unknown>, metric: Record<string, unknown>) => ({
    targetTrackingScalingPolicyConfiguration: {
      targetValue: 50,
      predefinedMetricSpecification: { predefinedMetricType: 'ECSServiceAverageCPUUtilization', ...metric },
      ...changes,
    },
  });
  testMutations(
    ecsSetup,
    [
      target('fewer at most than at least', 'aws.autoscaling.capacity', { maxCapacity: 1 }),
      target('another dimension', 'aws.autoscaling.dimension', { scalableDimension: 'ecs:service:Count' }),
      target('an ARN', 'aws.autoscaling.dimension', (made) => ({ resourceId: text(made, 'service', 'arn') })),
      target('a service that does not exist', 'aws.autoscaling.resource-missing', { resourceId: 'service/orders/web' }),
      {
        rule: 'aws.autoscaling.target-missing',
        what: 'what was not registered',
        resource: 'policy',
        inputs: { resourceId: 'service/orders/web' },
      },
      {
        rule: 'aws.autoscaling.metric',
        what: 'a metric of another name',
        resource: 'policy',
        inputs: tracking({}, { predefinedMetricType: 'CPU' }),
      },
      {
        rule: 'aws.autoscaling.metric',
        what: 'no value',
        resource: 'policy',
        inputs: tracking({ targetValue: 0 }, {}),
      },
      {
        rule: 'aws.autoscaling.label',
        what: 'a group that is not behind the load balancer',
        resource: 'policy',
        inputs: (made) =>
          tracking(
            {},
            {
              predefinedMetricType: 'ALBRequestCountPerTarget',
              resourceLabel: `${text(made, 'balancer', 'arnSuffix')}/targetgroup/other/0123456789abcdef`,
            },
          ),
      },
    ],
    () => ({ runtime: createFakeRuntime(), before }),
  );
});
