import type { cloudwatch } from '@pulumi/aws';
import type { Cloud, Entity } from '../cloud/cloud';
import { addAlarmSource } from '../cloud/declared-alarms';
import { onEachMinute } from '../cloud/minutes';
import { resource } from '../declare';
import { parseAlarmRule } from './alarm-rule-expression';
import { type AlarmState, evaluate, setState, stateOf } from './alarm-state';
import { arn } from './declare';
import { listDeclaredAlarms } from './declared-aws-alarms';
import { publish } from './sns-publish';

export const metricAlarm = resource<cloudwatch.MetricAlarm, cloudwatch.MetricAlarmArgs>({
  token: 'aws:cloudwatch/metricAlarm:MetricAlarm',
  naming: { maxLength: 255 },
  replaceOn: ['name'],
  defaults: { actionsEnabled: true, treatMissingData: 'missing' },
  unordered: ['alarmActions', 'okActions', 'insufficientDataActions'],
  empty: ['evaluateLowSampleCountPercentiles'],
  seconds: { create: 1, update: 1, delete: 1 },
  id: ({ inputs }) => inputs.name ?? '',
  outputs: ({ id, place }) => ({ arn: arn('cloudwatch', place, `alarm:${id}`) }),
  unique: ({ inputs, place }) => `alarm ${inputs.name} in ${place.region}`,
  create: ({ cloud }) => watch(cloud),
});

export const compositeAlarm = resource<cloudwatch.CompositeAlarm, cloudwatch.CompositeAlarmArgs>({
  token: 'aws:cloudwatch/compositeAlarm:CompositeAlarm',
  replaceOn: ['alarmName', 'actionsEnabled'],
  defaults: { actionsEnabled: true },
  unordered: ['alarmActions', 'okActions', 'insufficientDataActions'],
  seconds: { create: 1, update: 1, delete: 1 },
  id: ({ inputs }) => inputs.alarmName,
  outputs: ({ id, place }) => ({ arn: arn('cloudwatch', place, `alarm:${id}`) }),
  unique: ({ inputs, place }) => `alarm ${inputs.alarmName} in ${place.region}`,
  create: ({ cloud }) => watch(cloud),
});

/** From the first alarm on, the cloud looks at all of them each minute. */
function watch(cloud: Cloud): void {
  onEachMinute(cloud, 'aws 2: alarms', evaluateAlarms);
  addAlarmSource(cloud, 'aws alarms', listDeclaredAlarms);
}

type Alarm = Entity<
  {
    alarmDescription?: string;
    actionsEnabled?: boolean;
    alarmActions?: readonly unknown[];
    okActions?: readonly unknown[];
  },
  { arn: string }
>;

async function evaluateAlarms(cloud: Cloud): Promise<void> {
  for (const alarm of cloud.list(metricAlarm)) {
    const { inputs, place, outputs } = alarm;
    await move(cloud, alarm, evaluate(cloud, inputs, place, stateOf(cloud, outputs.arn)));
  }
  for (const alarm of cloud.list(compositeAlarm)) {
    const rule = parseAlarmRule(alarm.inputs.alarmRule);
    const isTrue = rule.isTrue((name) => stateOf(cloud, arn('cloudwatch', alarm.place, `alarm:${name}`)));
    await move(cloud, alarm, isTrue ? 'ALARM' : 'OK');
  }
}

/** A change of state is told; staying in one is not. The first OK of a new alarm is a change that AWS tells too. */
async function move(cloud: Cloud, alarm: Alarm, state: AlarmState): Promise<void> {
  const { inputs, outputs, id } = alarm;
  if (!setState(cloud, outputs.arn, state) || inputs.actionsEnabled === false || state === 'INSUFFICIENT_DATA') return;
  const actions = state === 'ALARM' ? inputs.alarmActions : inputs.okActions;
  for (const topicArn of actions ?? []) {
    await publish(cloud, {
      service: 'cloudwatch.amazonaws.com',
      topicArn: String(topicArn),
      message: {
        about: id,
        state: state === 'ALARM' ? 'alarm' : 'ok',
        text: `${id} is ${state}. ${inputs.alarmDescription ?? ''}`,
      },
    });
  }
}
