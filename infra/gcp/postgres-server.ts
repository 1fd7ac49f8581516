import * as sql from '@pulumi/gcp/sql';
import type * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from '../config';
import type { ServerGeneration } from '../restore';
import { databaseName, type Login } from '../service-env';
import type { GcpScope } from './foundation';
import type { Network } from './network';
import { databaseSizes } from './postgres-sizes';

export type ServerRequest = GcpScope & { network: Network; settings: StackConfig['database']; owner: Login };

/** One of the servers that the stack has had. */
export type ServerPlace = {
  generation: ServerGeneration;
  /** Against deletion. One that is kept beside the one in use is not: the next step drops it, after a last backup. */
  isGuarded: boolean;
  /** What must have been done before, such as with the server that it is cloned from. */
  after: pulumi.Resource[];
};

export type Server = { instance: sql.DatabaseInstance; ready: pulumi.Resource[] };

/** A server of Cloud SQL with the database and its owner: an empty one, or another one's as of a moment. */
export function createServer(request: ServerRequest, { generation, isGuarded, after }: ServerPlace): Server {
  const { labels, options, protect, region, network, settings, owner } = request;
  const { part, restoredFrom } = generation;
  const instance = new sql.DatabaseInstance(
    part,
    {
      name: serverName(request, part),
      databaseVersion: 'POSTGRES_17',
      region,
      deletionProtection: isGuarded,
      ...(restoredFrom && {
        clone: { sourceInstanceName: serverName(request, restoredFrom.part), pointInTime: restoredFrom.at },
      }),
      settings: {
        // From version 16 on the default is ENTERPRISE_PLUS, which has none of these tiers.
        edition: 'ENTERPRISE',
        tier: databaseSizes[settings.size].tier,
        availabilityType: settings.highAvailability ? 'REGIONAL' : 'ZONAL',
        diskType: 'PD_SSD',
        diskSize: 10,
        diskAutoresize: true,
        deletionProtectionEnabled: isGuarded,
        // The provider's default labels do not reach them.
        userLabels: labels,
        backupConfiguration: {
          enabled: true,
          // Its logs cost nothing: https://cloud.google.com/sql/docs/postgres/backup-recovery/pitr#pitr-logs-location
          pointInTimeRecoveryEnabled: true,
          backupRetentionSettings: { retainedBackups: protect ? 14 : 7 },
        },
        ...(protect && { finalBackupConfig: { enabled: true, retentionDays: 30 } }),
        ipConfiguration: {
          ipv4Enabled: false,
          privateNetwork: network.id,
          sslMode: 'ENCRYPTED_ONLY',
          serverCaMode: 'GOOGLE_MANAGED_INTERNAL_CA',
        },
      },
    },
    {
      ...options,
      protect: isGuarded,
      dependsOn: [...options.dependsOn, network.peering, ...after],
      ignoreChanges: [
        // Grown by itself.
        'settings.diskSize',
        // Where it came from is past: another moment in the settings must not change it.
        ...(restoredFrom ? ['clone'] : []),
      ],
    },
  );
  // Both go with the instance: alone neither could, since the database has tables and they are the owner's.
  const inInstance = { ...options, deletedWith: instance };
  // A clone has the database already, and Google would refuse another one of its name. A user that is there gets the password.
  const database =
    restoredFrom === undefined
      ? [new sql.Database(part, { instance: instance.name, name: databaseName }, inInstance)]
      : [];
  const user = new sql.User(
    `${part}-owner`,
    { instance: instance.name, name: owner.user, password: owner.password },
    inInstance,
  );
  return { instance, ready: [instance, ...database, user] };
}

/** A deleted instance's name stays taken for a week. */
function serverName({ names, suffix }: GcpScope, part: string): pulumi.Output<string> {
  return suffix.apply((hex) => names('databaseInstance', part, hex));
}
