import type { Graph, GraphNode } from '../graph/graph';
import { graphRule } from '../rules';
import { type AlarmArgs, type AlarmMetric, conditionOf } from './alarm-metrics';
import { metricAlarm } from './cloudwatch-alarm';
import { findMeasurements } from './measurements';
import { namespaces, namesThing } from './metric-catalogue';
import { metricFilter } from './metric-filter';

const source = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html';

/** What CloudWatch accepts without a word, and what then never rings. */
export const alarmMetricRules = [
  graphRule({
    id: 'aws.cloudwatch.metric-unknown',
    refuses: 'An alarm on a metric, or on dimensions together, that its namespace does not have: it would never ring.',
    source,
    types: [metricAlarm],
    check: (graph) => eachMetric(graph, (metric) => refuseMetric(graph, metric)),
  }),
  graphRule({
    id: 'aws.cloudwatch.dimension-missing',
    refuses: 'An alarm whose dimension names nothing that exists in its region: it would never ring.',
    source,
    types: [metricAlarm],
    check: (graph) => eachMetric(graph, (metric) => refuseDimensions(graph, metric)),
  }),
  graphRule({
    id: 'aws.cloudwatch.threshold',
    refuses: 'An alarm with a limit that no measurement passes, or that every one does.',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html',
    types: [metricAlarm],
    check: (graph) =>
      graph.ofType(metricAlarm).flatMap(({ urn, name, inputs, outputs }) => {
        const args = inputs as AlarmArgs;
        const condition = conditionOf(args, placeOf(outputs));
        const limit = args.threshold ?? 0;
        const [only] = condition.metrics;
        if (only !== undefined && condition.metrics.length === 1 && isPercentage(only) && (limit < 0 || limit > 100)) {
          return [{ urn, message: `${name}: ${only.series.metric} is 0 to 100: threshold must not be ${limit}` }];
        }
        try {
          for (const health of ['bad', 'good'] as const) findMeasurements([{ inputs: args, condition }], health);
          return [];
        } catch {
          return [{ urn, message: `${name}: threshold ${limit} is passed by every measurement, or by none` }];
        }
      }),
  }),
];

type Finding = { urn: string; message: string };

function eachMetric(graph: Graph, refuse: (metric: AlarmMetric) => string | undefined): Finding[] {
  return graph.ofType(metricAlarm).flatMap(({ urn, name, inputs, outputs }) =>
    conditionOf(inputs as AlarmArgs, placeOf(outputs)).metrics.flatMap((metric) => {
      const refused = refuse(metric);
      return refused === undefined ? [] : [{ urn, message: `${name}: ${refused}` }];
    }),
  );
}

function placeOf(outputs: GraphNode['outputs']): { region: string } {
  return { region: String(outputs.region) };
}

function isPercentage({ series: { metric } }: AlarmMetric): boolean {
  return /Utilization$|Percentage$|_utilization/.test(metric) && metric !== 'EphemeralStorageUtilized';
}

function refuseMetric(graph: Graph, { series: { namespace, metric, labels } }: AlarmMetric): string | undefined {
  const known = namespaces[namespace];
  if (known === undefined) {
    return isFiltered(graph, namespace, metric)
      ? undefined
      : `nothing in the stack sends ${metric} to the namespace ${namespace}`;
  }
  if (!known.metrics.includes(metric)) {
    return `${namespace} has no metric ${metric}: metricName must be one of ${known.metrics.join(', ')} (${known.source})`;
  }
  const given = Object.keys(labels).sort().join(', ');
  const sets = known.dimensions.map((set) => [...set].sort().join(', '));
  return sets.includes(given)
    ? undefined
    : `${namespace} has ${metric} by ${sets.join('; or ')}: dimensions must not be ${given || 'empty'}`;
}

/** A metric of one's own is made by a filter of logs. */
function isFiltered(graph: Graph, namespace: string, metric: string): boolean {
  return graph.ofType(metricFilter).some(({ inputs }) => {
    const { namespace: own, name } = inputs.metricTransformation as { namespace?: unknown; name?: unknown };
    return own === namespace && name === metric;
  });
}

function refuseDimensions(graph: Graph, { series }: AlarmMetric): string | undefined {
  const { namespace, labels, place } = series;
  // Route 53 is global: its health checks have no region.
  const isHere = (node: GraphNode) => namespace === 'AWS/Route53' || String(node.outputs.region) === place.region;
  for (const [dimension, value] of Object.entries(labels)) {
    const owners = namespaces[namespace]?.owners[dimension] ?? [];
    const names = owners.flatMap(({ token, nameOf }) =>
      graph
        .ofType({ token })
        .filter(isHere)
        .flatMap(({ id, outputs }) => nameOf({ ...outputs, ...(id !== undefined && { id }) }) ?? []),
    );
    if (owners.length > 0 && !names.some((name) => namesThing(dimension, value, name))) {
      return `the dimension ${dimension} names ${value}, which is not in ${place.region}: it has ${names.join(', ') || 'none'}`;
    }
  }
  return undefined;
}
