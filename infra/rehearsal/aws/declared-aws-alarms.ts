import type { Cloud, Entity } from '../cloud/cloud';
import type { DeclaredAlarm } from '../cloud/declared-alarms';
import { feed } from '../cloud/metrics';
import { compositeHandle, metricAlarmHandle } from './alarm-handles';
import { type AlarmArgs, conditionOf } from './alarm-metrics';
import { parseAlarmRule } from './alarm-rule-expression';
import { stateOf } from './alarm-state';
import { findMeasurements, type Measurement } from './measurements';
import { receiversOf } from './sns';

/** Those that tell somebody; the parts of composite alarms tell nobody. */
export function listDeclaredAlarms(cloud: Cloud): DeclaredAlarm[] {
  const single = cloud
    .list(metricAlarmHandle)
    .filter(({ inputs }) => (inputs.alarmActions ?? []).length > 0)
    .map((alarm) => declare(cloud, alarm, [alarm]));
  const composite = cloud
    .list(compositeHandle)
    .filter(({ inputs }) => (inputs.alarmActions ?? []).length > 0)
    .map((alarm) => {
      const { names } = parseAlarmRule(alarm.inputs.alarmRule);
      const parts = cloud
        .list(metricAlarmHandle)
        .filter(({ id, place }) => names.includes(id) && place.region === alarm.place.region);
      return declare(cloud, alarm, parts);
    });
  return [...single, ...composite];
}

type Told = Entity<{ alarmDescription?: string; alarmActions?: readonly unknown[] }, { arn: string }>;
type Part = Entity<AlarmArgs, { arn: string }>;

const words = { ALARM: 'alarm', OK: 'ok', INSUFFICIENT_DATA: 'insufficient data' } as const;

function declare(cloud: Cloud, alarm: Told, parts: readonly Part[]): DeclaredAlarm {
  const conditions = parts.map(({ inputs, place }) => ({ inputs, condition: conditionOf(inputs, place) }));
  const known = new Map<'bad' | 'good', Measurement[]>();
  const seconds = conditions.map(({ inputs, condition }) => (inputs.evaluationPeriods ?? 1) * condition.periodSeconds);
  return {
    name: alarm.id,
    cloudName: `aws, ${alarm.place.region}`,
    text: alarm.inputs.alarmDescription ?? '',
    state: () => words[stateOf(cloud, alarm.outputs.arn)],
    feed: (health) => {
      const measurements = known.get(health) ?? findMeasurements(conditions, health);
      known.set(health, measurements);
      // Within the minute that follows, as what the cloud measures by itself.
      const atMs = cloud.clock.now() + 30_000;
      for (const { series, values } of measurements) feed(cloud, series, values, atMs);
    },
    minutesToChange: Math.ceil(Math.max(60, ...seconds) / 60) + 1,
    receivers: () => (alarm.inputs.alarmActions ?? []).flatMap((topicArn) => receiversOf(cloud, String(topicArn))),
    tellsRecovery: true,
  };
}
