import type { cloudwatch } from '@pulumi/aws';
import { resource } from '../declare';
import { inputRule } from '../rules';
import { globalArn } from './declare';

const dashboard = resource<cloudwatch.Dashboard, cloudwatch.DashboardArgs>({
  token: 'aws:cloudwatch/dashboard:Dashboard',
  replaceOn: ['dashboardName'],
  seconds: { create: 1, update: 1, delete: 1 },
  id: ({ inputs }) => inputs.dashboardName,
  outputs: ({ inputs, place }) => ({
    dashboardArn: globalArn('cloudwatch', place, `dashboard/${inputs.dashboardName}`),
  }),
});

const source =
  'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html';
const types = ['metric', 'alarm', 'text', 'log', 'explorer', 'custom'];

type Widget = { [Key in 'type' | 'x' | 'y' | 'width' | 'height' | 'properties']?: unknown };

const rules = [
  inputRule({
    id: 'aws.cloudwatch.dashboard-name',
    refuses: 'Names of dashboards other than 1 to 255 letters, digits, hyphens and underscores.',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html',
    types: dashboard,
    check: ({ inputs: { dashboardName } }) =>
      /^[\w-]{1,255}$/.test(dashboardName)
        ? undefined
        : `InvalidParameterInput: The value ${dashboardName} for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_). (dashboardName)`,
  }),
  inputRule({
    id: 'aws.cloudwatch.dashboard-body',
    refuses:
      'A body that is no JSON of widgets, or a widget of an unknown type, without properties, or outside of the 24 columns.',
    source,
    types: dashboard,
    check: ({ inputs: { dashboardBody } }) => refuseBody(dashboardBody),
  }),
];

function refuseBody(text: unknown): string[] {
  const problem = (path: string, message: string) =>
    `InvalidParameterInput: The dashboard body is invalid, there are 1 validation errors: ${path}: ${message} (dashboardBody)`;
  let body: { widgets?: unknown };
  try {
    body = typeof text === 'string' ? JSON.parse(text) : text;
  } catch {
    return [problem('/', 'The body is not valid JSON')];
  }
  if (typeof body !== 'object' || body === null || !Array.isArray(body.widgets)) {
    return [problem('/', "Should have required property 'widgets'")];
  }
  if (body.widgets.length > 500) return [problem('/widgets', 'Should NOT have more than 500 items')];
  return body.widgets.flatMap((widget: Widget, index) =>
    refuseWidget(widget).map((message) => problem(`/widgets/${index}`, message)),
  );
}

function refuseWidget({ type, x = 0, width = 6, height = 6, properties }: Widget): string[] {
  const problems: string[] = [];
  if (!types.includes(String(type))) problems.push(`type must be one of ${types.join(', ')}`);
  const isNumber = (value: unknown, most: number) =>
    Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most;
  if (!isNumber(width, 24) || Number(x) + Number(width) > 24) problems.push('x and width must stay within 24 columns');
  if (!isNumber(height, 1_000)) problems.push('height must be 1 to 1000');
  if (typeof properties !== 'object' || properties === null)
    return [...problems, "should have required property 'properties'"];
  return [...problems, ...refuseProperties(String(type), properties as Record<string, unknown>)];
}

function refuseProperties(type: string, { metrics, alarms, markdown, region }: Record<string, unknown>): string[] {
  if (type === 'text') return typeof markdown === 'string' ? [] : ['properties.markdown must be text'];
  if (type === 'alarm') {
    const isListed = Array.isArray(alarms) && alarms.length >= 1 && alarms.length <= 100;
    return isListed && alarms.every((arn) => /^arn:aws[a-z-]*:cloudwatch:/.test(String(arn)))
      ? []
      : ['properties.alarms must be 1 to 100 ARNs of alarms'];
  }
  if (type !== 'metric') return [];
  if (typeof region !== 'string') return ["should have required property 'region'"];
  if (!Array.isArray(metrics) || metrics.length === 0) return ['properties.metrics must be a list of metrics'];
  return metrics.flatMap((metric: unknown, index) => {
    if (!Array.isArray(metric)) return [`properties.metrics/${index} must be a list`];
    const names = metric.filter((part) => typeof part === 'string').length;
    const isMath = metric.length === 1 && typeof metric[0] === 'object';
    return isMath || (names >= 2 && names % 2 === 0)
      ? []
      : [`properties.metrics/${index} must be a namespace, a name, and pairs of dimension and value`];
  });
}

export const dashboardSimulation = { resources: [dashboard], functions: [], rules };
