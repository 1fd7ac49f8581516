import { Provider } from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';
import { Type } from 'typebox';
import type { StackConfig } from '../config';
import type { PostgresStore, RedisStore } from '../service-env';
import { type Cloud, type Foundation, type FoundationRequest, settings } from '../target';
import { createMigration } from './migration';
import { type AwsNames, awsNames } from './names';
import { createNetwork, type Network } from './network';
import { boundRoles } from './permissions-boundary';
import { createPostgres } from './postgres';
import { databaseSizes } from './postgres-sizes';
import { createRedis } from './redis';
import { type AwsRegistry, createRegistry, findRegistryProblems } from './registry';
import { createWatch } from './watch';

/** What every file of this folder needs to create something. */
export type AwsScope = {
  names: AwsNames;
  region: string;
  /** Parent and provider of the shared resources. */
  options: pulumi.CustomResourceOptions;
  /** Other in each life of the stack, for names that AWS does not give again at once. */
  suffix: pulumi.Output<string>;
  protect: boolean;
  logRetentionDays: number;
};

/** A store in the network: its address, and the door through which the service and the migration reach it. */
export type InNetwork<Store> = Store & {
  securityGroupId: pulumi.Output<string>;
  /** What must exist before a connection can be opened. */
  ready: pulumi.Resource[];
};

export type AwsFoundation = Foundation & {
  scope: AwsScope;
  provider: Provider;
  network: Network;
  registry: AwsRegistry;
  postgres: InNetwork<PostgresStore>;
  redis: InNetwork<RedisStore> | undefined;
};

export const aws: Cloud<AwsFoundation> = {
  name: 'aws',
  hasAlarms: true,
  ProviderSettings: settings({
    region: Type.String({
      pattern: '^[a-z]{2}(-[a-z]+)+-[0-9]$',
      allowed: 'a region, such as us-east-1',
      description: 'where everything is created',
    }),
    profile: Type.Optional(Type.String({ description: 'profile of the shared credentials file' })),
    allowedAccountIds: Type.Optional(Type.Array(Type.String(), { description: 'refuse every other account' })),
  }),
  connectionLimits: ({ engine, size }) => databaseSizes[engine][size],
  findProblems: (config) => findRegistryProblems(config),
  createFoundation,
};

function createFoundation({ identity, config, provider: settings }: FoundationRequest): AwsFoundation {
  const provider = new Provider('aws', {
    ...settings,
    defaultTags: { tags: { project: identity.project, stack: identity.stack, 'managed-by': 'pulumi' } },
  });
  boundRoles(config.permissionsBoundary);
  const component = new pulumi.ComponentResource('taproom:aws:Foundation', 'aws', {}, { provider });
  const options = { parent: component };
  const suffix = new random.RandomId('aws-suffix', { byteLength: 3 }, options).hex;
  const scope: AwsScope = {
    names: awsNames(identity),
    region: String(settings.region),
    options,
    suffix,
    protect: config.protect,
    logRetentionDays: config.protect ? 365 : 30,
  };
  const network = createNetwork(scope, {
    zoneIds: config.zones.aws,
    highAvailability: config.database.highAvailability,
  });
  const registry = createRegistry(scope, sharedRepository(config));
  const postgres = createPostgres(scope, network, config);
  const redis = config.cache === 'managed' ? createRedis(scope, network, config.database) : undefined;
  return {
    scope,
    provider,
    network,
    registry,
    postgres,
    redis,
    migrate: (image) => createMigration(scope, { image, network, registry, postgres }),
    watch: (services) =>
      createWatch(
        scope,
        {
          config,
          connections: aws.connectionLimits(config.database).connections,
          databaseHost: postgres.host,
          cacheHost: redis?.host,
        },
        services,
      ),
  };
}

function sharedRepository({ registries }: StackConfig): string | undefined {
  return registries === 'stack' ? undefined : registries[aws.name];
}
