import * as monitoring from '@pulumi/gcp/monitoring';
import * as pulumi from '@pulumi/pulumi';
import { aggregationOf, filterOf, type Measure } from './alarm-conditions';
import type { CloudRunSignals } from './cloud-run-signals';
import type { AlarmSpec } from './service-alarms';

export type DashboardRequest = {
  displayName: string;
  project: string;
  services: readonly { name: string; signals: CloudRunSignals }[];
  /** Charts of what is shared: those of its alarms. */
  shared: readonly AlarmSpec[];
  alarmIds: readonly pulumi.Output<string>[];
};

type Chart = { title: string; measures: readonly Measure[] };

const columns = 48;
const height = 16;

/** One page with what the alarms look at, and which of them ring; gives its address. */
export function createDashboard(
  { displayName, project, services, shared, alarmIds }: DashboardRequest,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const charts = [
    ...services.flatMap(serviceCharts),
    ...shared.flatMap(({ conditions }) =>
      conditions.flatMap(({ title, measure }) => ('burnRate' in measure ? [] : [{ title, measures: [measure] }])),
    ),
  ];
  const incidents = { title: 'Open incidents', incidentList: { policyNames: [...alarmIds] } };
  const widgets = [incidents, ...charts.map(buildChart)];
  const tiles = widgets.map((widget, index) => ({
    xPos: (index % 2) * (columns / 2),
    yPos: Math.floor(index / 2) * height,
    width: columns / 2,
    height,
    widget,
  }));
  const dashboard = new monitoring.Dashboard(
    'dashboard',
    { dashboardJson: pulumi.jsonStringify({ displayName, mosaicLayout: { columns, tiles } }) },
    options,
  );
  return dashboard.id.apply(
    (id) => `https://console.cloud.google.com/monitoring/dashboards/builder/${id.split('/').at(-1)}?project=${project}`,
  );
}

function serviceCharts({ name, signals }: { name: string; signals: CloudRunSignals }): Chart[] {
  const { requests, serverErrors, latency, cpu, memory, instances } = signals;
  return [
    { title: `${name}: requests and 5xx`, measures: [requests, serverErrors] },
    { title: `${name}: latency, p95, in milliseconds`, measures: [latency] },
    { title: `${name}: CPU and memory`, measures: [cpu, memory] },
    { title: `${name}: instances at work`, measures: [instances] },
  ];
}

function buildChart({ title, measures }: Chart) {
  return {
    title,
    xyChart: {
      dataSets: measures.map((measure) => ({
        plotType: 'LINE',
        timeSeriesQuery: {
          timeSeriesFilter: { filter: filterOf(measure), aggregation: aggregationOf(measure, 300) },
        },
      })),
    },
  };
}
