import { type Cloud, type Place, table } from '../cloud/cloud';
import { type AlarmArgs, conditionOf, isBreaching, valueAt } from './alarm-metrics';

export type AlarmState = 'ALARM' | 'OK' | 'INSUFFICIENT_DATA';

/** By ARN. An alarm begins without data. */
const states = table<AlarmState>('states of aws alarms');

export function stateOf(cloud: Cloud, arn: string): AlarmState {
  return cloud.table(states).get(arn) ?? 'INSUFFICIENT_DATA';
}

/** Gives whether it is another one than before. */
export function setState(cloud: Cloud, arn: string, state: AlarmState): boolean {
  const isNew = stateOf(cloud, arn) !== state;
  cloud.table(states).set(arn, state);
  return isNew;
}

/**
 * The state that the last periods give. What missing data means is the alarm's own choice. Source:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-and-missing-data
 */
export function evaluate(cloud: Cloud, inputs: AlarmArgs, place: Place, before: AlarmState): AlarmState {
  const { evaluationPeriods = 1, treatMissingData = 'missing' } = inputs;
  const needed = inputs.datapointsToAlarm ?? evaluationPeriods;
  const condition = conditionOf(inputs, place);
  const points = Array.from({ length: evaluationPeriods }, (_, index) =>
    valueAt(cloud, condition, cloud.clock.now() - index * condition.periodSeconds * 1_000),
  );
  const missing = points.filter((value) => value === undefined).length;
  const bad = points.filter((value) => value !== undefined && isBreaching(inputs, value)).length;
  if (missing === points.length && treatMissingData === 'missing') return 'INSUFFICIENT_DATA';
  if (missing === points.length && treatMissingData === 'ignore') return before;
  return bad + (treatMissingData === 'breaching' ? missing : 0) >= needed ? 'ALARM' : 'OK';
}
