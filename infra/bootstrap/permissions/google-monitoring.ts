import type { GooglePermission } from './google-permissions';

const source = 'https://docs.cloud.google.com/monitoring/access-control';

function monitored(resource: string): GooglePermission {
  const all = (...verbs: readonly string[]) => verbs.map((verb) => `monitoring.${resource}.${verb}`);
  return { source, read: all('get', 'list'), write: all('create', 'update', 'delete') };
}

/** Alarms, what they look at, and the budget. */
export const googleMonitoringPermissions: Readonly<Record<string, GooglePermission>> = {
  // Only a stack with taproom:alerts.billingAccount has it; of the project its number is read.
  'gcp:billing/budget:Budget': {
    source: 'https://docs.cloud.google.com/billing/docs/how-to/budget-api-access-control',
    read: ['resourcemanager.projects.get'],
    write: [],
    onBillingAccount: { read: 'roles/billing.viewer', write: 'roles/billing.costsManager' },
  },
  'gcp:monitoring/alertPolicy:AlertPolicy': monitored('alertPolicies'),
  'gcp:monitoring/dashboard:Dashboard': monitored('dashboards'),
  'gcp:monitoring/genericService:GenericService': monitored('services'),
  'gcp:monitoring/notificationChannel:NotificationChannel': monitored('notificationChannels'),
  'gcp:monitoring/slo:Slo': monitored('slos'),
  'gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig': monitored('uptimeCheckConfigs'),
};
