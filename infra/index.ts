import { cloudsOf, type EnabledTarget, loadStackConfig, serviceSpec } from './config';
import { createImage } from './image';
import { createApiKeys } from './rotation';
import type { Cloud, Foundation, Watch, WatchedService } from './target';

/** The whole program: everything is read and checked first, and created second. */
function deployStack() {
  const config = loadStackConfig();

  // What a cloud's targets share.
  const clouds = cloudsOf(config.targets).map((cloud) => {
    const provider = config.providers[cloud.name] ?? {};
    return { cloud, foundation: cloud.createFoundation({ identity: config.identity, config, provider }) };
  });
  const apiKey = createApiKeys(config.rotation);
  const image = createImage(
    config,
    Object.fromEntries(clouds.map(({ cloud, foundation }) => [cloud.name, foundation.registry])),
  );

  // The release in each cloud: its image, and the database at that image's schema.
  const releases = new Map(
    clouds.map(({ cloud, foundation }) => {
      const imageRef = image.in(cloud.name);
      return [cloud, { foundation, image: imageRef, migration: foundation.migrate(imageRef) }];
    }),
  );
  const services = config.targets.map(({ name, target, settings }) => {
    const release = releases.get(target.cloud);
    if (release === undefined) throw new Error(`no release in ${target.cloud.name}`);
    const service = serviceSpec(config, target);
    return { name, ...target.deploy({ name, service, apiKey, settings, ...release }) };
  });

  const watches = config.alerts.enabled ? watchServices(clouds, config.targets, services) : {};

  const byTarget = <Key extends 'url' | 'logsCommand'>(key: Key) =>
    Object.fromEntries(services.map((service) => [service.name, service[key]]));
  return {
    app_url: services[0]?.url,
    app_urls: byTarget('url'),
    api_key: apiKey.current,
    image_digest: image.digest,
    image_references: Object.fromEntries(clouds.map(({ cloud }) => [cloud.name, image.in(cloud.name).reference])),
    logs_command: byTarget('logsCommand'),
    dashboards: Object.fromEntries(Object.entries(watches).map(([name, { dashboardUrl }]) => [name, dashboardUrl])),
    warnings: [
      ...services.flatMap(({ name, warnings = [] }) => warnings.map((warning) => `${name}: ${warning}`)),
      ...Object.entries(watches).flatMap(([name, { warnings }]) => warnings.map((warning) => `${name}: ${warning}`)),
    ],
  };
}

/** Alarms in each cloud, on its own services. */
function watchServices(
  clouds: readonly { cloud: Cloud; foundation: Foundation }[],
  targets: readonly EnabledTarget[],
  services: readonly WatchedService[],
): Record<string, Watch> {
  return Object.fromEntries(
    clouds.map(({ cloud, foundation }) => {
      if (foundation.watch === undefined) throw new Error(`findAlertProblems refuses alarms on ${cloud.name}`);
      const own = targets.filter(({ target }) => target.cloud === cloud).map(({ name }) => name);
      return [cloud.name, foundation.watch(services.filter(({ name }) => own.includes(name)))];
    }),
  );
}

export = deployStack;
