import { type Cloud, table } from './cloud';

/** An alarm as a rehearsal sees it, whatever cloud has it: enough to make it ring and to end it. */
export type DeclaredAlarm = {
  readonly name: string;
  /** In which cloud, for the report. */
  readonly cloudName: string;
  /** What its receivers read, with the way to its runbook; undefined where a cloud writes the message by itself. */
  readonly text: string | undefined;
  state(): 'alarm' | 'ok' | 'insufficient data';
  /** Measurements of the past minute that break its condition, or that keep it. Called once in each virtual minute. */
  feed(health: 'bad' | 'good'): void;
  /** How long bad measurements must last until it rings, and good ones until it ends, at the latest. */
  readonly minutesToChange: number;
  /** Who must hear of it: confirmed receivers only. Empty is a mistake, and so is one that nobody can hear. */
  receivers(): string[];
  /** Budgets ring once a month and never say that all is well. */
  readonly tellsRecovery: boolean;
};

type AlarmSource = (cloud: Cloud) => DeclaredAlarm[];

const sources = table<AlarmSource>('alarms');

/** Each type of alarm adds its own under one name. */
export function addAlarmSource(cloud: Cloud, name: string, list: AlarmSource): void {
  cloud.table(sources).set(name, list);
}

/** Every alarm that notifies somebody, of all clouds. */
export function declaredAlarms(cloud: Cloud): DeclaredAlarm[] {
  return [...cloud.table(sources).values()].flatMap((list) => list(cloud));
}
