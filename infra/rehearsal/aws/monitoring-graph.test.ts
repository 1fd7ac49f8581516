import { parseGraph } from '../graph/graph';
import { alarmMetricRules } from './cloudwatch-metric-rules';
import { snsRules } from './sns-rules';
import { cpu, keyPolicy, notificationOf, publishPolicy } from './testing/alarm-setup';

const region = 'eu-central-1';
const topicArn = `arn:aws:sns:${region}:123456789012:orders`;
const keyArn = `arn:aws:kms:${region}:123456789012:key/1`;
const made = { topic: { id: topicArn, arn: topicArn } };

type Node = { type: string; id?: string; inputs?: object; outputs?: object };
type Program = Readonly<Record<string, Node>>;

const alarm = {
  ...cpu,
  statistic: 'Average',
  period: 300,
  evaluationPeriods: 3,
  comparisonOperator: 'GreaterThanThreshold',
  threshold: 80,
  alarmActions: [topicArn],
};
const type = {
  alarm: 'aws:cloudwatch/metricAlarm:MetricAlarm',
  database: 'aws:rds/instance:Instance',
  topic: 'aws:sns/topic:Topic',
  policy: 'aws:sns/topicPolicy:TopicPolicy',
  key: 'aws:kms/key:Key',
  budget: 'aws:budgets/budget:Budget',
};

const program: Program = {
  alarm: { type: type.alarm, inputs: alarm, outputs: { region } },
  database: { type: type.database, outputs: { identifier: 'orders', region } },
  topic: { type: type.topic, inputs: { kmsMasterKeyId: keyArn }, outputs: { arn: topicArn } },
  policy: { type: type.policy, inputs: { arn: topicArn, policy: publishPolicy(made) } },
  key: { type: type.key, id: '1', outputs: { arn: keyArn, policy: keyPolicy } },
  budget: { type: type.budget, inputs: { notifications: [notificationOf(made)] } },
};

async function findingsOf(id: string, changes: Partial<Program>): Promise<string[]> {
  const rule = [...alarmMetricRules, ...snsRules].find((candidate) => candidate.id === id);
  if (rule?.stage !== 'graph') throw new Error(`there is no graph rule ${id}`);
  const resources = Object.entries({ ...program, ...changes }).flatMap(([name, node]) =>
    node === undefined
      ? []
      : [{ urn: `urn:pulumi:a::b::${node.type}::${name}`, custom: true, inputs: {}, outputs: {}, ...node }],
  );
  const findings = await rule.check(parseGraph({ deployment: { resources } }));
  return findings.map(({ message }) => message);
}

const alarmWith = (inputs: object): Partial<Program> => ({
  alarm: { type: type.alarm, inputs: { ...alarm, ...inputs }, outputs: { region } },
});

describe('over the whole program', () => {
  test.each(
    [...new Set([...alarmMetricRules, ...snsRules].filter(({ stage }) => stage === 'graph'))].map(({ id }) => id),
  )('%s accepts it as it is', async (id) => {
    expect(await findingsOf(id, {})).toEqual([]);
  });

  test.each<[string, string, Partial<Program>, string]>([
    [
      'aws.cloudwatch.metric-unknown',
      'a metric that RDS does not have',
      alarmWith({ metricName: 'CpuUtilisation' }),
      'AWS/RDS has no metric CpuUtilisation: metricName must be one of CPUUtilization',
    ],
    [
      'aws.cloudwatch.metric-unknown',
      'dimensions that no metric has together',
      alarmWith({ dimensions: { DBInstanceIdentifier: 'orders', Role: 'WRITER' } }),
      'dimensions must not be DBInstanceIdentifier, Role',
    ],
    [
      'aws.cloudwatch.metric-unknown',
      'a namespace that nothing writes to',
      alarmWith({ namespace: 'orders' }),
      'nothing in the stack sends CPUUtilization to the namespace orders',
    ],
    [
      'aws.cloudwatch.dimension-missing',
      'a database that does not exist',
      alarmWith({ dimensions: { DBInstanceIdentifier: 'other' } }),
      'the dimension DBInstanceIdentifier names other, which is not in eu-central-1: it has orders',
    ],
    [
      'aws.cloudwatch.dimension-missing',
      'a database in another region',
      { database: { type: type.database, outputs: { identifier: 'orders', region: 'us-east-1' } } },
      'it has none',
    ],
    ['aws.cloudwatch.threshold', 'a limit of 120 %', alarmWith({ threshold: 120 }), 'threshold must not be 120'],
    [
      'aws.cloudwatch.threshold',
      'a limit that is passed always',
      alarmWith({ comparisonOperator: 'GreaterThanOrEqualToThreshold', threshold: 0 }),
      'threshold 0 is passed by every measurement, or by none',
    ],
    [
      'aws.sns.publish',
      'a topic without a policy',
      { policy: undefined },
      'alarm would tell nobody: AccessDeniedException',
    ],
    [
      'aws.sns.publish',
      'a policy that leaves budgets out',
      {
        policy: {
          type: type.policy,
          inputs: { arn: topicArn, policy: publishPolicy(made, ['cloudwatch.amazonaws.com']) },
        },
      },
      'budget would tell nobody: AccessDeniedException: budgets.amazonaws.com is not authorized to perform: sns:Publish',
    ],
    [
      'aws.sns.publish',
      "a key of AWS's own",
      { topic: { type: type.topic, inputs: { kmsMasterKeyId: 'alias/aws/sns' }, outputs: { arn: topicArn } } },
      "the topic's kmsMasterKeyId must be a key of the account",
    ],
    [
      'aws.sns.publish',
      'a key of the account only',
      {
        key: {
          type: type.key,
          id: '1',
          outputs: { arn: keyArn, policy: JSON.stringify({ ...JSON.parse(keyPolicy), Statement: [] }) },
        },
      },
      'KMSAccessDenied: AccessDeniedException: cloudwatch.amazonaws.com is not authorized to perform: kms:GenerateDataKey',
    ],
  ])('%s refuses %s', async (id, _what, changes, message) => {
    expect((await findingsOf(id, changes)).join('\n')).toContain(message);
  });
});
