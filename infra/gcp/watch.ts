import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from '../config';
import type { Watch, WatchedService } from '../target';
import { createAlarm } from './alarms';
import { enableApi } from './apis';
import { createBudget } from './budget';
import type { CloudRunSignals } from './cloud-run-signals';
import { createDashboard } from './dashboard';
import type { GcpScope } from './foundation';
import { createChannels } from './notifications';
import { buildBurnAlarm, buildServiceAlarms } from './service-alarms';
import { createSlo } from './slo';
import { buildStoreAlarms, type WatchedStores } from './store-alarms';
import { createUptimeCheck } from './uptime-check';

export type WatchRequest = {
  config: Pick<StackConfig, 'alerts' | 'service'>;
  stores: WatchedStores;
};

/** Everything of `taproom:alerts` on Google Cloud: channels, alarms, objectives, budget, dashboard. */
export function createWatch(
  scope: GcpScope,
  { config, stores }: WatchRequest,
  services: readonly WatchedService[],
): Watch {
  const { alerts, service } = config;
  const { names, project, labels } = scope;
  const component = new pulumi.ComponentResource('taproom:gcp:Watch', 'gcp-watch', {}, scope.options);
  const apis = ['monitoring', ...(alerts.billingAccount === '' ? [] : ['billingbudgets'])];
  const ready = apis.map((api) => enableApi(api, { parent: component }));
  const options = { parent: component, dependsOn: ready };
  const channels = createChannels(alerts, { names, labels, options });
  const told = [channels.email, channels.webhook].filter((channel) => channel !== undefined);
  const place = { names, labels, channels: told, options };

  // The targets of this cloud give these.
  const watched = services.map(({ name, url, signals }) => ({ name, url, signals: signals as CloudRunSignals }));
  const shared = buildStoreAlarms(stores);
  const made = [
    ...watched.flatMap(({ name, url, signals }) => {
      const burnRateOver = createSlo(name, signals, place);
      return [
        createUptimeCheck(name, url, place),
        ...buildServiceAlarms(signals, service),
        buildBurnAlarm('slo-fast-burn', signals, burnRateOver),
        buildBurnAlarm('slo-slow-burn', signals, burnRateOver),
      ].map((spec) => createAlarm(name, spec, place));
    }),
    ...shared.map((spec) => createAlarm(spec.kind, spec, place)),
  ];
  const warnings = [...createBudget(alerts, { project, channels }, options), ...neverScaling(service)];
  const dashboardUrl = createDashboard(
    {
      displayName: names('dashboard', 'service'),
      project,
      services: watched,
      shared,
      alarmIds: made.map(({ id }) => id),
    },
    options,
  );
  return { dashboardUrl, warnings };
}

function neverScaling({ minInstances, maxInstances }: StackConfig['service']): string[] {
  if (minInstances !== maxInstances) return [];
  return [
    'no alarm tells of instances at their maximum, since taproom:service.minInstances and maxInstances are the same',
  ];
}
