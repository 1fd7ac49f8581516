import { trust } from './testing/app-runner-setup';
import { type Step, testMutations, text } from './testing/setup';

const group = 'arn:aws:logs:eu-central-1:123456789012:log-group:orders:*';
const allow = (action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: group }] });

const steps: readonly Step[] = [
  {
    token: 'aws:iam/role:Role',
    name: 'role',
    inputs: { name: 'logs', assumeRolePolicy: trust('scheduler.amazonaws.com') },
  },
  {
    token: 'aws:iam/rolePolicy:RolePolicy',
    name: 'policy',
    inputs: { role: 'logs', policy: allow('logs:PutRetentionPolicy') },
  },
  {
    token: 'aws:scheduler/schedule:Schedule',
    name: 'schedule',
    inputs: (made) => ({
      scheduleExpression: 'rate(1 day)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: targetOf(text(made, 'role', 'arn')),
    }),
  },
];

const targetOf = (roleArn: string) => ({
  arn: 'arn:aws:scheduler:::aws-sdk:cloudwatchlogs:putRetentionPolicy',
  roleArn,
  input: JSON.stringify({ LogGroupName: 'orders', RetentionInDays: 30 }),
});

describe('the rules of aws.scheduler', () => {
  testMutations(steps, [
    {
      rule: 'aws.scheduler.schedule',
      what: 'a daily word',
      resource: 'schedule',
      inputs: { scheduleExpression: 'daily' },
    },
    { rule: 'aws.scheduler.schedule', what: 'too long a name', resource: 'schedule', inputs: { name: 'a'.repeat(65) } },
    {
      rule: 'aws.scheduler.schedule',
      what: 'a window without length',
      resource: 'schedule',
      inputs: { flexibleTimeWindow: { mode: 'FLEXIBLE' } },
    },
    {
      rule: 'aws.scheduler.schedule',
      what: 'arguments that are no JSON',
      resource: 'schedule',
      inputs: (made) => ({ target: { ...targetOf(text(made, 'role', 'arn')), input: 'orders' } }),
    },
    {
      rule: 'aws.scheduler.role',
      what: 'a role of another service',
      resource: 'schedule',
      of: 'role',
      inputs: { assumeRolePolicy: trust('lambda.amazonaws.com') },
    },
    {
      rule: 'aws.scheduler.action',
      what: 'a role that may do something else',
      resource: 'schedule',
      of: 'policy',
      inputs: { policy: allow('logs:DeleteLogGroup') },
    },
  ]);
});
