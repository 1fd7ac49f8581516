import { type Made, type Step, text } from './setup';

const account = '123456789012';
const publishers = ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'];
const Condition = { StringEquals: { 'aws:SourceAccount': account } };

/** Of a key that the publishers may use. */
export const keyPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' },
    {
      Effect: 'Allow',
      Principal: { Service: publishers },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Resource: '*',
      Condition,
    },
  ],
});

/** Lets these services publish to the topic. */
export function publishPolicy(made: Made, services: readonly string[] = publishers): string {
  const Principal = { Service: services };
  const Resource = text(made, 'topic', 'arn');
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sns:Publish', Resource, Condition }],
  });
}

const told = (made: Made) => ({ alarmActions: [text(made, 'topic', 'arn')], okActions: [text(made, 'topic', 'arn')] });
export const cpu = {
  namespace: 'AWS/RDS',
  metricName: 'CPUUtilization',
  dimensions: { DBInstanceIdentifier: 'orders' },
};

/** Alarms on a database, with an encrypted topic, an e-mail address and a budget. */
export const alarmSetup: readonly Step[] = [
  { token: 'aws:kms/key:Key', name: 'key', inputs: { policy: keyPolicy } },
  {
    token: 'aws:sns/topic:Topic',
    name: 'topic',
    inputs: (made) => ({ name: 'orders', kmsMasterKeyId: text(made, 'key', 'arn') }),
  },
  {
    token: 'aws:sns/topicPolicy:TopicPolicy',
    name: 'policy',
    inputs: (made) => ({ arn: text(made, 'topic', 'arn'), policy: publishPolicy(made) }),
  },
  {
    token: 'aws:sns/topicSubscription:TopicSubscription',
    name: 'email',
    inputs: (made) => ({ topic: text(made, 'topic', 'arn'), protocol: 'email', endpoint: 'on-call@example.org' }),
  },
  {
    token: 'aws:sns/topicSubscription:TopicSubscription',
    name: 'webhook',
    inputs: (made) => ({ topic: text(made, 'topic', 'arn'), protocol: 'https', endpoint: 'https://example.org/hook' }),
  },
  {
    token: 'aws:cloudwatch/metricAlarm:MetricAlarm',
    name: 'busy',
    inputs: (made) => ({
      name: 'orders-busy',
      alarmDescription: 'See docs/busy.md',
      ...cpu,
      statistic: 'Average',
      period: 300,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 80,
      ...told(made),
    }),
  },
  {
    token: 'aws:cloudwatch/metricAlarm:MetricAlarm',
    name: 'share',
    inputs: {
      name: 'orders-share',
      metricQueries: queriesOf(),
      evaluationPeriods: 1,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 0.5,
      treatMissingData: 'notBreaching',
    },
  },
  {
    token: 'aws:cloudwatch/compositeAlarm:CompositeAlarm',
    name: 'both',
    inputs: (made) => ({
      alarmName: 'orders-both',
      alarmRule: 'ALARM("orders-busy") AND ALARM("orders-share")',
      ...told(made),
    }),
  },
  {
    token: 'aws:budgets/budget:Budget',
    name: 'budget',
    inputs: (made) => ({
      name: 'orders',
      budgetType: 'COST',
      limitAmount: '100',
      limitUnit: 'USD',
      timeUnit: 'MONTHLY',
      notifications: [notificationOf(made)],
    }),
  },
];

export function queriesOf(expression = 'IF(m1 >= 10, m2 / m1, 0)', period = 300) {
  const query = (id: string, metricName: string) => ({
    id,
    metric: { ...cpu, metricName, stat: 'Sum', period },
  });
  return [
    { id: 'share', expression, returnData: true },
    query('m1', 'DatabaseConnections'),
    query('m2', 'DiskQueueDepth'),
  ];
}

export function notificationOf(made: Made) {
  return {
    comparisonOperator: 'GREATER_THAN',
    notificationType: 'ACTUAL',
    threshold: 80,
    thresholdType: 'PERCENTAGE',
    subscriberSnsTopicArns: [text(made, 'topic', 'arn')],
  };
}
