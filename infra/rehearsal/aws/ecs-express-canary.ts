import { setTimeout as delay } from 'node:timers/promises';
import type { Front } from '../runtime/runtime';
import { type AnswerCounts, alarmRule, type Datapoint, isInAlarm } from './ecs-express-alarm';
import { containersOf, type Revision } from './ecs-express-state';

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-update-full.html */
const canaryPercent = 5;
const bakeMinutes = 3;
/** A minute in the cloud: the time in which users of a rehearsal come. */
const minuteMs = 500;

export const bakeNote = `the bakes of an ECS Express update are shortened: a minute takes ${minuteMs / 1_000} seconds`;

export type Shift = {
  readonly front: Front;
  readonly counts: AnswerCounts;
  readonly from: Revision;
  readonly to: Revision;
  readonly signal: AbortSignal;
};

/**
 * Gives the new tasks a few of the requests, then all, and looks each minute at what they answer. Gives what the alarm saw when
 * it went off, with the old tasks answering again; undefined when the new tasks may stay.
 */
export async function shiftTraffic(shift: Shift): Promise<string | undefined> {
  const { counts, to, signal } = shift;
  const datapoints: Datapoint[] = [];
  counts.take([]);
  for (const percent of [canaryPercent, 100]) {
    divide(shift, percent);
    for (let minute = 0; minute < bakeMinutes; minute += 1) {
      await delay(minuteMs, undefined, { signal }).catch(() => {});
      datapoints.push(counts.take(containersOf(to)));
      if (!isInAlarm(datapoints)) continue;
      divide(shift, 0);
      return describe(datapoints.slice(-alarmRule.of), percent);
    }
  }
  return undefined;
}

/** The front's backends, with so much for the new tasks. */
function divide({ front, from, to }: Shift, percent: number): void {
  front.setBackends([...share(from, 100 - percent), ...share(to, percent)]);
}

/** Backends that together have this weight. */
export function share(revision: Revision, weight: number) {
  if (weight === 0) return [];
  const containers = containersOf(revision);
  return containers.map((container) => ({ container, port: revision.port, weight: weight / containers.length }));
}

function describe(datapoints: readonly Datapoint[], percent: number): string {
  const seen = datapoints.map(({ answers, errors }) => `${errors} of ${answers}`).join(', ');
  return `with ${percent} % of the traffic, of the new tasks' answers in the last ${datapoints.length} minutes these were 4xx or 5xx: ${seen}`;
}
