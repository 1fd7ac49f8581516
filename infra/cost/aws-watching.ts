import { recordsOf } from '../policy/read-inputs';
import type { Pricers } from './priced-resource';

/** Alarms and what they look at. */
export const awsWatching: Pricers = {
  'aws:cloudwatch/metricAlarm:MetricAlarm': ({ inputs }) => {
    const metrics = recordsOf(inputs.metricQueries).filter(({ metric }) => metric !== undefined).length;
    return [{ what: 'metrics of the alarm', price: 'aws.alarm.metric', quantity: Math.max(1, metrics) }];
  },
  'aws:cloudwatch/compositeAlarm:CompositeAlarm': () => [
    { what: 'alarm over alarms', price: 'aws.alarm.composite', quantity: 1 },
  ],
  'aws:cloudwatch/dashboard:Dashboard': () => [{ what: 'dashboard', price: 'aws.dashboard.month', quantity: 1 }],
  'aws:cloudwatch/logMetricFilter:LogMetricFilter': () => [
    { what: 'metric from log lines', price: 'aws.metric.month', quantity: 1 },
  ],
  'aws:route53/healthCheck:HealthCheck': ({ inputs: { type, requestInterval, measureLatency } }) => {
    const isTls = String(type).startsWith('HTTPS');
    const features = [isTls, String(type).endsWith('STR_MATCH'), requestInterval === 10, measureLatency === true];
    return [
      { what: 'check from outside', price: 'aws.health-check.month', quantity: 1 },
      { what: 'its features', price: 'aws.health-check.feature', quantity: features.filter(Boolean).length },
    ];
  },
};
