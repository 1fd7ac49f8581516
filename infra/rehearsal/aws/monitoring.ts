import { budgetRules } from './budget-rules';
import { budget } from './budgets';
import { compositeAlarm, metricAlarm } from './cloudwatch-alarm';
import { alarmActionRules, metricAlarmRules } from './cloudwatch-alarm-rules';
import { alarmMetricRules } from './cloudwatch-metric-rules';
import { dashboardSimulation } from './dashboard';
import { healthCheckSimulation } from './health-check';
import { metricFilter, metricFilterRules } from './metric-filter';
import { subscription, topic, topicPolicy } from './sns';
import { snsRules } from './sns-rules';

/** Alarms, what they look at and whom they tell. */
export const monitoring = {
  resources: [
    metricAlarm,
    compositeAlarm,
    metricFilter,
    topic,
    topicPolicy,
    subscription,
    budget,
    ...dashboardSimulation.resources,
    ...healthCheckSimulation.resources,
  ],
  functions: [],
  rules: [
    ...metricAlarmRules,
    ...alarmActionRules,
    ...alarmMetricRules,
    ...metricFilterRules,
    ...snsRules,
    ...budgetRules,
    ...dashboardSimulation.rules,
    ...healthCheckSimulation.rules,
  ],
};
