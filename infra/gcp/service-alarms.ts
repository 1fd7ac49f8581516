import type * as pulumi from '@pulumi/pulumi';
import { type AlarmKind, alarms, burnRates, leastRequests } from '../alarms';
import { type Condition, quarterHour } from './alarm-conditions';
import type { CloudRunSignals } from './cloud-run-signals';

/** An alarm rings while all of its conditions are true. */
export type AlarmSpec = { kind: AlarmKind; conditions: Condition[] };

const titleOf = (kind: AlarmKind) => alarms[kind].title;
const shareOf = (kind: 'server-errors' | 'cpu' | 'memory') => alarms[kind].threshold.value / 100;

/** What is watched of every service by its own metrics. A service that never scales is always at its maximum. */
export function buildServiceAlarms(
  signals: CloudRunSignals,
  { minInstances, maxInstances }: { minInstances: number; maxInstances: number },
): AlarmSpec[] {
  const { requests, serverErrors, latency, instances } = signals;
  const busy = (kind: 'cpu' | 'memory'): AlarmSpec => ({
    kind,
    conditions: [{ title: titleOf(kind), measure: signals[kind], above: shareOf(kind), ...quarterHour }],
  });
  const fiveMinutes = { periodSeconds: 300, forSeconds: 60 };
  return [
    {
      kind: 'server-errors',
      conditions: [
        {
          title: titleOf('server-errors'),
          measure: serverErrors,
          per: requests,
          above: shareOf('server-errors'),
          ...fiveMinutes,
        },
        enoughRequests(signals, leastRequests.perFiveMinutes, fiveMinutes),
      ],
    },
    {
      kind: 'latency',
      conditions: [
        { title: titleOf('latency'), measure: latency, above: alarms.latency.threshold.value, ...quarterHour },
      ],
    },
    busy('cpu'),
    busy('memory'),
    ...(minInstances === maxInstances
      ? []
      : [
          {
            kind: 'instances',
            // At least the maximum is more than one less.
            conditions: [{ title: titleOf('instances'), measure: instances, above: maxInstances - 1, ...quarterHour }],
          } satisfies AlarmSpec,
        ]),
  ];
}

export type BurnKind = Extract<AlarmKind, keyof typeof burnRates>;

/**
 * Both windows burn too fast, and the long one has seen enough requests to say so. Source:
 * https://docs.cloud.google.com/stackdriver/docs/solutions/slo-monitoring/api/create-policy-api
 */
export function buildBurnAlarm(
  kind: BurnKind,
  signals: CloudRunSignals,
  burnRateOver: (minutes: number) => pulumi.Output<string>,
): AlarmSpec {
  const { rate, longMinutes, shortMinutes } = burnRates[kind];
  const window = (minutes: number): Condition => ({
    title: `${titleOf(kind)}, ${minutes} minutes`,
    measure: { burnRate: burnRateOver(minutes) },
    above: rate,
    periodSeconds: minutes * 60,
    forSeconds: 0,
  });
  const long = { periodSeconds: longMinutes * 60, forSeconds: 0 };
  return {
    kind,
    conditions: [window(longMinutes), window(shortMinutes), enoughRequests(signals, leastRequests.perBurnWindow, long)],
  };
}

function enoughRequests(
  { requests }: CloudRunSignals,
  least: number,
  time: { periodSeconds: number; forSeconds: number },
): Condition {
  return { title: 'Enough requests to judge', measure: requests, above: least - 1, ...time };
}
