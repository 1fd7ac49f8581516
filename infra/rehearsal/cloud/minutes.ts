import { type Cloud, table } from './cloud';

/** What a cloud does by itself once a minute: it asks health checks, measures, evaluates alarms. */
type EachMinute = (cloud: Cloud) => Promise<void> | void;

const duties = table<EachMinute>('what happens each minute');

/** Under one name once: a second call with the name replaces the first. Duties run in the order of their names. */
export function onEachMinute(cloud: Cloud, name: string, duty: EachMinute): void {
  cloud.table(duties).set(name, duty);
}

/** Lets virtual time pass minute by minute, and the clouds do what they do in each. */
export async function passMinutes(cloud: Cloud, minutes: number): Promise<void> {
  for (let passed = 0; passed < minutes; passed++) {
    cloud.clock.advance({ minutes: 1 });
    for (const [, duty] of [...cloud.table(duties)].sort(([a], [b]) => a.localeCompare(b))) await duty(cloud);
  }
}
