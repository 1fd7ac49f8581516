import type { Cloud } from '../cloud/cloud';
import { type DeclaredAlarm, declaredAlarms } from '../cloud/declared-alarms';
import { passMinutes } from '../cloud/minutes';
import { confirmAll, notificationsOf } from '../cloud/notifications';

/** Whether the program has any alarm that tells somebody. */
export function hasAlarms(cloud: Cloud): boolean {
  return declaredAlarms(cloud).length > 0;
}

/**
 * Makes every alarm of the program ring by measurements that break its condition, and end by others; each must be heard by
 * every receiver, who have opened the links that they were sent. Throws with all alarms that are not. Gives how many rang.
 */
export async function fireAlarms(cloud: Cloud, tell: (line: string) => void): Promise<number> {
  const asked = new Set(confirmAll(cloud));
  if (asked.size > 0) tell(`confirmed by ${[...asked].map(hideAddress).join(', ')}`);
  const alarms = declaredAlarms(cloud);
  const problems: string[] = [];
  for (const alarm of alarms) {
    const found = await fire(cloud, alarm);
    problems.push(...found.map((problem) => `${alarm.name} (${alarm.cloudName}): ${problem}`));
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return alarms.length;
}

async function fire(cloud: Cloud, alarm: DeclaredAlarm): Promise<string[]> {
  const receivers = [...new Set(alarm.receivers())];
  if (receivers.length === 0) return ['it tells nobody who has confirmed'];
  const heard = (state: 'alarm' | 'ok', since: number) => {
    const sent = notificationsOf(cloud).slice(since);
    const told = sent.filter((message) => message.about === alarm.name && message.state === state).map(({ to }) => to);
    return receivers.filter((receiver) => !told.includes(receiver)).map(hideAddress);
  };
  if (!(await measureUntil(cloud, alarm, 'good'))) return [`it is ${alarm.state()} although all is well`];
  const before = notificationsOf(cloud).length;
  if (!(await measureUntil(cloud, alarm, 'bad'))) {
    return [`it is ${alarm.state()} after ${alarm.minutesToChange} minutes of what it is there for`];
  }
  const deaf = heard('alarm', before);
  if (deaf.length > 0) return [`it rings, and these were not told: ${deaf.join(', ')}`];
  const ringing = notificationsOf(cloud).length;
  if (!(await measureUntil(cloud, alarm, 'good'))) {
    return [`it is ${alarm.state()} although all is well for ${alarm.minutesToChange} minutes`];
  }
  const uninformed = alarm.tellsRecovery ? heard('ok', ringing) : [];
  return uninformed.length > 0 ? [`it ended, and these were not told: ${uninformed.join(', ')}`] : [];
}

/** Gives whether the alarm has come to the state that the measurements mean. */
async function measureUntil(cloud: Cloud, alarm: DeclaredAlarm, health: 'bad' | 'good'): Promise<boolean> {
  const wanted = health === 'bad' ? 'alarm' : 'ok';
  for (let minute = 0; minute < alarm.minutesToChange; minute += 1) {
    alarm.feed(health);
    await passMinutes(cloud, 1);
    if (alarm.state() === wanted) return true;
  }
  return false;
}

/** The path of a webhook is often its password. */
function hideAddress(address: string): string {
  return URL.canParse(address) && /^https?:/.test(address) ? new URL(address).origin : address;
}
