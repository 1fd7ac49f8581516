import type { GooglePermission } from './google-permissions';

const source = 'https://docs.cloud.google.com/monitoring/access-control';

function monitored(resource: string): GooglePermission {
  const all = (...verbs: readonly string[]) => verbs.map((verb) => `monitoring.${resource}.${verb}`);
  return { source, read: all('get', 'list'), write: all('create', 'update', 'delete') };
}

/**
 * Alarms and what they look at. A budget is on the billing account, where the bootstrap gives nothing: who deploys one needs
 * roles/billing.costsManager there.
 */
export const googleMonitoringPermissions: Readonly<Record<string, GooglePermission>> = {
  'gcp:monitoring/alertPolicy:AlertPolicy': monitored('alertPolicies'),
  'gcp:monitoring/dashboard:Dashboard': monitored('dashboards'),
  'gcp:monitoring/genericService:GenericService': monitored('services'),
  'gcp:monitoring/notificationChannel:NotificationChannel': monitored('notificationChannels'),
  'gcp:monitoring/slo:Slo': monitored('slos'),
  'gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig': monitored('uptimeCheckConfigs'),
};
