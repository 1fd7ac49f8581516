import * as cloudwatch from '@pulumi/aws/cloudwatch';
import * as pulumi from '@pulumi/pulumi';
import type { AwsNames } from './names';
import type { AwsSignals, Metric } from './signals';

type Chart = { title: string; metrics: readonly Metric[]; periodSeconds?: number };

type DashboardRequest = {
  names: AwsNames;
  region: string;
  services: readonly { name: string; signals: AwsSignals }[];
  /** Of the stores. */
  charts: readonly Chart[];
  /** Those of the dashboard's region: a widget shows no others. */
  alarmArns: readonly pulumi.Output<string>[];
};

/** The whole width is 24: two charts in a row. */
const chartSize = { width: 12, height: 6 };

/**
 * The state of every alarm, and below it what they are about. Source:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function createDashboard(
  { names, region, services, charts, alarmArns }: DashboardRequest,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const all = [...services.flatMap(serviceCharts), ...charts];
  const dashboard = new cloudwatch.Dashboard(
    'dashboard',
    {
      dashboardName: names('dashboard', 'service'),
      dashboardBody: pulumi.jsonStringify({
        widgets: [
          {
            type: 'alarm',
            x: 0,
            y: 0,
            width: 24,
            height: 4,
            properties: { title: 'Alarms (what to do: docs/runbooks)', alarms: alarmArns },
          },
          ...all.map((chart, index) => ({
            type: 'metric',
            x: (index % 2) * chartSize.width,
            y: 4 + Math.floor(index / 2) * chartSize.height,
            ...chartSize,
            properties: chartProperties(chart, region),
          })),
        ],
      }),
      region,
    },
    options,
  );
  return pulumi.interpolate`https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard.dashboardName}`;
}

function serviceCharts({ name, signals }: DashboardRequest['services'][number]): Chart[] {
  const { requests, serverErrors, latency, cpu, memory, instances } = signals;
  return [
    { title: `${name}: requests`, metrics: requests },
    { title: `${name}: 5xx`, metrics: serverErrors },
    { title: `${name}: latency, p95, in ${latency.unit}`, metrics: [latency] },
    { title: `${name}: CPU and memory, %`, metrics: [cpu, memory] },
    { title: `${name}: instances`, metrics: [instances], periodSeconds: instances.periodSeconds },
  ];
}

function chartProperties({ title, metrics, periodSeconds = 300 }: Chart, region: string) {
  return {
    title,
    region,
    view: 'timeSeries',
    period: periodSeconds,
    metrics: metrics.map(({ namespace, metricName, dimensions, stat }) => [
      namespace,
      metricName,
      ...Object.entries(dimensions).flat(),
      { stat },
    ]),
  };
}
