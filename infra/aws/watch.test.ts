import { alarms } from '../alarms';
import { deployUnderMocks, providerConfig } from '../testing/deploy-under-mocks';
import type { MockedResource } from '../testing/mock-clouds';
import { awsNameLimits } from './names';

const alerts = { enabled: true, email: 'alerts@example.com', webhook: 'https://example.com/hook', monthlyBudget: 250 };
const deploy = (config: Record<string, unknown> = {}) =>
  deployUnderMocks({
    config: {
      ...providerConfig,
      'taproom:targets': ['ecs-fargate'],
      'taproom:alerts': alerts,
      ...config,
    },
  });
const ofType = (resources: readonly MockedResource[], type: string) =>
  resources.filter((resource) => resource.type.endsWith(`:${type}`));
const alarmsOf = (resources: readonly MockedResource[]) => [
  ...ofType(resources, 'MetricAlarm'),
  ...ofType(resources, 'CompositeAlarm'),
];
const telling = (resources: readonly MockedResource[]) =>
  alarmsOf(resources).filter(({ inputs }) => inputs.alarmActions !== undefined);

describe('alarms on AWS', () => {
  test.each(['app-runner', 'ecs-fargate', 'ecs-express', 'eks'])('cover every kind for %s', async (target) => {
    const { resources } = await deploy({ 'taproom:targets': [target] });
    const told = telling(resources).map(({ inputs }) => String(inputs.alarmDescription));
    const kinds = Object.keys(alarms).filter((kind) => kind !== 'cost');
    for (const kind of kinds) expect(told.filter((text) => text.endsWith(`docs/runbooks/${kind}.md`))).toHaveLength(1);
    expect(told).toHaveLength(kinds.length);
    expect(ofType(resources, 'Budget')).toHaveLength(1);
  });

  test('tell when they begin and end, in the region of their metrics', async () => {
    const { resources } = await deploy({ 'aws:region': 'eu-central-1' });
    for (const { inputs } of telling(resources)) {
      const isRoute53 = inputs.namespace === 'AWS/Route53';
      const region = isRoute53 ? 'us-east-1' : 'eu-central-1';
      const topic = `arn:aws:sns:${region}:123456789012:taproom-dev-alerts${isRoute53 ? '-us-east-1' : ''}`;
      expect(inputs).toMatchObject({ region, alarmActions: [topic], okActions: [topic] });
    }
    expect(ofType(resources, 'Topic')).toHaveLength(2);
    expect(ofType(resources, 'TopicSubscription')).toHaveLength(4);
  });

  test('have one topic where everything is in us-east-1', async () => {
    const { resources } = await deploy({ 'aws:region': 'us-east-1' });
    expect(ofType(resources, 'Topic')).toHaveLength(1);
  });

  test('have names that CloudWatch takes', async () => {
    const { resources } = await deploy({ 'taproom:targets': ['app-runner', 'ecs-fargate', 'ecs-express', 'eks'] });
    const names = alarmsOf(resources).map(({ inputs }) => String(inputs.name ?? inputs.alarmName));
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name.length).toBeLessThanOrEqual(awsNameLimits.alarm);
  });

  test('say who must confirm, and from where', async () => {
    const { outputs } = await deploy({ 'aws:region': 'eu-central-1' });
    expect(outputs.warnings).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^aws: alerts@example\.com hears of no alarm .* from eu-central-1 and us-east-1$/),
        expect.stringMatching(/^aws: taproom:alerts\.webhook hears of no alarm .*SubscribeURL/),
      ]),
    );
    expect(outputs.dashboards).toEqual({
      aws: 'https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/taproom-dev-service',
    });
  });

  test('keep the webhook a secret', async () => {
    const { resources, outputs } = await deploy();
    const plain = JSON.stringify(
      resources.map(({ inputs }) => inputs),
      (_, value) => (value?.constructor?.name === 'Secret' ? '[secret]' : value),
    );
    expect(plain).toContain('[secret]');
    expect(plain + JSON.stringify(outputs.warnings)).not.toContain('example.com/hook');
  });

  test('know the connections of each size', async () => {
    const threshold = async (database: object) => {
      const { resources } = await deploy({ 'taproom:database': database });
      return ofType(resources, 'MetricAlarm').find(({ inputs }) => inputs.metricName === 'DatabaseConnections')?.inputs;
    };
    expect(await threshold({ size: 'small' })).toMatchObject({
      threshold: 64,
      dimensions: { DBInstanceIdentifier: 'taproom-dev-postgres' },
    });
    expect(await threshold({ engine: 'aurora', size: 'large' })).toMatchObject({
      threshold: 2_640,
      dimensions: { DBClusterIdentifier: 'taproom-dev-postgres' },
    });
  });

  test('watch both nodes of a cache with a standby, and none where there is none', async () => {
    const cacheAlarms = async (config: object) => {
      const { resources } = await deploy({ ...config });
      return ofType(resources, 'MetricAlarm').filter(({ name }) => name.startsWith('cache-'));
    };
    const [memory] = await cacheAlarms({ 'taproom:database': { highAvailability: true } });
    expect(JSON.stringify(memory?.inputs.metricQueries)).toContain('taproom-dev-redis-002');
    expect(await cacheAlarms({ 'taproom:cache': 'none' })).toEqual([]);
  });

  test('do not complain of a service that never scales, and say so', async () => {
    const { resources, outputs } = await deploy({ 'taproom:service': { minInstances: 2, maxInstances: 2 } });
    expect(telling(resources).map(({ name }) => name)).not.toContain('ecs-fargate-instances');
    expect(outputs.warnings).toEqual(expect.arrayContaining([expect.stringContaining('instances at their maximum')]));
  });

  test('make nothing at all unless they are asked for', async () => {
    const { resources, outputs } = await deploy({
      'taproom:targets': ['ecs-express', 'eks'],
      'taproom:alerts': { enabled: false },
    });
    const types = ['MetricAlarm', 'Topic', 'Dashboard', 'Budget', 'LogMetricFilter', 'HealthCheck'];
    expect(types.flatMap((type) => ofType(resources, type))).toEqual([]);
    expect(outputs.dashboards).toEqual({});
  });
});
