import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from '../config';
import { createOwnerLogin, createServiceLogin } from '../rotation';
import { databaseName, ownerRole, type PostgresStore } from '../service-env';
import { createCredentials, credentialsFolder } from './credentials';
import type { DockerScope, InNetwork } from './foundation';
import type { Network } from './network';
import { restricted } from './restricted';

const host = 'postgres';
const passwordFile = 'postgres-password';
/** superuser_reserved_connections, and one person. */
const reserved = 5;

/** Connections are set: what they cost is shared memory, of which a machine has enough for all of these. */
export const databaseSizes = {
  small: { connections: 100, reserved },
  medium: { connections: 200, reserved },
  large: { connections: 400, reserved },
} as const;

/**
 * The Postgres of the stack on this machine, in a volume, reached by name in the network of the stores alone. Without TLS: the
 * network ends at the machine. The owner is the superuser that the image makes, as in docker-compose.yml.
 */
export function createPostgres(
  scope: DockerScope,
  { stores }: Network,
  { database: { size }, rotation }: Pick<StackConfig, 'database' | 'rotation'>,
): InNetwork<PostgresStore> {
  const { names, labels, options, protect, postgresImage } = scope;
  const owner = createOwnerLogin({ name: 'docker-postgres-owner', user: ownerRole }, rotation, options);
  const service = createServiceLogin('docker-postgres-service', rotation, options);
  const credentials = createCredentials('postgres', { [passwordFile]: owner.password }, scope);
  const database = new docker.Volume('database', { name: names('database'), labels }, { ...options, protect });
  const container = new docker.Container(
    'postgres',
    {
      ...restricted,
      name: names('postgres'),
      image: postgresImage,
      command: ['postgres', '-c', `max_connections=${databaseSizes[size].connections}`],
      user: 'postgres',
      envs: [
        `POSTGRES_DB=${databaseName}`,
        `POSTGRES_USER=${ownerRole}`,
        `POSTGRES_PASSWORD_FILE=${credentialsFolder}/${passwordFile}`,
      ],
      volumes: [
        { volumeName: database.name, containerPath: '/var/lib/postgresql/data', readOnly: false },
        credentials.volume,
      ],
      tmpfs: { '/tmp': 'mode=1777', '/run/postgresql': 'mode=1777' },
      networksAdvanced: [{ name: stores.name, aliases: [host] }],
      healthcheck: {
        // By TCP: while the image sets up a new database it answers on its socket already.
        tests: ['CMD', 'pg_isready', '--host=127.0.0.1', `--username=${ownerRole}`, `--dbname=${databaseName}`],
        interval: '2s',
        timeout: '3s',
        startPeriod: '50s',
        retries: 5,
      },
      wait: true,
      waitTimeout: 120,
      restart: 'unless-stopped',
      // Ends with a checkpoint, and not in a recovery at the next start.
      destroyGraceSeconds: 30,
      labels: [...labels, credentials.label],
    },
    {
      ...options,
      deleteBeforeReplace: true,
      // The provider's update would call a container healthy that never was: "*" also replaces one whose failure the state remembers.
      replaceOnChanges: ['*'],
      dependsOn: credentials.ready,
    },
  );
  const address = { host: pulumi.output(host), port: 5432, tls: { mode: 'off' } } as const;
  return { ...address, database: databaseName, owner, service, ready: [container] };
}
