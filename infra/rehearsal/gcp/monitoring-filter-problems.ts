import { aligners, allows, reducers, type Shape, shapeAfter, unsimulatedAligners } from './monitoring-aligners';
import { equalTo, nameOf, parseFilter } from './monitoring-filter';
import { findMetric, isServiceOfMetricsKnown, type MetricDescriptor, monitoredResources } from './monitoring-metrics';

/** Each problem with the part of Monitoring that finds it. */
export type FilterProblem = { readonly about: 'form' | 'metric'; readonly message: string };

/** What is wrong with a filter of time series, as `field` of a request. Undefined: nothing. */
export function findFilterProblem(field: string, text: string | undefined): FilterProblem | undefined {
  const filter = parseFilter(text ?? '');
  const form = (why: string): FilterProblem => ({
    about: 'form',
    message: `Field ${field} had an invalid value of "${text ?? ''}": ${why}`,
  });
  if ((text ?? '').length > 2_048) return form('filter must not exceed 2048 characters');
  if (filter.kind === 'burn rate') return undefined;
  if (filter.kind === 'invalid') return form(filter.why);
  const type = equalTo(filter, 'metric.type');
  if (type === undefined) return form('must specify a restriction on "metric.type" in the filter');
  const resource = equalTo(filter, 'resource.type');
  if (resource === undefined) {
    return form(
      'must specify a restriction on "resource.type" in the filter; see "https://cloud.google.com/monitoring/api/resources" for a list of available resource types.',
    );
  }
  const metric = findMetric(type);
  if (!metric) {
    const why = isServiceOfMetricsKnown(type)
      ? 'The metric referenced by the provided filter is unknown. Check the metric name and labels.'
      : 'not simulated: the metrics of this service';
    return { about: 'metric', message: `${why} (${field}: ${type})` };
  }
  if (!metric.resources.includes(resource)) {
    const message = `${type} is written for ${metric.resources.join(', ')}, not for ${resource} (${field})`;
    return { about: 'metric', message };
  }
  const unknown = filter.restrictions.find(({ field: of }) => !isLabelKnown(of, metric, resource));
  if (!unknown) return undefined;
  return {
    about: 'metric',
    message: `The metric referenced by the provided filter is unknown. Check the metric name and labels. (${field}: ${type} of ${resource} has no ${unknown.field})`,
  };
}

function isLabelKnown(field: string, metric: MetricDescriptor, resource: string): boolean {
  if (field.endsWith('.type')) return true;
  const known = field.startsWith('metric.') ? metric.labels : (monitoredResources[resource] ?? []);
  return known.includes(nameOf(field));
}

export type Aggregation = {
  alignmentPeriod?: string;
  perSeriesAligner?: string;
  crossSeriesReducer?: string;
  groupByFields?: readonly string[];
};

/** The shape of what a filter asks for; undefined where the filter itself is wrong. */
export function shapeOf(filter: string | undefined): Shape | undefined {
  const parsed = parseFilter(filter ?? '');
  if (parsed.kind === 'burn rate') return { kind: 'GAUGE', value: 'DOUBLE' };
  return findMetric(equalTo(parsed, 'metric.type') ?? '');
}

/** What becomes of a shape, and why one of the aggregations cannot be used on what it gets. */
export function aggregateShape(
  aggregations: readonly Aggregation[],
  start: Shape,
): { shape: Shape; problem?: undefined } | { problem: string } {
  let shape = start;
  for (const { perSeriesAligner = 'ALIGN_NONE', crossSeriesReducer = 'REDUCE_NONE' } of aggregations) {
    const steps = [
      { field: 'perSeriesAligner', noun: 'aligner', name: perSeriesAligner, step: aligners[perSeriesAligner] },
      { field: 'crossSeriesReducer', noun: 'reducer', name: crossSeriesReducer, step: reducers[crossSeriesReducer] },
    ];
    for (const { field, noun, name, step } of steps) {
      if (name.endsWith('_NONE')) continue;
      if (unsimulatedAligners.includes(name)) return { problem: `not simulated: ${name}` };
      const wrong = `Field aggregation.${field} had an invalid value of "${name}"`;
      if (!step) return { problem: `${wrong}: there is no such ${noun}` };
      if (!allows(step, shape)) {
        return {
          problem: `${wrong}: The ${noun} cannot be applied to metrics with kind ${shape.kind} and value type ${shape.value}.`,
        };
      }
      shape = shapeAfter(step, shape);
    }
  }
  return { shape };
}
