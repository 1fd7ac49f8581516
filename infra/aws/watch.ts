import * as pulumi from '@pulumi/pulumi';
import { alarms } from '../alarms';
import type { StackConfig } from '../config';
import type { Watch, WatchedService } from '../target';
import type { AlarmSpec } from './alarm-spec';
import { type AlarmPlace, createAlarm, createBurnAlarm, type NamedAlarm } from './alarms';
import { createBudget } from './budget';
import { createDashboard } from './dashboard';
import type { AwsScope } from './foundation';
import { createHealthCheck, healthCheckRegion } from './health-check';
import { migrationFunctionName } from './names';
import { confirmationWarnings, createTopic } from './notifications';
import { buildServiceAlarms } from './service-alarms';
import type { AwsSignals } from './signals';
import { buildCacheAlarms, buildDatabaseAlarms, buildMigrationAlarm } from './store-alarms';

export type WatchRequest = {
  config: Pick<StackConfig, 'alerts' | 'database' | 'service'>;
  /** As many as the database's size allows. */
  connections: number;
  databaseHost: pulumi.Output<string>;
  /** None: no cache is shared. */
  cacheHost: pulumi.Output<string> | undefined;
};

/** A target's service with what its own cloud measures of it. */
type Watched = { name: string; url: pulumi.Output<string>; signals: AwsSignals };

/** Everything of `taproom:alerts` on AWS: topics, alarms, budget, dashboard. */
export function createWatch(scope: AwsScope, request: WatchRequest, given: readonly WatchedService[]): Watch {
  const { alerts, service } = request.config;
  const component = new pulumi.ComponentResource('taproom:aws:Watch', 'aws-watch', {}, scope.options);
  const options = { parent: component };
  const services = given.map(({ name, url, signals }): Watched => {
    // The targets of this cloud give such a function, since some signals are made only where somebody watches.
    const createSignals = signals as () => AwsSignals;
    return { name, url, signals: createSignals() };
  });
  const places = createPlaces(scope, alerts, options);

  const shared = [...storeAlarms(request), buildMigrationAlarm(migrationFunctionName(scope.names))];
  const made: NamedAlarm[] = [
    ...services.flatMap(({ name, signals }) => [
      ...buildServiceAlarms(signals, service).map((spec) => createAlarm(name, spec, places.home)),
      createBurnAlarm(name, 'slo-fast-burn', signals, places.home),
      createBurnAlarm(name, 'slo-slow-burn', signals, places.home),
    ]),
    ...shared.map((spec) => createAlarm(spec.kind, spec, places.home)),
  ];
  for (const { name, url } of services) {
    createAlarm(name, createHealthCheck(name, url, options), places.healthChecks);
  }
  createBudget(
    { names: scope.names, monthlyBudget: alerts.monthlyBudget, topicArn: places.healthChecks.topicArn },
    { ...options, dependsOn: places.ready },
  );
  const dashboardUrl = createDashboard(
    {
      names: scope.names,
      region: scope.region,
      services,
      charts: shared.map((spec) => ({ title: alarms[spec.kind].title, metrics: Object.values(spec.metrics) })),
      alarmArns: made.map(({ arn }) => arn),
    },
    options,
  );
  return { dashboardUrl, warnings: [...confirmationWarnings(alerts, places.regions), ...neverScaling(service)] };
}

type Places = {
  home: AlarmPlace;
  /** Where Route 53 measures; costs are told from there too. */
  healthChecks: AlarmPlace;
  regions: string[];
  ready: pulumi.Resource[];
};

/** A topic in the stack's region, and one where Route 53's metrics are, unless that is the same. */
function createPlaces(
  { names, region }: AwsScope,
  receivers: StackConfig['alerts'],
  options: pulumi.CustomResourceOptions,
): Places {
  const placeIn = (name: string, topicRegion: string) => {
    const topic = createTopic(name, { names, region: topicRegion, receivers }, options);
    const place = { names, region: topicRegion, topicArn: topic.arn, options: { ...options, dependsOn: topic.ready } };
    return { place, ready: topic.ready };
  };
  const home = placeIn('alerts', region);
  if (region === healthCheckRegion) {
    return { home: home.place, healthChecks: home.place, regions: [region], ready: home.ready };
  }
  const global = placeIn(`alerts-${healthCheckRegion}`, healthCheckRegion);
  return {
    home: home.place,
    healthChecks: global.place,
    regions: [region, healthCheckRegion],
    ready: [...home.ready, ...global.ready],
  };
}

function storeAlarms({ config: { database }, connections, databaseHost, cacheHost }: WatchRequest): AlarmSpec[] {
  // Both services give names that hold the identifier: IDENTIFIER.id.region.rds..., master.IDENTIFIER.id.zone.cache...
  const label = (host: pulumi.Output<string>, index: number) => host.apply((text) => text.split('.')[index] ?? '');
  const identifier = label(databaseHost, 0);
  const nodes = Array.from({ length: database.highAvailability ? 2 : 1 }, (_, index) => `00${index + 1}`);
  return [
    ...buildDatabaseAlarms({ engine: database.engine, identifier, connections }),
    ...(cacheHost === undefined
      ? []
      : buildCacheAlarms(nodes.map((number) => pulumi.interpolate`${label(cacheHost, 1)}-${number}`))),
  ];
}

function neverScaling({ minInstances, maxInstances }: StackConfig['service']): string[] {
  if (minInstances !== maxInstances) return [];
  return [
    'no alarm tells of instances at their maximum, since taproom:service.minInstances and maxInstances are the same',
  ];
}
