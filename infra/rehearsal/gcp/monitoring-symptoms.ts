import type { Cloud } from '../cloud/cloud';
import { secondsOf, type Threshold } from './monitoring-condition';
import { equalTo, type Labels, nameOf, parseFilter, type Restriction } from './monitoring-filter';
import { shapeOf } from './monitoring-filter-problems';
import { feedPoints } from './monitoring-series';
import { countsOf, findSlo } from './monitoring-slo';
import { writeUptimeResult } from './monitoring-uptime';

/** Requests of a minute, where what is counted are requests: enough for conditions that want to see many. */
const requests = 600;

/** Writes one minute of measurements that break a condition, or keep it. */
export function feedSymptoms(cloud: Cloud, project: string, threshold: Threshold, health: 'bad' | 'good'): void {
  const filter = parseFilter(threshold.filter ?? '');
  const feedPart = (part: readonly Restriction[], all: readonly Restriction[]) =>
    feedShare(cloud, project, { part, all }, health);
  if (filter.kind === 'burn rate') feedBurn(cloud, project, filter.slo, health);
  if (filter.kind !== 'series') return;
  const { restrictions } = filter;
  const labels = labelsOf(restrictions);
  const checkId = restrictions.find(({ field }) => field === 'metric.label.check_id')?.value;
  const all = parseFilter(threshold.denominatorFilter ?? '');
  if (checkId !== undefined) writeUptimeResult(cloud, checkId, health === 'good');
  else if (threshold.denominatorFilter !== undefined && all.kind === 'series') feedPart(restrictions, all.restrictions);
  // Of what has gone wrong nothing more is written when all is well: it is written of the rest.
  else if (health === 'good' && Object.values(labels).some((value) => value in others)) feedPart(restrictions, []);
  else feedPoints(cloud, project, labels, [pointOf(threshold, health)]);
}

function feedBurn(cloud: Cloud, project: string, name: string, health: 'bad' | 'good'): void {
  const slo = findSlo(cloud, name);
  if (!slo) return;
  const { good, bad, total } = countsOf(slo.inputs);
  const all = (total ?? good)?.restrictions ?? [];
  const opposite = health === 'good' ? 'bad' : 'good';
  feedShare(cloud, project, { part: (bad ?? good)?.restrictions ?? [], all }, bad ? health : opposite);
}

/** `bad`: everything counts to the part, else nothing. */
function feedShare(
  cloud: Cloud,
  project: string,
  { part, all }: { part: readonly Restriction[]; all: readonly Restriction[] },
  health: 'bad' | 'good',
): void {
  const whole = labelsOf(all);
  const inPart = { ...whole, ...labelsOf(part) };
  const rest = Object.entries(inPart).map(([name, value]) => [name, whole[name] ?? others[value] ?? value]);
  feedPoints(cloud, project, health === 'bad' ? inPart : Object.fromEntries(rest), [requests]);
}

/** What a label has when all is well, instead of what is looked for. */
const others: Readonly<Record<string, string>> = { '5xx': '2xx', failed: 'succeeded', active: 'idle' };

/** Labels of a series that the restrictions ask for. */
function labelsOf(restrictions: readonly Restriction[]): Labels {
  const wanted = restrictions.flatMap(({ field, operator, value }) => {
    const name = field.endsWith('.type') ? field : nameOf(field);
    if (operator === '!=') return [[name, others[value] ?? `not-${value}`]];
    return [[name, operator === 'starts_with' ? `${value}rehearsal` : value]];
  });
  return Object.fromEntries(wanted);
}

/** A minute's point on the wrong or the right side of the limit, of a size that the metric may have. */
function pointOf(threshold: Threshold, health: 'bad' | 'good'): number {
  const { filter, comparison, thresholdValue: limit = 0 } = threshold;
  const isShare = shapeOf(filter)?.value !== 'INT64' && limit > 0 && limit < 1;
  const isCounted = equalTo(parseFilter(filter ?? ''), 'metric.type') === 'run.googleapis.com/request_count';
  const above = isCounted ? Math.max(requests, limit + 1) : isShare ? (1 + limit) / 2 : limit * 1.5 + 1;
  const isAbove = (comparison === 'COMPARISON_LT') !== (health === 'bad');
  return isAbove ? above * scaleOf(threshold).most : (limit / 2) * scaleOf(threshold).least;
}

/** What a period adds up or divides: by how much one point alone must be larger, and how small each of them must be. */
function scaleOf({ filter, aggregations: [first] = [] }: Threshold): { most: number; least: number } {
  const seconds = secondsOf(first?.alignmentPeriod) || 60;
  if (first?.perSeriesAligner === 'ALIGN_RATE') return { most: seconds, least: 60 };
  const isSum = ['ALIGN_DELTA', 'ALIGN_SUM'].includes(first?.perSeriesAligner ?? '');
  return { most: 1, least: isSum && shapeOf(filter)?.value !== 'DISTRIBUTION' ? 60 / seconds : 1 };
}
