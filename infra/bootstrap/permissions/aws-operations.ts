import { type AwsPermission, own, read, reference, write } from './aws-permission';

const logGroups = [
  'arn:aws:logs:{region}:{account}:log-group:*taproom-{stack}-*',
  'arn:aws:logs:{region}:{account}:log-group:*taproom-{stack}-*:*',
];
const everyLogGroup = ['arn:aws:logs:{region}:{account}:log-group:*'];
const secrets = own('secretsmanager', 'secret:');
const schedules = own('scheduler', 'schedule/default/');

export const awsOperationPermissions: Readonly<Record<string, AwsPermission>> = {
  'aws:cloudwatch/logGroup:LogGroup': {
    source: reference('amazoncloudwatchlogs'),
    grants: [
      read(everyLogGroup, ['logs:DescribeLogGroups']),
      read(logGroups, ['logs:ListTagsForResource']),
      write(logGroups, [
        ...['logs:CreateLogGroup', 'logs:DeleteLogGroup', 'logs:PutRetentionPolicy', 'logs:DeleteRetentionPolicy'],
        ...['logs:TagResource', 'logs:UntagResource'],
      ]),
    ],
  },
  'aws:secretsmanager/secret:Secret': {
    source: reference('awssecretsmanager'),
    grants: [
      read(secrets, ['secretsmanager:DescribeSecret', 'secretsmanager:GetResourcePolicy']),
      write(secrets, [
        ...['secretsmanager:CreateSecret', 'secretsmanager:UpdateSecret', 'secretsmanager:DeleteSecret'],
        ...['secretsmanager:RestoreSecret', 'secretsmanager:TagResource', 'secretsmanager:UntagResource'],
      ]),
    ],
  },
  'aws:secretsmanager/secretVersion:SecretVersion': {
    source: reference('awssecretsmanager'),
    grants: [
      // The provider compares the value itself, so that looking for drift is reading secrets.
      read(secrets, ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret']),
      write(secrets, ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage']),
    ],
  },
  'aws:scheduler/schedule:Schedule': {
    source: reference('amazoneventbridgescheduler'),
    grants: [
      read(schedules, ['scheduler:GetSchedule']),
      write(schedules, ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule', 'scheduler:DeleteSchedule']),
    ],
  },
};
