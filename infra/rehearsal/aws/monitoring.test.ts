import { declaredAlarms } from '../cloud/declared-alarms';
import { feed } from '../cloud/metrics';
import { passMinutes } from '../cloud/minutes';
import { confirmAll, notificationsOf } from '../cloud/notifications';
import type { World } from '../testing/world';
import { alarmSetup, cpu, notificationOf, queriesOf } from './testing/alarm-setup';
import { applySetup, createAwsWorld, testMutations } from './testing/setup';

describe('the rules of alarms and whom they tell', () => {
  testMutations(alarmSetup, [
    { rule: 'aws.cloudwatch.alarm-name', what: 'a long name', resource: 'busy', inputs: { name: 'a'.repeat(256) } },
    {
      rule: 'aws.cloudwatch.alarm-values',
      what: 'a comparison',
      resource: 'busy',
      inputs: { comparisonOperator: 'More' },
    },
    { rule: 'aws.cloudwatch.alarm-values', what: 'a statistic', resource: 'busy', inputs: { statistic: 'Median' } },
    {
      rule: 'aws.cloudwatch.alarm-values',
      what: 'missing data',
      resource: 'busy',
      inputs: { treatMissingData: 'bad' },
    },
    {
      rule: 'aws.cloudwatch.alarm-subject',
      what: 'two statistics',
      resource: 'busy',
      inputs: { extendedStatistic: 'p95' },
    },
    { rule: 'aws.cloudwatch.alarm-subject', what: 'no limit', resource: 'busy', inputs: { threshold: undefined } },
    { rule: 'aws.cloudwatch.alarm-subject', what: 'no metric', resource: 'busy', inputs: { metricName: undefined } },
    { rule: 'aws.cloudwatch.period', what: '90 seconds', resource: 'busy', inputs: { period: 90 } },
    { rule: 'aws.cloudwatch.period', what: '10 seconds of AWS', resource: 'busy', inputs: { period: 10 } },
    { rule: 'aws.cloudwatch.evaluation', what: 'more points', resource: 'busy', inputs: { datapointsToAlarm: 4 } },
    { rule: 'aws.cloudwatch.evaluation', what: 'two days', resource: 'busy', inputs: { evaluationPeriods: 576 } },
    {
      rule: 'aws.cloudwatch.math',
      what: 'an unknown metric',
      resource: 'share',
      inputs: { metricQueries: queriesOf('m1 + m3') },
    },
    {
      rule: 'aws.cloudwatch.math',
      what: 'an expression without an end',
      resource: 'share',
      inputs: { metricQueries: queriesOf('m1 +') },
    },
    {
      rule: 'aws.cloudwatch.math',
      what: 'no result',
      resource: 'share',
      inputs: { metricQueries: queriesOf().map((query) => ({ ...query, returnData: false })) },
    },
    {
      rule: 'aws.cloudwatch.route53-region',
      what: 'a health check from here',
      resource: 'busy',
      inputs: { namespace: 'AWS/Route53', metricName: 'HealthCheckStatus', dimensions: { HealthCheckId: 'a' } },
    },
    {
      rule: 'aws.cloudwatch.actions',
      what: 'a topic elsewhere',
      resource: 'busy',
      inputs: { alarmActions: ['arn:aws:sns:us-east-1:123456789012:orders'] },
    },
    { rule: 'aws.cloudwatch.actions', what: 'no ARN', resource: 'both', inputs: { okActions: ['orders'] } },
    {
      rule: 'aws.cloudwatch.action-missing',
      what: 'no such topic',
      resource: 'busy',
      inputs: { alarmActions: ['arn:aws:sns:eu-central-1:123456789012:other'] },
    },
    { rule: 'aws.cloudwatch.composite-rule', what: 'a broken rule', resource: 'both', inputs: { alarmRule: 'ALARM(' } },
    {
      rule: 'aws.cloudwatch.composite-rule',
      what: 'itself',
      resource: 'both',
      inputs: { alarmRule: 'ALARM("orders-both")' },
    },
    {
      rule: 'aws.cloudwatch.composite-parts',
      what: 'no such alarm',
      resource: 'both',
      inputs: { alarmRule: 'ALARM("orders-none")' },
    },
    { rule: 'aws.sns.topic-name', what: 'a space', resource: 'topic', inputs: { name: 'my orders' } },
    { rule: 'aws.sns.policy', what: 'no effect', resource: 'policy', inputs: { policy: '{"Statement":[{}]}' } },
    { rule: 'aws.sns.endpoint', what: 'plain http', resource: 'webhook', inputs: { endpoint: 'http://example.org' } },
    { rule: 'aws.sns.endpoint', what: 'no address', resource: 'email', inputs: { endpoint: 'on-call' } },
    { rule: 'aws.sns.endpoint', what: 'a pigeon', resource: 'email', inputs: { protocol: 'pigeon' } },
    {
      rule: 'aws.sns.topic-missing',
      what: 'another region',
      resource: 'email',
      inputs: { region: 'us-east-1' },
    },
    {
      rule: 'aws.sns.policy-topic-missing',
      what: 'no such topic',
      resource: 'policy',
      inputs: { arn: 'arn:aws:sns:eu-central-1:123456789012:other' },
    },
    { rule: 'aws.budgets.limit', what: 'nothing', resource: 'budget', inputs: { limitAmount: '0' } },
    { rule: 'aws.budgets.limit', what: 'euros', resource: 'budget', inputs: { limitUnit: 'EUR' } },
    {
      rule: 'aws.budgets.notification',
      what: 'nobody',
      resource: 'budget',
      inputs: (made) => ({ notifications: [{ ...notificationOf(made), subscriberSnsTopicArns: [] }] }),
    },
    {
      rule: 'aws.budgets.notification',
      what: 'a limit of 0 %',
      resource: 'budget',
      inputs: (made) => ({ notifications: [{ ...notificationOf(made), threshold: 0 }] }),
    },
    {
      rule: 'aws.budgets.topic-missing',
      what: 'no such topic',
      resource: 'budget',
      inputs: (made) => ({
        notifications: [
          { ...notificationOf(made), subscriberSnsTopicArns: ['arn:aws:sns:eu-central-1:123456789012:other'] },
        ],
      }),
    },
  ]);
});

describe('an alarm', () => {
  const receivers = ['on-call@example.org', 'https://example.org/hook'];
  let world: World;

  beforeEach(async () => {
    world = createAwsWorld();
    await applySetup(world, alarmSetup);
  });

  const cpuOf = (value: number) =>
    feed(
      world.cloud,
      {
        namespace: 'AWS/RDS',
        metric: 'CPUUtilization',
        labels: cpu.dimensions,
        place: { partition: 'aws', account: '123456789012', region: 'eu-central-1' },
      },
      value,
    );
  const busyFor = async (minutes: number, value: number) => {
    for (let minute = 0; minute < minutes; minute++) {
      cpuOf(value);
      await passMinutes(world.cloud, 1);
    }
  };
  const sent = () => notificationsOf(world.cloud).filter(({ about }) => about === 'orders-busy');

  test('tells of its begin and its end those who have confirmed, and once', async () => {
    expect(confirmAll(world.cloud)).toEqual(receivers);
    await busyFor(1, 10);
    // The first measurement ends the time without data, which is told too.
    expect(sent().map(({ to, state }) => [to, state])).toEqual(receivers.map((to) => [to, 'ok']));
    await busyFor(16, 90);
    expect(
      sent()
        .slice(2)
        .map(({ to, state }) => [to, state]),
    ).toEqual(receivers.map((to) => [to, 'alarm']));
    expect(sent()[2]?.text).toContain('docs/busy.md');
    await busyFor(16, 10);
    expect(
      sent()
        .slice(4)
        .map(({ to, state }) => [to, state]),
    ).toEqual(receivers.map((to) => [to, 'ok']));
  });

  test('tells nobody who has not confirmed', async () => {
    await busyFor(16, 90);
    expect(sent()).toEqual([]);
    expect(await world.refresh('email')).toMatchObject({ pendingConfirmation: true });
    confirmAll(world.cloud);
    expect(await world.refresh('email')).toMatchObject({ pendingConfirmation: false });
  });

  test('waits for all of its periods', async () => {
    confirmAll(world.cloud);
    await busyFor(9, 90);
    await busyFor(6, 10);
    expect(sent().filter(({ state }) => state === 'alarm')).toEqual([]);
  });

  test('knows measurements that make it ring and end, whatever it computes', async () => {
    confirmAll(world.cloud);
    const alarms = declaredAlarms(world.cloud);
    expect(alarms.map(({ name }) => name)).toEqual(['orders-busy', 'orders-both', 'orders']);
    for (const alarm of alarms) {
      for (const [health, state] of [
        ['bad', 'alarm'],
        ['good', 'ok'],
      ] as const) {
        for (let minute = 0; minute < alarm.minutesToChange && alarm.state() !== state; minute++) {
          alarm.feed(health);
          await passMinutes(world.cloud, 1);
        }
        expect([alarm.name, alarm.state()]).toEqual([alarm.name, state]);
      }
    }
    const told = notificationsOf(world.cloud).filter(({ to }) => to === receivers[0]);
    expect(told.map(({ about, state }) => `${about} ${state}`)).toEqual(
      expect.arrayContaining(['orders-both alarm', 'orders-both ok', 'orders alarm']),
    );
  });
});
