import { channelRules, notificationChannel } from './monitoring-channel';
import { dashboard, dashboardRules } from './monitoring-dashboard';
import { alertPolicy } from './monitoring-policy';
import { policyRules } from './monitoring-policy-rules';
import { customService, genericService, serviceRules } from './monitoring-service';
import { slo } from './monitoring-slo';
import { sloRules } from './monitoring-slo-rules';
import { uptimeCheck } from './monitoring-uptime';
import { uptimeRules } from './monitoring-uptime-rules';
import { apiRules } from './project-services';

const resources = [notificationChannel, uptimeCheck, alertPolicy, genericService, customService, slo, dashboard];

export const monitoringSimulation = {
  resources,
  functions: [],
  rules: [
    ...apiRules('monitoring', 'monitoring', resources),
    ...channelRules,
    ...uptimeRules,
    ...policyRules,
    ...serviceRules,
    ...sloRules,
    ...dashboardRules,
  ],
};
