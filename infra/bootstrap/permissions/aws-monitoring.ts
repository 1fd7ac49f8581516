import { type AwsPermission, own, read, reference, write } from './aws-permission';

// Route 53 measures in us-east-1 only, so that alarms and topics are there too, whatever the stack's region.
const alarms = ['arn:aws:cloudwatch:*:{account}:alarm:taproom-{stack}-*'];
/**
 * "Scoped to *", as CloudWatch wants it for composite alarms, which it asks for as this ARN: seen for DescribeAlarms, taken to be
 * so for PutCompositeAlarm. Source: https://github.com/aws-samples/amazon-cloudwatch-auto-alarms/issues/1
 */
const everyAlarm = ['arn:aws:cloudwatch:*:{account}:alarm:*'];
const dashboards = ['arn:aws:cloudwatch::{account}:dashboard/taproom-{stack}-*'];
const topics = ['arn:aws:sns:*:{account}:taproom-{stack}-*'];
const budgets = ['arn:aws:budgets::{account}:budget/taproom-{stack}-*'];
// Keys and health checks have no name: their ids are AWS's own.
const keys = ['arn:aws:kms:*:{account}:key/*'];
const healthChecks = ['arn:aws:route53:::healthcheck/*'];
const ofStack = (of: 'Request' | 'Resource') => ({
  [`aws:${of}Tag/stack`]: '{stack}',
  [`aws:${of}Tag/project`]: 'taproom',
});
const isTagged = { StringLike: ofStack('Resource') };
const metricFilters = own('logs', 'log-group:/ecs/', 'log-group:/aws/containerinsights/').flatMap((arn) => [
  arn,
  `${arn}:*`,
]);

const alarmGrants = [
  // Of composite alarms it tells only whoever may ask for all.
  // Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
  read(everyAlarm, ['cloudwatch:DescribeAlarms']),
  read(alarms, ['cloudwatch:ListTagsForResource']),
  write(alarms, [
    ...['cloudwatch:DeleteAlarms', 'cloudwatch:EnableAlarmActions', 'cloudwatch:DisableAlarmActions'],
    ...['cloudwatch:TagResource', 'cloudwatch:UntagResource'],
  ]),
];

export const awsMonitoringPermissions: Readonly<Record<string, AwsPermission>> = {
  'aws:cloudwatch/metricAlarm:MetricAlarm': {
    source: reference('amazoncloudwatch'),
    grants: [...alarmGrants, write(alarms, ['cloudwatch:PutMetricAlarm'])],
  },
  'aws:cloudwatch/compositeAlarm:CompositeAlarm': {
    source: reference('amazoncloudwatch'),
    grants: [
      ...alarmGrants,
      // CloudWatch refuses whoever may put only some of them: whom they tell is all that can be limited.
      // Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
      write(everyAlarm, ['cloudwatch:PutCompositeAlarm'], {
        'ForAllValues:StringLike': { 'cloudwatch:AlarmActions': topics },
      }),
    ],
  },
  'aws:cloudwatch/dashboard:Dashboard': {
    source: reference('amazoncloudwatch'),
    grants: [
      read(dashboards, ['cloudwatch:GetDashboard']),
      write(dashboards, ['cloudwatch:PutDashboard', 'cloudwatch:DeleteDashboards']),
    ],
  },
  'aws:cloudwatch/logMetricFilter:LogMetricFilter': {
    source: reference('amazoncloudwatchlogs'),
    grants: [
      read(metricFilters, ['logs:DescribeMetricFilters']),
      write(metricFilters, ['logs:PutMetricFilter', 'logs:DeleteMetricFilter']),
    ],
  },
  'aws:sns/topic:Topic': {
    source: reference('amazonsns'),
    grants: [
      read(topics, ['sns:GetTopicAttributes', 'sns:ListTagsForResource']),
      write(topics, [
        'sns:CreateTopic',
        'sns:DeleteTopic',
        'sns:SetTopicAttributes',
        'sns:TagResource',
        'sns:UntagResource',
      ]),
    ],
  },
  'aws:sns/topicPolicy:TopicPolicy': {
    source: reference('amazonsns'),
    grants: [read(topics, ['sns:GetTopicAttributes']), write(topics, ['sns:SetTopicAttributes'])],
  },
  'aws:sns/topicSubscription:TopicSubscription': {
    source: reference('amazonsns'),
    grants: [
      read(topics, ['sns:GetSubscriptionAttributes', 'sns:ListSubscriptionsByTopic']),
      write(topics, ['sns:Subscribe', 'sns:Unsubscribe', 'sns:SetSubscriptionAttributes']),
    ],
  },
  'aws:kms/key:Key': {
    source: reference('awskeymanagementservice'),
    grants: [
      read(keys, ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:ListResourceTags']),
      write(['*'], ['kms:CreateKey'], { StringLike: ofStack('Request') }),
      // A new key has no tags yet, so that a key of nobody's can be tagged too; one with other tags cannot, as the state's.
      // Source: https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html
      write(keys, ['kms:TagResource'], { StringLike: ofStack('Request'), StringLikeIfExists: ofStack('Resource') }),
      write(
        keys,
        [
          ...['kms:PutKeyPolicy', 'kms:EnableKeyRotation', 'kms:DisableKeyRotation', 'kms:UpdateKeyDescription'],
          ...['kms:ScheduleKeyDeletion', 'kms:TagResource', 'kms:UntagResource'],
        ],
        isTagged,
      ),
      // What a topic does with its key is done in the name of who subscribes.
      write(keys, ['kms:GenerateDataKey', 'kms:Decrypt'], {
        StringLike: { ...ofStack('Resource'), 'kms:ViaService': 'sns.*.amazonaws.com' },
      }),
    ],
  },
  'aws:route53/healthCheck:HealthCheck': {
    source: reference('amazonroute53'),
    grants: [
      read(healthChecks, ['route53:GetHealthCheck', 'route53:ListTagsForResource']),
      write(['*'], ['route53:CreateHealthCheck']),
      write(healthChecks, ['route53:UpdateHealthCheck', 'route53:DeleteHealthCheck', 'route53:ChangeTagsForResource']),
    ],
  },
  'aws:budgets/budget:Budget': {
    source: reference('awsbudgetservice'),
    grants: [
      read(budgets, ['budgets:ViewBudget', 'budgets:ListTagsForResource']),
      write(budgets, ['budgets:ModifyBudget', 'budgets:TagResource', 'budgets:UntagResource']),
    ],
  },
};
