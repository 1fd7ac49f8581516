import { type Cases, given, variants } from '../stack-case';

const instance = 'aws:rds/instance:Instance';
const cluster = 'aws:rds/cluster:Cluster';
const cloudSql = 'gcp:sql/databaseInstance:DatabaseInstance';
const cache = 'aws:elasticache/replicationGroup:ReplicationGroup';
const memorystore = 'gcp:redis/instance:Instance';
const address = (ipConfiguration: object) => given(cloudSql, { settings: { ipConfiguration } });

const backedUp = { backupRetentionPeriod: 14, skipFinalSnapshot: false, deletionProtection: true };
const googleBackup = (settings: object = {}, backupConfiguration: object = {}) => ({
  deletionProtection: true,
  settings: {
    deletionProtectionEnabled: true,
    backupConfiguration: {
      enabled: true,
      pointInTimeRecoveryEnabled: true,
      backupRetentionSettings: { retainedBackups: 14 },
      ...backupConfiguration,
    },
    ...settings,
  },
});
const guarded = { isProtected: true };

/** Databases and caches. */
export const storeCases: Cases = {
  'rds-not-public': {
    fails: [
      given(instance, { publiclyAccessible: true }),
      given('aws:rds/clusterInstance:ClusterInstance', { publiclyAccessible: true }),
    ],
    passes: variants(instance, {}, [{ publiclyAccessible: false }, {}]),
  },
  'cloud-sql-not-public': {
    fails: [address({ ipv4Enabled: true }), address({}), given(cloudSql, {})],
    passes: [address({ ipv4Enabled: false })],
  },
  'cloud-sql-no-open-network': {
    fails: [address({ authorizedNetworks: [{ value: '10.0.0.0/8' }, { value: '0.0.0.0/0' }] })],
    passes: [address({ authorizedNetworks: [{ value: '203.0.113.0/24' }] }), address({})],
  },
  'rds-encrypted': {
    fails: [given(instance, { storageEncrypted: false }), given(instance, {}), given(cluster, {})],
    passes: [given(instance, { storageEncrypted: true }), given(cluster, { storageEncrypted: true })],
  },
  'elasticache-encrypted': {
    fails: variants(cache, {}, [{ atRestEncryptionEnabled: false }, {}]),
    passes: [given(cache, { atRestEncryptionEnabled: true })],
  },
  'rds-tls-only': {
    fails: variants('aws:rds/parameterGroup:ParameterGroup', { family: 'postgres17' }, [
      {},
      { parameters: [{ name: 'rds.force_ssl', value: '0' }] },
      { parameters: [{ name: 'log_statement', value: '1' }] },
    ]),
    passes: [
      given('aws:rds/clusterParameterGroup:ClusterParameterGroup', {
        family: 'aurora-postgresql17',
        parameters: [{ name: 'rds.force_ssl', value: '1' }],
      }),
      given('aws:rds/parameterGroup:ParameterGroup', { family: 'mysql8.0' }),
    ],
  },
  'cloud-sql-tls-only': {
    fails: [address({ sslMode: 'ALLOW_UNENCRYPTED_AND_ENCRYPTED' }), address({})],
    passes: [address({ sslMode: 'ENCRYPTED_ONLY' }), address({ sslMode: 'TRUSTED_CLIENT_CERTIFICATE_REQUIRED' })],
  },
  'elasticache-tls': {
    fails: variants(cache, {}, [{ transitEncryptionEnabled: false }, {}]),
    passes: [given(cache, { transitEncryptionEnabled: true })],
  },
  'elasticache-tls-only': {
    fails: [given(cache, { transitEncryptionMode: 'preferred' })],
    passes: variants(cache, {}, [{ transitEncryptionMode: 'required' }, {}]),
  },
  'elasticache-authenticated': {
    fails: variants(cache, {}, [{}, { userGroupIds: [] }]),
    passes: variants(cache, {}, [{ authToken: '[secret]' }, { userGroupIds: ['group'] }]),
  },
  'memorystore-tls': {
    fails: variants(memorystore, {}, [{ transitEncryptionMode: 'DISABLED' }, {}]),
    passes: [given(memorystore, { transitEncryptionMode: 'SERVER_AUTHENTICATION' })],
  },
  'memorystore-authenticated': {
    fails: variants(memorystore, {}, [{ authEnabled: false }, {}]),
    passes: [given(memorystore, { authEnabled: true })],
  },
  'rds-backed-up': {
    fails: [
      given(instance, { ...backedUp, backupRetentionPeriod: 1 }, guarded),
      given(instance, { ...backedUp, skipFinalSnapshot: true }, guarded),
      given(cluster, { ...backedUp, deletionProtection: false }, guarded),
      given(cluster, { ...backedUp, backupRetentionPeriod: undefined }, guarded),
    ],
    passes: [given(instance, backedUp, guarded), given(instance, { backupRetentionPeriod: 0 })],
  },
  'cloud-sql-backed-up': {
    fails: [
      given(cloudSql, googleBackup({}, { enabled: false }), guarded),
      given(cloudSql, googleBackup({}, { pointInTimeRecoveryEnabled: undefined }), guarded),
      given(cloudSql, googleBackup({}, { backupRetentionSettings: { retainedBackups: 2 } }), guarded),
      given(cloudSql, googleBackup({ deletionProtectionEnabled: false }), guarded),
      given(cloudSql, { ...googleBackup(), deletionProtection: false }, guarded),
    ],
    passes: [given(cloudSql, googleBackup(), guarded), given(cloudSql, {})],
  },
};
