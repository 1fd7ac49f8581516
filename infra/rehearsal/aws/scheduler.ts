import type { scheduler } from '@pulumi/aws';
import { resource } from '../declare';
import { applyRule, inputRule } from '../rules';
import { arn } from './declare';
import { refuseAccess, refuseAssumption } from './iam-authorize';

export const schedule = resource<scheduler.Schedule, scheduler.ScheduleArgs>({
  token: 'aws:scheduler/schedule:Schedule',
  naming: { maxLength: 64 },
  replaceOn: ['groupName', 'name', 'namePrefix'],
  defaults: { scheduleExpressionTimezone: 'UTC', state: 'ENABLED' },
  empty: ['namePrefix'],
  seconds: { create: 1, delete: 1 },
  id: ({ inputs }) => `${inputs.groupName ?? 'default'}/${inputs.name}`,
  outputs: ({ id, inputs, place }) => ({
    actionAfterCompletion: inputs.actionAfterCompletion ?? 'NONE',
    arn: arn('scheduler', place, `schedule/${id}`),
    groupName: inputs.groupName ?? 'default',
  }),
  unique: ({ inputs, place }) => `schedule ${inputs.groupName ?? 'default'}/${inputs.name} in ${place.region}`,
  exists: ({ inputs }) => `ConflictException: Schedule ${inputs.name} already exists.`,
});

const source = 'https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html';
const units = 'minutes?|hours?|days?';
const expressionPattern = new RegExp(
  `^(rate\\([1-9]\\d* (${units})\\)|cron\\(\\S+( \\S+){5}\\)|at\\(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\))$`,
);
const universalPattern = /^arn:aws[a-z-]*:scheduler:::aws-sdk:([a-z0-9]+):([a-z]\w*)$/;

const rules = [
  inputRule({
    id: 'aws.scheduler.schedule',
    refuses: 'A name, an expression, a flexible window or an input of a schedule that is none.',
    source,
    types: schedule,
    check: ({ inputs }) => {
      const { name = 'generated', scheduleExpression, flexibleTimeWindow, target } = inputs;
      const { mode, maximumWindowInMinutes: minutes } = flexibleTimeWindow;
      return [
        ...(/^[0-9a-zA-Z_.-]{1,64}$/.test(name)
          ? []
          : [`invalid value for name: must be 1 to 64 letters, digits and -_. (it has ${name.length} characters)`]),
        ...(expressionPattern.test(scheduleExpression)
          ? []
          : [
              `ValidationException: Invalid Schedule Expression ${scheduleExpression}. (scheduleExpression: rate(...), cron(...) or at(...))`,
            ]),
        ...(mode === 'OFF' || mode === 'FLEXIBLE'
          ? []
          : [`expected flexibleTimeWindow.mode to be one of ["OFF" "FLEXIBLE"], got ${mode}`]),
        ...((mode === 'FLEXIBLE') === (minutes !== undefined)
          ? []
          : [
              'ValidationException: maximumWindowInMinutes must be set exactly where flexibleTimeWindow.mode is FLEXIBLE',
            ]),
        ...(universalPattern.test(target.arn) && !isJson(target.input)
          ? ['ValidationException: target.input must be the JSON arguments of the action']
          : []),
      ];
    },
  }),
  applyRule({
    id: 'aws.scheduler.role',
    refuses: 'A role that EventBridge Scheduler may not take on.',
    source: 'https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html',
    types: schedule,
    check: async ({ inputs: { target }, cloud }) => {
      const refused = await refuseAssumption(cloud, { roleArn: target.roleArn, service: 'scheduler.amazonaws.com' });
      return (
        refused &&
        `ValidationException: The execution role you provide must allow AWS EventBridge Scheduler to assume the role. (target.roleArn): ${refused}`
      );
    },
  }),
  applyRule({
    id: 'aws.scheduler.action',
    refuses: 'A schedule whose role may not do what it shall: it would fail each time, unseen.',
    source: 'https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html',
    types: schedule,
    check: async ({ inputs: { target }, cloud, place }) => {
      const [, service, action = ''] = universalPattern.exec(target.arn) ?? [];
      const group = readLogGroup(target.input);
      // Of other actions it is not known here which resource they are about.
      if (service !== 'cloudwatchlogs' || group === undefined) return undefined;
      const request = {
        action: `logs:${action.charAt(0).toUpperCase()}${action.slice(1)}`,
        resource: `arn:aws:logs:${place.region}:${place.account}:log-group:${group}`,
      };
      // CloudWatch Logs takes policies for both forms of the ARN.
      const whole = { ...request, resource: `${request.resource}:log-stream:` };
      const denied = await refuseAccess(cloud, target.roleArn, whole);
      if (denied === undefined) return undefined;
      return (await refuseAccess(cloud, target.roleArn, request)) && `${denied} (target.roleArn)`;
    },
  }),
];

function isJson(text: string | undefined): boolean {
  return readJson(text) !== undefined;
}

function readJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '{}');
  } catch {
    return undefined;
  }
}

function readLogGroup(input: string | undefined): string | undefined {
  const parsed = readJson(input);
  const group =
    typeof parsed === 'object' && parsed !== null && 'LogGroupName' in parsed ? parsed.LogGroupName : undefined;
  return typeof group === 'string' ? group : undefined;
}

export const schedulerSimulation = { resources: [schedule], functions: [], rules };
