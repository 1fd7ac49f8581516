import type { monitoring } from '@pulumi/gcp';
import { isBag, type Value } from '../protocol/values';
import { inputRule } from '../rules';
import { googleResource, projectNumber } from './declare';
import { googleError } from './google-error';
import { type Aggregation, aggregateShape, findFilterProblem, shapeOf } from './monitoring-filter-problems';

const source = 'https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards';
const layouts = ['gridLayout', 'mosaicLayout', 'rowLayout', 'columnLayout'];
const widgets = [
  'alertChart',
  'blank',
  'collapsibleGroup',
  'errorReportingPanel',
  'incidentList',
  'logsPanel',
  'pieChart',
  'scorecard',
  'sectionHeader',
  'singleViewGroup',
  'text',
  'timeSeriesTable',
  'xyChart',
];
const mosaicColumns = 48;

export const dashboard = googleResource<monitoring.Dashboard, monitoring.DashboardArgs>({
  token: 'gcp:monitoring/dashboard:Dashboard',
  replaceOn: ['project'],
  seconds: { create: 2, update: 2, delete: 2 },
  id: ({ place, seed }) => `projects/${projectNumber(place.project ?? '')}/dashboards/${seed.uuid()}`,
  outputs: () => ({}),
});

type Json = { readonly [key: string]: Value };

function parse(text: string): Json | undefined {
  try {
    const parsed: Value = JSON.parse(text);
    return isBag(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const objects = (value: Value | undefined): readonly Json[] => (Array.isArray(value) ? value.filter(isBag) : []);
const object = (value: Value | undefined): Json => (isBag(value) ? value : {});

/** All widgets of a dashboard, with their places where it is a mosaic. */
function tilesOf(json: Json): readonly { tile: Json; widget: Json }[] {
  const mosaic = objects(object(json.mosaicLayout).tiles).map((tile) => ({ tile, widget: object(tile.widget) }));
  const grid = objects(object(json.gridLayout).widgets);
  const lines = [...objects(object(json.rowLayout).rows), ...objects(object(json.columnLayout).columns)];
  const others = [...grid, ...lines.flatMap((line) => objects(line.widgets))];
  return [...mosaic, ...others.map((widget) => ({ tile: {}, widget }))];
}

/** Each `timeSeriesFilter` somewhere below. */
function filtersBelow(value: Value | undefined): readonly Json[] {
  if (Array.isArray(value)) return value.flatMap(filtersBelow);
  if (!isBag(value)) return [];
  const own = isBag(value.timeSeriesFilter) ? [value.timeSeriesFilter] : [];
  return [...own, ...Object.values(value).flatMap(filtersBelow)];
}

export const dashboardRules = [
  inputRule({
    id: 'gcp.monitoring.dashboard-json',
    refuses: 'Dashboards that are no JSON object with a displayName and exactly one layout.',
    source,
    types: dashboard,
    check: ({ inputs: { dashboardJson } }) => {
      const json = parse(dashboardJson);
      if (!json) return 'dashboardJson contains an invalid JSON';
      const found = layouts.filter((layout) => json[layout] !== undefined);
      return [
        ...(typeof json.displayName === 'string' && json.displayName !== ''
          ? []
          : [googleError(400, 'Field dashboard.displayName is required')]),
        ...(found.length === 1 ? [] : [googleError(400, `exactly one of ${layouts.join(', ')} must be set`)]),
      ];
    },
  }),
  inputRule({
    id: 'gcp.monitoring.dashboard-widget',
    refuses: 'Widgets of a kind that Google lacks; tiles outside of the 48 columns.',
    source: 'https://docs.cloud.google.com/monitoring/dashboards/api-dashboard',
    types: dashboard,
    check: ({ inputs: { dashboardJson } }) =>
      tilesOf(parse(dashboardJson) ?? {}).flatMap(({ tile, widget }) => {
        const kinds = Object.keys(widget).filter((key) => !['title', 'id', 'visibilityCondition'].includes(key));
        const [x, width] = [Number(tile.xPos ?? 0), Number(tile.width ?? 1)];
        return [
          ...(kinds.length === 1 && widgets.includes(kinds[0] ?? '')
            ? []
            : [
                googleError(
                  400,
                  `widget "${widget.title ?? ''}" must have exactly one of ${widgets.join(', ')}, not ${kinds}`,
                ),
              ]),
          ...(x >= 0 && width >= 1 && x + width <= mosaicColumns
            ? []
            : [googleError(400, `tile "${widget.title ?? ''}" must be within ${mosaicColumns} columns`)]),
        ];
      }),
  }),
  inputRule({
    id: 'gcp.monitoring.dashboard-filter',
    refuses: 'Charts of metrics that do not exist, or with aligners that these do not allow.',
    source: 'https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v1/TimeSeriesQuery',
    types: dashboard,
    check: ({ inputs: { dashboardJson } }) =>
      filtersBelow(parse(dashboardJson)).flatMap(({ filter, aggregation }) => {
        const text = typeof filter === 'string' ? filter : '';
        const problem = findFilterProblem('timeSeriesFilter.filter', text);
        if (problem) return [googleError(400, problem.message)];
        const shape = shapeOf(text);
        const result = shape && aggregateShape(isBag(aggregation) ? [aggregation as Aggregation] : [], shape);
        return result?.problem === undefined ? [] : [googleError(400, result.problem)];
      }),
  }),
];
