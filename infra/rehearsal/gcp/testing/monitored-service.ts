import { type Step, text } from './setup';

/** Where its notifications go. */
export const address = 'ops@example.com';
export const webhook = 'https://hooks.example.com/1?token=word';
export const runFilter = 'metric.type="run.googleapis.com/request_count" AND resource.type="cloud_run_revision"';
export const latencyFilter =
  'metric.type="run.googleapis.com/request_latencies" AND resource.type="cloud_run_revision"';
export const aligned = { alignmentPeriod: '300s', perSeriesAligner: 'ALIGN_RATE', crossSeriesReducer: 'REDUCE_SUM' };

/** A service on Cloud Run that is watched in every way that is simulated. */
export const monitoringSteps: readonly Step[] = [
  {
    token: 'gcp:projects/service:Service',
    name: 'budget-api',
    inputs: { service: 'billingbudgets.googleapis.com' },
  },
  {
    token: 'gcp:monitoring/notificationChannel:NotificationChannel',
    name: 'mail',
    inputs: { type: 'email', labels: { email_address: address }, userLabels: { stack: 'dev' } },
  },
  {
    token: 'gcp:monitoring/notificationChannel:NotificationChannel',
    name: 'hook',
    inputs: { type: 'webhook_tokenauth', labels: { url: webhook } },
  },
  {
    token: 'gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig',
    name: 'check',
    inputs: {
      displayName: 'orders',
      period: '60s',
      timeout: '10s',
      httpCheck: { path: '/health', useSsl: true, validateSsl: true },
      monitoredResource: { type: 'uptime_url', labels: { host: 'orders-abc.a.run.app' } },
    },
  },
  {
    token: 'gcp:monitoring/genericService:GenericService',
    name: 'service',
    inputs: {
      serviceId: 'orders',
      basicService: { serviceType: 'CLOUD_RUN', serviceLabels: { service_name: 'orders', location: 'europe-west1' } },
    },
  },
  {
    token: 'gcp:monitoring/slo:Slo',
    name: 'slo',
    inputs: (made) => ({
      service: text(made, 'service', 'serviceId'),
      sloId: 'availability',
      goal: 0.999,
      rollingPeriodDays: 30,
      requestBasedSli: {
        goodTotalRatio: {
          badServiceFilter: `${runFilter} AND metric.labels.response_code_class="5xx"`,
          totalServiceFilter: runFilter,
        },
      },
    }),
  },
  {
    token: 'gcp:monitoring/alertPolicy:AlertPolicy',
    name: 'errors',
    inputs: (made) => ({
      displayName: 'orders: errors',
      combiner: 'OR',
      documentation: { content: 'See the runbook.' },
      alertStrategy: { autoClose: '1800s' },
      notificationChannels: [text(made, 'mail'), text(made, 'hook')],
      conditions: [
        {
          displayName: 'errors',
          conditionThreshold: {
            filter: `${runFilter} AND metric.labels.response_code_class="5xx"`,
            aggregations: [aligned],
            denominatorFilter: runFilter,
            denominatorAggregations: [{ ...aligned }],
            comparison: 'COMPARISON_GT',
            thresholdValue: 0.05,
            duration: '60s',
          },
        },
      ],
    }),
  },
  {
    token: 'gcp:monitoring/alertPolicy:AlertPolicy',
    name: 'burn',
    inputs: (made) => ({
      displayName: 'orders: burn',
      combiner: 'AND',
      notificationChannels: [text(made, 'mail')],
      conditions: [
        {
          displayName: 'an hour',
          conditionThreshold: {
            filter: `select_slo_burn_rate("${text(made, 'slo', 'name')}", "3600s")`,
            comparison: 'COMPARISON_GT',
            thresholdValue: 14.4,
            duration: '0s',
          },
        },
      ],
    }),
  },
  {
    token: 'gcp:monitoring/alertPolicy:AlertPolicy',
    name: 'down',
    inputs: (made) => ({
      displayName: 'orders: down',
      combiner: 'OR',
      alertStrategy: { autoClose: '1800s' },
      notificationChannels: [text(made, 'mail')],
      conditions: [
        {
          displayName: 'not reachable',
          conditionThreshold: {
            filter: `metric.type="monitoring.googleapis.com/uptime_check/check_passed" AND resource.type="uptime_url" AND metric.labels.check_id="${text(made, 'check', 'uptimeCheckId')}"`,
            aggregations: [
              {
                alignmentPeriod: '300s',
                perSeriesAligner: 'ALIGN_NEXT_OLDER',
                crossSeriesReducer: 'REDUCE_COUNT_FALSE',
                groupByFields: ['resource.label.host'],
              },
            ],
            comparison: 'COMPARISON_GT',
            thresholdValue: 1,
            duration: '60s',
          },
        },
      ],
    }),
  },
  {
    token: 'gcp:monitoring/dashboard:Dashboard',
    name: 'dashboard',
    inputs: { dashboardJson: dashboardOf({ filter: runFilter, aggregation: aligned }) },
  },
  {
    token: 'gcp:billing/budget:Budget',
    name: 'budget',
    inputs: (made) => ({
      billingAccount: '012345-567890-ABCDEF',
      displayName: 'orders',
      amount: { specifiedAmount: { currencyCode: 'USD', units: '100' } },
      thresholdRules: [{ thresholdPercent: 0.8 }, { thresholdPercent: 1, spendBasis: 'FORECASTED_SPEND' }],
      allUpdatesRule: { monitoringNotificationChannels: [text(made, 'mail')] },
    }),
  },
];

export function dashboardOf(timeSeriesFilter: object, widget = 'xyChart', width = 24): string {
  const dataSets = [{ timeSeriesQuery: { timeSeriesFilter } }];
  const tiles = [{ width, height: 16, widget: { title: 'Requests', [widget]: { dataSets } } }];
  return JSON.stringify({ displayName: 'orders', mosaicLayout: { columns: 48, tiles } });
}
