import * as docker from '@pulumi/docker';
import type { ImageRef } from '../image';
import { migrationEnv, type PostgresStore } from '../service-env';
import { createCredentials, credentialsFolder, envFile, envList } from './credentials';
import type { DockerScope, InNetwork } from './foundation';
import type { Network } from './network';
import { oneShot } from './one-shot';
import { restricted } from './restricted';

export type MigrationRequest = { image: ImageRef; network: Network; postgres: InNetwork<PostgresStore> };

/**
 * Migrates with the image that is being deployed: a container for each release and for each new Postgres, which runs once. Who
 * waits for it asks `successOf` how it ended.
 */
export function createMigration(scope: DockerScope, { image, network, postgres }: MigrationRequest): docker.Container {
  const { names, labels, options } = scope;
  const platform = { logFormat: 'plain', trustProxyHops: 0, drainSeconds: 0 } as const;
  const env = migrationEnv({ digest: image.digest, postgres, platform });
  const credentials = createCredentials('migration', { 'migrate.env': envFile(env.secrets) }, scope);
  return new docker.Container(
    'migration',
    {
      ...restricted,
      ...oneShot,
      name: names('migration'),
      image: image.reference,
      entrypoints: ['node', `--env-file=${credentialsFolder}/migrate.env`, 'server.js'],
      command: ['migrate'],
      envs: envList(env.plain),
      volumes: [credentials.volume],
      networksAdvanced: [{ name: network.stores.name }],
      labels: [...labels, credentials.label],
    },
    {
      ...options,
      deleteBeforeReplace: true,
      // Another Postgres may be an empty one.
      replaceWith: postgres.ready,
      dependsOn: [...postgres.ready, ...credentials.ready],
    },
  );
}
