import * as cloudwatch from '@pulumi/aws/cloudwatch';
import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from '../config';
import type { ServerGeneration } from '../restore';
import type { AwsScope } from './foundation';

/** What the servers of a stack have in common, whichever of them is in use. */
export type ServerRequest = AwsScope & {
  settings: StackConfig['database'];
  /** The engine, once it is sure that the stack has no other; everything that is the engine's waits for it. */
  engine: pulumi.Output<'rds' | 'aurora'>;
  password: pulumi.Output<string>;
  subnetGroup: pulumi.Output<string>;
  securityGroupId: pulumi.Output<string>;
  /** The name of the parameter group. */
  parameters: pulumi.Output<string>;
};

/** One server of them. */
export type ServerPlace = {
  generation: ServerGeneration;
  /** Against deletion. One that is kept beside the one in use is not: the next step drops it, after a last snapshot. */
  isGuarded: boolean;
  /** What must have been done before, such as with the server that it is restored from. */
  after: pulumi.Resource[];
};

export type Server = { host: pulumi.Output<string>; ready: pulumi.Resource[] };

/** What AWS leaves off unless it is asked for: encryption, backups, protection, no paid Extended Support. */
export function serverDefaults({ names, protect, suffix }: AwsScope, { generation, isGuarded }: ServerPlace) {
  return {
    // Said of a restored one too: it is encrypted as the other, and the provider would plan another one without it.
    storageEncrypted: true,
    backupRetentionPeriod: protect ? 14 : 1,
    copyTagsToSnapshot: true,
    deletionProtection: isGuarded,
    deleteAutomatedBackups: !protect,
    skipFinalSnapshot: !protect,
    ...(protect && {
      finalSnapshotIdentifier: pulumi.interpolate`${names('dbSnapshot', generation.snapshotPart)}-${suffix}`,
    }),
    autoMinorVersionUpgrade: true,
    applyImmediately: true,
    enabledCloudwatchLogsExports: ['postgresql'],
    engineLifecycleSupport: 'open-source-rds-extended-support-disabled',
  };
}

/** Made before the server makes it, since that one would keep its lines for ever. */
export function createLogGroup(
  { engine, options, logRetentionDays }: ServerRequest,
  { part, server }: { part: string; server: string },
): pulumi.Resource {
  const name = engine.apply(() => `/aws/rds/${server}/postgresql`);
  return new cloudwatch.LogGroup(`${part}-logs`, { name, retentionInDays: logRetentionDays }, options);
}
