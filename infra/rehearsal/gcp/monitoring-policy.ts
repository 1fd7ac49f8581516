import type { monitoring } from '@pulumi/gcp';
import { type Cloud, type Entity, table } from '../cloud/cloud';
import { addAlarmSource, type DeclaredAlarm } from '../cloud/declared-alarms';
import { onEachMinute } from '../cloud/minutes';
import { notify } from '../cloud/notifications';
import type { OutputsOf } from '../declare';
import { googleResource, keep } from './declare';
import { findChannel, receiverOf } from './monitoring-channel';
import { type Finding, judge, type PolicyArgs, secondsOf, type Threshold } from './monitoring-condition';
import { parseFilter } from './monitoring-filter';
import { findSlo } from './monitoring-slo';
import { feedSymptoms } from './monitoring-symptoms';
import { uptimeCheck } from './monitoring-uptime';

type PolicyOutputs = OutputsOf<monitoring.AlertPolicy>;
export type Policy = Entity<PolicyArgs, PolicyOutputs>;

/** Where a condition stands: since when it is broken, whether that has lasted, when it last had data. */
type Standing = { brokenSinceMs?: number; isActive: boolean; lastDataMs?: number };
type Incident = { isOpen: boolean; standings: Standing[] };

/** By the policy's id. */
const incidents = table<Incident>('gcp incidents');

/** Source: https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#alertstrategy (autoClose) */
const defaultAutoCloseSeconds = 7 * 24 * 3_600;

export const alertPolicy = googleResource<monitoring.AlertPolicy, monitoring.AlertPolicyArgs>({
  token: 'gcp:monitoring/alertPolicy:AlertPolicy',
  replaceOn: ['project'],
  defaults: { enabled: true },
  seconds: { create: 2, update: 2, delete: 2 },
  id: ({ place, seed }) => `projects/${place.project}/alertPolicies/${seed.digits(19)}`,
  outputs: ({ id, cloud, inputs, place, previous }) => ({
    name: id,
    creationRecords: [
      { mutateTime: cloud.clock.timestamp(), mutatedBy: `rehearsal@${place.project}.iam.gserviceaccount.com` },
    ],
    ...keep(previous, 'name', 'creationRecords'),
    conditions: inputs.conditions.map((condition, index) => ({ ...condition, name: `${id}/conditions/${index + 1}` })),
  }),
  uses: ({ inputs, cloud }) => [
    ...(inputs.notificationChannels ?? []).map((name) => findChannel(cloud, name)),
    ...thresholdsOf(inputs).flatMap(({ filter = '' }) => findWatched(cloud, filter)),
  ],
  create: ({ cloud }) => {
    onEachMinute(cloud, 'gcp 2: alert policies', evaluateAll);
    addAlarmSource(cloud, 'gcp alert policies', (all) => all.list(alertPolicy).map((policy) => declare(all, policy)));
  },
  // Google looks anew at what has changed.
  update: ({ cloud, id }) => void cloud.table(incidents).delete(id),
  delete: ({ cloud, id }) => {
    cloud.table(incidents).delete(id);
    return 'gone';
  },
});

/** The objective or the uptime checks that a filter names. */
function findWatched(cloud: Cloud, text: string): (Entity<unknown, unknown> | undefined)[] {
  const filter = parseFilter(text);
  if (filter.kind === 'burn rate') return [findSlo(cloud, filter.slo)];
  return cloud.list(uptimeCheck).filter(({ outputs }) => text.includes(`"${outputs.uptimeCheckId}"`));
}

export function thresholdsOf({ conditions }: PolicyArgs): Threshold[] {
  return conditions.flatMap(({ conditionThreshold }) => conditionThreshold ?? []);
}

function evaluateAll(cloud: Cloud): void {
  for (const policy of cloud.list(alertPolicy)) if (policy.inputs.enabled !== false) evaluate(cloud, policy);
}

function evaluate(cloud: Cloud, policy: Policy): void {
  const { inputs, id, place } = policy;
  const now = cloud.clock.now();
  const before = cloud.table(incidents).get(id) ?? { isOpen: false, standings: [] };
  const autoCloseMs = (secondsOf(inputs.alertStrategy?.autoClose) || defaultAutoCloseSeconds) * 1_000;
  const standings = thresholdsOf(inputs).map((threshold, index) => {
    const finding = judge(cloud, place.project ?? '', threshold);
    return nextStanding(before.standings[index] ?? { isActive: false }, { finding, threshold, now, autoCloseMs });
  });
  const active = standings.map(({ isActive }) => isActive);
  const isOpen = inputs.combiner === 'OR' ? active.includes(true) : active.length > 0 && !active.includes(false);
  cloud.table(incidents).set(id, { isOpen, standings });
  if (isOpen !== before.isOpen) tell(cloud, policy, isOpen ? 'alarm' : 'ok');
}

type Moment = { finding: Finding; threshold: Threshold; now: number; autoCloseMs: number };

/** Source: https://docs.cloud.google.com/monitoring/alerts/concepts-indepth#partial-metric-data */
function nextStanding(before: Standing, { finding, threshold, now, autoCloseMs }: Moment): Standing {
  const lastDataMs = finding === 'no data' ? before.lastDataMs : now;
  const data = lastDataMs === undefined ? {} : { lastDataMs };
  const missing = threshold.evaluationMissingData;
  if (finding === 'no data' && missing !== 'EVALUATION_MISSING_DATA_ACTIVE') {
    const isOver = missing === 'EVALUATION_MISSING_DATA_INACTIVE' || now - (lastDataMs ?? 0) >= autoCloseMs;
    return isOver ? { isActive: false, ...data } : { ...before, ...data };
  }
  if (finding === 'kept') return { isActive: false, ...data };
  const brokenSinceMs = before.brokenSinceMs ?? now;
  return { brokenSinceMs, isActive: now - brokenSinceMs >= secondsOf(threshold.duration) * 1_000, ...data };
}

function tell(cloud: Cloud, policy: Policy, state: 'alarm' | 'ok'): void {
  const { inputs } = policy;
  const prompts = inputs.alertStrategy?.notificationPrompts ?? ['OPENED', 'CLOSED'];
  if (!prompts.includes(state === 'alarm' ? 'OPENED' : 'CLOSED')) return;
  for (const to of receiversOf(cloud, inputs))
    notify(cloud, { to, about: inputs.displayName, state, text: textOf(inputs) });
}

function receiversOf(cloud: Cloud, { notificationChannels = [] }: PolicyArgs): string[] {
  return notificationChannels.flatMap((name) => receiverOf(cloud, name) ?? []);
}

function textOf({ displayName, documentation }: PolicyArgs): string {
  return [documentation?.subject ?? displayName, documentation?.content ?? ''].join('\n');
}

function declare(cloud: Cloud, policy: Policy): DeclaredAlarm {
  const { inputs, id, place } = policy;
  const thresholds = thresholdsOf(inputs);
  return {
    name: inputs.displayName,
    cloudName: 'gcp',
    text: textOf(inputs),
    // An incident is open, or there is none: Google knows no third.
    state: () => (cloud.table(incidents).get(id)?.isOpen ? 'alarm' : 'ok'),
    feed: (health) => {
      for (const threshold of thresholds) feedSymptoms(cloud, place.project ?? '', threshold, health);
    },
    minutesToChange: minutesToChange(inputs),
    receivers: () => receiversOf(cloud, inputs),
    tellsRecovery: (inputs.alertStrategy?.notificationPrompts ?? ['CLOSED']).includes('CLOSED'),
  };
}

/** Windows and retests; of what must all hold, the shortest window ends it, and of what has no more data, the automatic end. */
function minutesToChange(inputs: PolicyArgs): number {
  const thresholds = thresholdsOf(inputs);
  const minutes = thresholds.map((threshold) => {
    const filter = parseFilter(threshold.filter ?? '');
    const window =
      filter.kind === 'burn rate' ? filter.lookbackSeconds : secondsOf(threshold.aggregations?.[0]?.alignmentPeriod);
    return (window + secondsOf(threshold.duration)) / 60;
  });
  const mayLackData = thresholds.some(
    ({ filter = '', evaluationMissingData }) =>
      evaluationMissingData !== 'EVALUATION_MISSING_DATA_INACTIVE' && parseFilter(filter).kind === 'series',
  );
  const autoClose = mayLackData ? (secondsOf(inputs.alertStrategy?.autoClose) || defaultAutoCloseSeconds) / 60 : 0;
  const ends = inputs.combiner === 'OR' ? Math.max(...minutes) : Math.min(...minutes);
  return Math.ceil(ends + autoClose) + 2;
}
