import * as cloudrunv2 from '@pulumi/gcp/cloudrunv2';
import type * as pulumi from '@pulumi/pulumi';
import type { ImageRef } from '../image';
import { migrationEnv, type PostgresStore } from '../service-env';
import type { GcpScope, InNetwork } from './foundation';
import type { GcpNames } from './names';
import { type Network, privateEgress } from './network';
import { createReaderEnv } from './secrets';
import { createServiceAccount } from './service-account';

export type MigrationRequest = { image: ImageRef; network: Network; postgres: InNetwork<PostgresStore> };

/**
 * Migrates with the image that is being deployed: a job for each release, that runs when it is made. Every change makes
 * a new job under a new name, since an execution is called job-token and no such name can be used twice: not for
 * A, B, A, nor for a second try (https://github.com/GoogleCloudPlatform/magic-modules/pull/19060). An error of it fails
 * the deployment before any service changes.
 */
export function createMigration(scope: GcpScope, { image, network, postgres }: MigrationRequest): pulumi.Resource {
  const { options, region } = scope;
  const serviceAccount = createServiceAccount('migration', 'database migrations', scope);
  const platform = { logFormat: 'gcp', trustProxyHops: 0, drainSeconds: 0 } as const;
  const env = migrationEnv({ digest: image.digest, postgres, platform });
  const { envs, ready } = createReaderEnv('migration', { env, serviceAccount }, scope);
  return new cloudrunv2.Job(
    // The name of each release's job begins with it, which tells the stack's own jobs from others.
    migrationName(scope.names),
    {
      location: region,
      // It keeps nothing, and the next release replaces it.
      deletionProtection: false,
      runExecutionToken: 'run',
      template: {
        taskCount: 1,
        parallelism: 1,
        template: {
          serviceAccount,
          // Google may run a task again that did not fail; migrations can bear it.
          // Source: https://cloud.google.com/run/docs/known-issues
          maxRetries: 3,
          timeout: '420s',
          vpcAccess: privateEgress(network),
          containers: [
            {
              image: image.reference,
              args: ['migrate'],
              envs,
              resources: { limits: { cpu: '1', memory: '512Mi' } },
            },
          ],
        },
      },
    },
    {
      ...options,
      dependsOn: [...options.dependsOn, ...postgres.ready, ...ready],
      // "*" also replaces a job whose failure the state remembers.
      replaceOnChanges: ['*'],
      customTimeouts: { create: '40m' },
    },
  );
}

export function migrationName(names: GcpNames): string {
  return names('migration', 'migration');
}
