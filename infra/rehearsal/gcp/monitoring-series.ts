import type { Cloud } from '../cloud/cloud';
import { feed, findSeries, readSamples, type Sample, type Series } from '../cloud/metrics';
import { type Labels, matches, type Restriction } from './monitoring-filter';

/** Metrics are a project's; where a thing is, its labels say. */
function seriesOf(project: string, { 'metric.type': type = '', ...labels }: Labels): Series {
  const slash = type.indexOf('/');
  return { namespace: type.slice(0, slash), metric: type.slice(slash + 1), labels, place: { project } };
}

/** Writes points of a series, as the services of Google Cloud do. Several values of a distribution are several requests. */
export function feedPoints(cloud: Cloud, project: string, labels: Labels, values: readonly number[]): void {
  feed(cloud, seriesOf(project, labels), values);
}

export type SeriesPoints = { readonly labels: Labels; readonly samples: readonly Sample[] };

/** The series that a filter asks for, each with its points of the seconds until now; those without any are left out. */
export function readPoints(
  cloud: Cloud,
  project: string,
  { restrictions, type, seconds }: { restrictions: readonly Restriction[]; type: string; seconds: number },
): SeriesPoints[] {
  const untilMs = cloud.clock.now();
  return findSeries(cloud, seriesOf(project, { 'metric.type': type }))
    .map((series) => ({ series, labels: { ...series.labels, 'metric.type': type } }))
    .filter(({ labels }) => matches(restrictions, labels))
    .map(({ series, labels }) => ({
      labels,
      samples: readSamples(cloud, series, { sinceMs: untilMs - seconds * 1_000, untilMs }),
    }))
    .filter(({ samples }) => samples.length > 0);
}

/** What was counted of a metric in the seconds until now, over all its series; undefined when nothing was written. */
export function countPoints(
  cloud: Cloud,
  project: string,
  wanted: { restrictions: readonly Restriction[]; type: string; seconds: number },
): number | undefined {
  const found = readPoints(cloud, project, wanted);
  if (found.length === 0) return undefined;
  return found.flatMap(({ samples }) => samples).reduce((total, { value }) => total + value, 0);
}
