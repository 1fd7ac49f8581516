import * as sql from '@pulumi/gcp/sql';
import type { StackConfig } from '../config';
import { createPassword } from '../password';
import { databaseName, ownerRole, type PostgresStore, serviceRole } from '../service-env';
import { caText } from './ca-text';
import type { GcpScope, InNetwork } from './foundation';
import type { Network } from './network';

/** superuser_reserved_connections, Google's own agents, and one person. */
const reserved = 8;

/**
 * Connections are the default of the tier's memory.
 * Source: https://cloud.google.com/sql/docs/postgres/flags#postgres-m (max_connections)
 */
export const databaseSizes = {
  small: { tier: 'db-f1-micro', connections: 25, reserved: 5 },
  medium: { tier: 'db-custom-2-7680', connections: 400, reserved },
  large: { tier: 'db-custom-4-15360', connections: 500, reserved },
} as const;

/** The Postgres of the stack on Google Cloud: Cloud SQL, TLS only, on the network's private side. */
export function createPostgres(
  { names, options, protect, region, suffix }: GcpScope,
  network: Network,
  { size, highAvailability }: StackConfig['database'],
): InNetwork<PostgresStore> {
  const instance = new sql.DatabaseInstance(
    'postgres',
    {
      // A deleted instance's name stays taken for a week.
      name: suffix.apply((hex) => names('databaseInstance', 'postgres', hex)),
      databaseVersion: 'POSTGRES_17',
      region,
      deletionProtection: protect,
      settings: {
        // From version 16 on the default is ENTERPRISE_PLUS, which has none of these tiers.
        edition: 'ENTERPRISE',
        tier: databaseSizes[size].tier,
        availabilityType: highAvailability ? 'REGIONAL' : 'ZONAL',
        diskType: 'PD_SSD',
        diskSize: 10,
        diskAutoresize: true,
        deletionProtectionEnabled: protect,
        backupConfiguration: {
          enabled: true,
          pointInTimeRecoveryEnabled: protect || highAvailability,
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
      protect,
      dependsOn: [...options.dependsOn, network.peering],
      // Grown by itself.
      ignoreChanges: ['settings.diskSize'],
    },
  );
  const owner = { user: ownerRole, password: createPassword('postgres-owner', options) };
  const service = { user: serviceRole, password: createPassword('postgres-service', options) };
  // Both go with the instance: alone neither could, since the database has tables and they are the owner's.
  const inInstance = { ...options, deletedWith: instance };
  const database = new sql.Database('postgres', { instance: instance.name, name: databaseName }, inInstance);
  const user = new sql.User(
    'postgres-owner',
    { instance: instance.name, name: owner.user, password: owner.password },
    inInstance,
  );
  return {
    host: instance.privateIpAddress,
    port: 5432,
    // The certificate names the instance, not its address: only the chain can be checked.
    tls: { mode: 'verify-ca', ca: caText(instance.serverCaCerts) },
    database: databaseName,
    owner,
    service,
    ready: [instance, database, user],
  };
}
