import { Provider } from '@pulumi/gcp';
import * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';
import { Type } from 'typebox';
import type { StackConfig } from '../config';
import { labelValue } from '../names';
import type { PostgresStore, RedisStore } from '../service-env';
import { type Cloud, type Foundation, type FoundationRequest, settings } from '../target';
import { enableApis } from './apis';
import { createMigration, migrationName } from './migration';
import { type GcpNames, gcpNames, stackDescription } from './names';
import { createNetwork, type Network } from './network';
import { createPostgres } from './postgres';
import { databaseSizes } from './postgres-sizes';
import { createRedis } from './redis';
import { createRegistry, findRegistryProblems } from './registry';
import { createWatch } from './watch';

/** What every file of this folder needs to create something. */
export type GcpScope = {
  names: GcpNames;
  project: string;
  region: string;
  /** Parent and provider of the shared resources; created only when the APIs are on. */
  options: { parent: pulumi.Resource; dependsOn: pulumi.Resource[] };
  /** Other in each life of the stack, for names that Google does not give again at once. */
  suffix: pulumi.Output<string>;
  /** Of what takes none from the provider. */
  labels: Record<string, string>;
  /** Names the stack where there are no labels. */
  description: string;
  protect: boolean;
  logRetentionDays: number;
};

/** A store in the network, and what must exist before a connection to it can be opened. */
export type InNetwork<Store> = Store & { ready: pulumi.Resource[] };

export type GcpFoundation = Foundation & {
  scope: GcpScope;
  provider: Provider;
  network: Network;
  postgres: InNetwork<PostgresStore>;
  redis: InNetwork<RedisStore> | undefined;
};

const ProviderSettings = settings({
  project: Type.String({
    pattern: '^[a-z][a-z0-9-]{4,28}[a-z0-9]$',
    allowed: "a project's id, such as my-project-1234",
    description: 'where everything is created',
  }),
  region: Type.String({
    pattern: '^[a-z]+(-[a-z]+)+[0-9]+$',
    allowed: 'a region, such as us-central1',
    description: 'where everything is created',
  }),
  impersonateServiceAccount: Type.Optional(Type.String({ description: 'act as this service account' })),
});

export const gcp: Cloud<GcpFoundation> = {
  name: 'gcp',
  hasAlarms: true,
  ProviderSettings,
  connectionLimits: ({ size }) => databaseSizes[size],
  findProblems: (config) => [...findRegistryProblems(config), ...findZoneProblems(config)],
  createFoundation,
};

function createFoundation({ identity, config, provider: settings }: FoundationRequest): GcpFoundation {
  const labels = {
    project: labelValue(identity.project),
    stack: labelValue(identity.stack),
    'managed-by': 'pulumi',
  };
  const provider = new Provider('gcp', { ...settings, defaultLabels: labels });
  const component = new pulumi.ComponentResource('taproom:gcp:Foundation', 'gcp', {}, { provider });
  const apis = enableApis({ parent: component });
  const options = { parent: component, dependsOn: apis };
  const scope: GcpScope = {
    names: gcpNames(identity),
    project: String(settings.project),
    region: String(settings.region),
    options,
    suffix: new random.RandomId('gcp-suffix', { byteLength: 3 }, { parent: component }).hex,
    labels,
    description: stackDescription(identity),
    protect: config.protect,
    logRetentionDays: config.protect ? 365 : 30,
  };
  const network = createNetwork(scope, config.service.maxInstances);
  const registry = createRegistry(scope, config.registries === 'stack' ? undefined : config.registries.gcp);
  const postgres = createPostgres(scope, network, config);
  const redis = config.cache === 'managed' ? createRedis(scope, network, config.database) : undefined;
  return {
    scope,
    provider,
    network,
    registry,
    postgres,
    redis,
    migrate: (image) => createMigration(scope, { image, network, postgres }),
    watch: (services) => {
      const stores = {
        project: scope.project,
        databaseName: postgres.serverName,
        connections: databaseSizes[config.database.size].connections,
        cacheId: redis?.id,
        migrationPrefix: migrationName(scope.names),
      };
      return createWatch(scope, { config, stores }, services);
    },
  };
}

function findZoneProblems({ zones }: StackConfig): string[] {
  return zones.gcp === undefined ? [] : ['taproom:zones.gcp must not be set: regional resources choose their zones'];
}
