import type { Container } from '../runtime/runtime';

/** What the tasks of one release answered in one period of the alarm. */
export type Datapoint = { answers: number; errors: number };

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-update-full.html */
export const alarmRule = { percent: 1, datapoints: 2, of: 3 } as const;

/** A period in which nobody came has no datapoint that could breach. */
function isBreaching({ answers, errors }: Datapoint): boolean {
  return answers > 0 && (100 * errors) / answers > alarmRule.percent;
}

/** Whether the last periods put the alarm into ALARM. */
export function isInAlarm(datapoints: readonly Datapoint[]): boolean {
  return datapoints.slice(-alarmRule.of).filter(isBreaching).length >= alarmRule.datapoints;
}

export type AnswerCounts = {
  /** Of every answer, as the front passes it on. */
  note(container: Container, status: number): void;
  /** What these containers have answered since it was asked last; 4xx count as 5xx do. */
  take(containers: readonly Container[]): Datapoint;
};

export function createAnswerCounts(): AnswerCounts {
  const counts = new Map<Container, Datapoint>();
  return {
    note: (container, status) => {
      const { answers, errors } = counts.get(container) ?? { answers: 0, errors: 0 };
      counts.set(container, { answers: answers + 1, errors: errors + (status >= 400 ? 1 : 0) });
    },
    take: (containers) => {
      const taken = containers.flatMap((container) => counts.get(container) ?? []);
      counts.clear();
      return {
        answers: taken.reduce((sum, { answers }) => sum + answers, 0),
        errors: taken.reduce((sum, { errors }) => sum + errors, 0),
      };
    },
  };
}
