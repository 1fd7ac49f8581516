import { isAbsolute } from 'node:path';
import type { Bag } from '../protocol/values';
import { applyRule, graphRule, inputRule } from '../rules';
import { connect } from './cluster';
import { releaseHandle } from './release-handle';
import { readChart, renderRelease } from './render-release';

const source = 'https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v3/release/';

export const releaseRules = [
  inputRule({
    id: 'kubernetes.release.name',
    refuses:
      'A name of a release that is longer than 53 characters or has others than small letters, digits, - and dots.',
    source: 'https://helm.sh/docs/chart_template_guide/getting_started/#adding-a-simple-template-call',
    types: releaseHandle,
    check: ({ inputs: { name = 'generated' } }) =>
      /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name) && name.length <= 53
        ? undefined
        : `invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53 (name, it has ${name.length})`,
  }),
  applyRule({
    id: 'kubernetes.release.chart',
    refuses: 'A chart that is not there.',
    source,
    types: releaseHandle,
    check: ({ inputs, cloud }) => {
      const chart = readChart(cloud, inputs as Bag);
      return 'why' in chart ? chart.why : undefined;
    },
  }),
  applyRule({
    id: 'kubernetes.release.values',
    refuses: "Values that the chart's schema or templates refuse, in Helm's own words.",
    source: 'https://helm.sh/docs/topics/charts/#schema-files',
    types: releaseHandle,
    check: async ({ inputs, cloud, config }) => {
      const connection = connect(cloud, config);
      if ('why' in connection || 'why' in readChart(cloud, inputs as Bag)) return undefined;
      const rendered = await renderRelease(cloud, inputs as Bag, connection);
      return 'why' in rendered ? rendered.why : undefined;
    },
  }),
  applyRule({
    id: 'kubernetes.release.moved-chart',
    refuses: 'A chart by an absolute path: in the checkout of somebody else it is another one, and so an update.',
    source: 'https://github.com/pulumi/pulumi-kubernetes/issues/2573',
    types: releaseHandle,
    check: ({ inputs }) =>
      isAbsolute(inputs.chart) ? 'chart must be a path from the folder of the program, not an absolute one' : undefined,
  }),
  graphRule({
    id: 'kubernetes.release.half-failed',
    refuses: 'A release that is not rolled back when it fails: its next update starts from a mixture.',
    source: 'https://github.com/pulumi/pulumi-kubernetes/issues/2054',
    types: [releaseHandle],
    check: (graph) =>
      graph
        .ofType(releaseHandle)
        .filter(({ inputs }) => inputs.atomic !== true)
        .map(({ urn, name }) => ({ urn, message: `${name}: atomic must be true` })),
  }),
];
