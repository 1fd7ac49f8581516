import { aligned, dashboardOf, latencyFilter, monitoringSteps, runFilter } from './testing/monitored-service';
import { testMutations, text } from './testing/setup';

const condition = 'conditions.0.conditionThreshold';

const change = (resource: string, rule: string, what: string, changes: object) => ({
  rule: `gcp.${rule}`,
  what,
  resource,
  change: changes as Record<string, never>,
});

describe('the rules of gcp.monitoring and gcp.billing', () => {
  testMutations(monitoringSteps, [
    change('mail', 'monitoring.channel-type', 'an e-mail channel without an address', { labels: {} }),
    change('mail', 'monitoring.channel-type', 'a type that there is not', { type: 'fax' }),
    change('mail', 'monitoring.channel-address', 'an address that is none', { 'labels.email_address': 'ops' }),
    change('hook', 'monitoring.channel-address', 'a webhook that is no URL', { 'labels.url': 'hooks.example.com' }),
    change('check', 'monitoring.cloud-run-path', 'the path that Google keeps', { 'httpCheck.path': '/healthz' }),
    change('check', 'monitoring.uptime-times', 'every half minute', { period: '30s' }),
    change('check', 'monitoring.uptime-times', 'a timeout over a minute', { timeout: '61s' }),
    change('check', 'monitoring.uptime-what', 'a URL as host', {
      'monitoredResource.labels.host': 'https://x.run.app',
    }),
    change('check', 'monitoring.uptime-what', 'no protocol', { httpCheck: undefined }),
    change('check', 'monitoring.uptime-regions', 'one location', { selectedRegions: ['EUROPE'] }),
    change('service', 'monitoring.service-id', 'capitals', { serviceId: 'Orders' }),
    change('service', 'monitoring.basic-service', 'no location', { 'basicService.serviceLabels.location': undefined }),
    change('slo', 'monitoring.slo-goal', 'four nines', { goal: 0.9999 }),
    change('slo', 'monitoring.slo-window', '31 days', { rollingPeriodDays: 31 }),
    change('slo', 'monitoring.slo-window', 'two windows', { calendarPeriod: 'MONTH' }),
    change('slo', 'monitoring.slo-indicator', 'one filter only', {
      'requestBasedSli.goodTotalRatio.badServiceFilter': undefined,
    }),
    change('slo', 'monitoring.slo-filter', 'what does not count', {
      'requestBasedSli.goodTotalRatio.totalServiceFilter':
        'metric.type="run.googleapis.com/container/instance_count" AND resource.type="cloud_run_revision"',
    }),
    change('slo', 'monitoring.slo-id', 'a slash', { sloId: 'a/b' }),
    change('slo', 'monitoring.slo-service', 'a service that is not there', { service: 'other' }),
    change('errors', 'monitoring.combiner', 'a combiner that there is not', { combiner: 'XOR' }),
    change('errors', 'monitoring.conditions', 'no condition', { conditions: [] }),
    change('errors', 'monitoring.policy-filter', 'no type of resource', {
      [`${condition}.denominatorFilter`]: 'metric.type="run.googleapis.com/request_count"',
    }),
    change('errors', 'monitoring.policy-filter', 'no metric', {
      [`${condition}.filter`]: 'resource.type="cloud_run_revision"',
    }),
    change('errors', 'monitoring.policy-metric', 'a metric that there is not', {
      [`${condition}.filter`]: 'metric.type="run.googleapis.com/requests" AND resource.type="cloud_run_revision"',
    }),
    change('errors', 'monitoring.policy-metric', 'a label that the metric lacks', {
      [`${condition}.filter`]: `${runFilter} AND metric.labels.status="500"`,
    }),
    change('errors', 'monitoring.policy-metric', 'a resource of another metric', {
      [`${condition}.filter`]: runFilter.replace('cloud_run_revision', 'cloud_run_job'),
    }),
    change('errors', 'monitoring.aligner', 'the rate of a distribution', { [`${condition}.filter`]: latencyFilter }),
    change('errors', 'monitoring.aligner', 'a distribution compared with a number', {
      [`${condition}.filter`]: latencyFilter,
      [`${condition}.aggregations.0.perSeriesAligner`]: 'ALIGN_DELTA',
    }),
    change('errors', 'monitoring.aligner', 'the percentile of a number', {
      [`${condition}.aggregations.0.perSeriesAligner`]: 'ALIGN_PERCENTILE_95',
    }),
    change('errors', 'monitoring.alignment-period', 'half a minute', {
      [`${condition}.aggregations.0.alignmentPeriod`]: '30s',
    }),
    change('errors', 'monitoring.alignment-period', 'a reducer alone', {
      [`${condition}.aggregations.0.perSeriesAligner`]: undefined,
    }),
    change('errors', 'monitoring.ratio', 'sides of other periods', {
      [`${condition}.aggregations.0.alignmentPeriod`]: '600s',
    }),
    change('errors', 'monitoring.duration', 'a minute and a half', { [`${condition}.duration`]: '90s' }),
    change('errors', 'monitoring.comparison', 'at least', { [`${condition}.comparison`]: 'COMPARISON_GE' }),
    change('errors', 'monitoring.auto-close', 'ten minutes', { 'alertStrategy.autoClose': '600s' }),
    change('errors', 'monitoring.policy-text', 'an endless name', { displayName: 'x'.repeat(513) }),
    change('errors', 'monitoring.policy-channel', 'a channel that is not there', {
      notificationChannels: ['projects/rehearsal-project/notificationChannels/1'],
    }),
    change('errors', 'labels', 'capitals in labels', { userLabels: { Stack: 'dev' } }),
    change('burn', 'monitoring.burn-rate', 'a burn rate with aggregations', {
      [`${condition}.aggregations`]: [aligned],
    }),
    change('burn', 'monitoring.policy-filter', 'a burn rate over no time', {
      [`${condition}.filter`]: 'select_slo_burn_rate("projects/1/services/orders/serviceLevelObjectives/availability")',
    }),
    change('burn', 'monitoring.policy-slo', 'an SLO that is not there', {
      [`${condition}.filter`]: 'select_slo_burn_rate("projects/1/services/orders/serviceLevelObjectives/other", "1h")',
    }),
    change('dashboard', 'monitoring.dashboard-json', 'what is no JSON', { dashboardJson: '{' }),
    change('dashboard', 'monitoring.dashboard-json', 'no layout', { dashboardJson: '{"displayName":"orders"}' }),
    change('dashboard', 'monitoring.dashboard-widget', 'a widget that there is not', {
      dashboardJson: dashboardOf({ filter: runFilter, aggregation: aligned }, 'lineChart'),
    }),
    change('dashboard', 'monitoring.dashboard-widget', 'a tile that is too wide', {
      dashboardJson: dashboardOf({ filter: runFilter, aggregation: aligned }, 'xyChart', 49),
    }),
    change('dashboard', 'monitoring.dashboard-filter', 'a chart of a distribution by its rate', {
      dashboardJson: dashboardOf({ filter: latencyFilter, aggregation: aligned }),
    }),
    { rule: 'gcp.billing.api-enabled', what: 'no API', resource: 'budget', without: ['budget-api'] },
    change('budget', 'billing.account', 'an account that is none', { billingAccount: '1234' }),
    change('budget', 'billing.amount', 'cents as units', { 'amount.specifiedAmount.units': '99.5' }),
    change('budget', 'billing.thresholds', 'less than nothing', { 'thresholdRules.0.thresholdPercent': -1 }),
    change('budget', 'billing.thresholds', 'another basis', { 'thresholdRules.1.spendBasis': 'FORECAST' }),
    change('budget', 'billing.name', '61 characters', { displayName: 'x'.repeat(61) }),
    change('budget', 'billing.filter', 'a bare project', { budgetFilter: { projects: ['orders'] } }),
    {
      rule: 'gcp.billing.channels',
      what: 'a webhook',
      resource: 'budget',
      change: (made) => ({ 'allUpdatesRule.monitoringNotificationChannels': [text(made, 'hook')] }),
    },
  ]);
});
