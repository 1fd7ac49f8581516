import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { Type } from 'typebox';
import type { StackConfig } from '../config';
import type { ImageEngine } from '../image';
import type { PostgresStore, RedisStore } from '../service-env';
import { type Cloud, type Foundation, type FoundationRequest, settings } from '../target';
import { createMigration } from './migration';
import { type DockerNames, dockerNames } from './names';
import { createNetwork, type Network } from './network';
import { createPostgres, databaseSizes } from './postgres';
import { createRedis } from './redis';
import { createImageEngine } from './registry';
import { pullStoreImage } from './store-images';

/** What every file of this folder needs to create something. */
export type DockerScope = {
  names: DockerNames;
  /** Marks what belongs to the stack. */
  labels: { label: string; value: string }[];
  /** Parent and provider of the shared resources. */
  options: { parent: pulumi.Resource };
  /** What Postgres runs from, and what carries credentials into their volumes. */
  postgresImage: pulumi.Output<string>;
  /** The base of the service's images; empty: as the Dockerfile has it. */
  runtimeImage: string;
  /** As `docker` takes it before a command, to reach the same engine. */
  command: string;
  protect: boolean;
};

/** A store in the network, and what must run before a connection to it can be opened. */
export type InNetwork<Store> = Store & { ready: pulumi.Resource[] };

export type DockerFoundation = Foundation & {
  scope: DockerScope;
  provider: docker.Provider;
  registry: ImageEngine;
  network: Network;
  postgres: InNetwork<PostgresStore>;
  redis: InNetwork<RedisStore> | undefined;
  migrate(...request: Parameters<Foundation['migrate']>): docker.Container;
};

const ProviderSettings = settings({
  host: Type.Optional(
    Type.String({
      pattern: '^(unix|npipe)://',
      allowed: "a socket of this machine's engine, such as unix:///var/run/docker.sock",
      description: 'the engine; default: the one that the docker command uses',
    }),
  ),
});

export const dockerCloud: Cloud<DockerFoundation> = {
  name: 'docker',
  isLocal: true,
  ProviderSettings,
  connectionLimits: ({ size }) => databaseSizes[size],
  findProblems,
  createFoundation,
};

function createFoundation({ identity, config, provider: given }: FoundationRequest): DockerFoundation {
  const provider = new docker.Provider('docker', given);
  const component = new pulumi.ComponentResource('taproom:docker:Foundation', 'docker', {}, { provider });
  const options = { parent: component };
  const scope: DockerScope = {
    names: dockerNames(identity),
    labels: [
      { label: 'project', value: identity.project },
      { label: 'stack', value: identity.stack },
      { label: 'managed-by', value: 'pulumi' },
    ],
    options,
    postgresImage: pullStoreImage('postgres', options),
    runtimeImage: config.build.runtimeImage,
    command: given.host === undefined ? 'docker' : `docker --host ${given.host}`,
    protect: config.protect,
  };
  const network = createNetwork(scope);
  const postgres = createPostgres(scope, network, config);
  const redis = config.cache === 'managed' ? createRedis(scope, network) : undefined;
  return {
    scope,
    provider,
    registry: createImageEngine(scope),
    network,
    postgres,
    redis,
    migrate: (image) => createMigration(scope, { image, network, postgres }),
  };
}

function findProblems({ database, rotation }: StackConfig): string[] {
  return [
    ...(database.highAvailability
      ? ['taproom:database.highAvailability must be false for docker: one machine has no other zone']
      : []),
    ...(rotation.databaseOwner > 1
      ? [
          'taproom:rotation.databaseOwner must be 1 for docker: its Postgres takes the password with the first start only',
        ]
      : []),
  ];
}
