import { type Cloud, keyOf, type Place, table } from './cloud';

/** One line of measurements: what is measured, of which thing, and where. */
export type Series = {
  /** `AWS/RDS`, or the domain of a metric type of Google Cloud: `cloudsql.googleapis.com`. */
  readonly namespace: string;
  /** `CPUUtilization`, or the rest of the type: `database/cpu/utilization`. */
  readonly metric: string;
  /** Dimensions, or labels of metric and resource together. Other labels are another series. */
  readonly labels: Readonly<Record<string, string>>;
  /** Region of an account, or project. */
  readonly place: Place;
};

export type Sample = { readonly atMs: number; readonly value: number };

type Measured = { readonly series: Series; readonly samples: Sample[] };

const measured = table<Measured>('metrics');

/** Longer than any window that an alarm looks at; older measurements are dropped. */
const keptMs = 8 * 24 * 3_600_000;

function keyOfSeries({ namespace, metric, labels, place }: Series): string {
  return [namespace, metric, keyOf(labels), keyOf(place)].join('|');
}

/** Adds measurements of one moment, now unless told. Several values of a moment are several requests or data points. */
export function feed(cloud: Cloud, series: Series, values: number | readonly number[], atMs = cloud.clock.now()): void {
  const key = keyOfSeries(series);
  const metrics = cloud.table(measured);
  const line = metrics.get(key) ?? { series, samples: [] };
  metrics.set(key, line);
  for (const value of typeof values === 'number' ? [values] : values) line.samples.push({ atMs, value });
  const stale = line.samples.findIndex(({ atMs }) => atMs > cloud.clock.now() - keptMs);
  if (stale > 0) line.samples.splice(0, stale);
}

/** What was measured after `sinceMs` and until `untilMs`, in the order in which it was fed. */
export function readSamples(cloud: Cloud, series: Series, window: { sinceMs: number; untilMs: number }): Sample[] {
  const samples = cloud.table(measured).get(keyOfSeries(series))?.samples ?? [];
  return samples.filter(({ atMs }) => atMs > window.sinceMs && atMs <= window.untilMs);
}

/** All lines of a metric, for alarms that take every thing with some of the labels together. */
export function findSeries(cloud: Cloud, wanted: Pick<Series, 'namespace' | 'metric' | 'place'>): Series[] {
  return [...cloud.table(measured).values()]
    .map(({ series }) => series)
    .filter(
      ({ namespace, metric, place }) =>
        namespace === wanted.namespace && metric === wanted.metric && keyOf(place) === keyOf(wanted.place),
    );
}
