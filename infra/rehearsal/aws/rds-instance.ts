import type { rds } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import { keepBackups } from '../cloud/backups';
import { type Cloud, type Entity, type Place, type TypeHandle, table } from '../cloud/cloud';
import { Refusal } from '../cloud/refusal';
import { type OutputsOf, resource } from '../declare';
import { accountPart, chooseAddress, closeStore, openEndpoint, stores } from './database-endpoint';
import { arn } from './declare';
import { ensureLogGroup } from './logs';
import { actualVersion, majorOf } from './rds-checks';
import { findParameter, parameterGroup, subnetGroup } from './rds-groups';
import { pastOf, type RestoreRequest } from './rds-restore';
import { securityGroup } from './security-groups';
import { defaultVpc, subnet } from './vpc';
import { zonesOf } from './zones';

/** Names of the snapshots that deletions have left. */
export const snapshots = table<{ region: string; of: string }>('rds snapshots');

type InstanceInputs = Unwrap<rds.InstanceArgs>;
type InstanceEntity = Entity<InstanceInputs, OutputsOf<rds.Instance>>;
const instanceHandle: TypeHandle<InstanceInputs, OutputsOf<rds.Instance>> = { token: 'aws:rds/instance:Instance' };

export const instance = resource<rds.Instance, rds.InstanceArgs>({
  token: instanceHandle.token,
  naming: { property: 'identifier', maxLength: 63, letters: 'lower' },
  replaceOn: [
    'availabilityZone',
    'backupTarget',
    'characterSetName',
    'dbName',
    'identifierPrefix',
    'kmsKeyId',
    'ncharCharacterSetName',
    'restoreToPointInTime',
    's3Import',
    'snapshotIdentifier',
    'storageEncrypted',
    'timezone',
    'username',
  ],
  defaults: {
    applyImmediately: false,
    autoMinorVersionUpgrade: true,
    copyTagsToSnapshot: false,
    dedicatedLogVolume: false,
    deleteAutomatedBackups: true,
    monitoringInterval: 0,
    performanceInsightsEnabled: false,
    publiclyAccessible: false,
    skipFinalSnapshot: false,
  },
  unordered: ['enabledCloudwatchLogsExports', 'vpcSecurityGroupIds'],
  writeOnly: ['passwordWo'],
  secretOutputs: ['password'],
  empty: [
    'characterSetName',
    'dbName',
    'domainFqdn',
    'identifierPrefix',
    'iops',
    'kmsKeyId',
    'latestRestorableTime',
    'listenerEndpoints',
    'masterUserSecretKmsKeyId',
    'masterUserSecrets',
    'monitoringRoleArn',
    'ncharCharacterSetName',
    'performanceInsightsKmsKeyId',
    'performanceInsightsRetentionPeriod',
    'replicaMode',
    'replicas',
    'snapshotIdentifier',
    'storageThroughput',
    'timezone',
  ],
  seconds: { create: 420, update: 60, delete: 240 },
  id: ({ seed }) => `db-${seed.alphanumeric(26).toUpperCase()}`,
  outputs: ({ id, inputs, place, seed, previous, cloud }) => {
    const source = previous ?? restoreOfInstance(cloud, inputs, place)?.source?.outputs;
    const region = place.region ?? '';
    const address = `${inputs.identifier}.${accountPart(region)}.${region}.rds.amazonaws.com`;
    const port = inputs.port ?? 5_432;
    const zones = zonesOf(region);
    return {
      address,
      allocatedStorage: inputs.allocatedStorage ?? source?.allocatedStorage ?? 0,
      arn: arn('rds', place, `db:${inputs.identifier}`),
      availabilityZone: inputs.availabilityZone ?? zones[seed.integer(zones.length, 'zone')]?.name ?? '',
      backupRetentionPeriod: inputs.backupRetentionPeriod ?? source?.backupRetentionPeriod ?? 0,
      backupTarget: inputs.backupTarget ?? 'region',
      backupWindow: inputs.backupWindow ?? '03:24-03:54',
      caCertIdentifier: inputs.caCertIdentifier ?? 'rds-ca-rsa2048-g1',
      databaseInsightsMode: inputs.databaseInsightsMode ?? 'standard',
      dbSubnetGroupName: inputs.dbSubnetGroupName ?? 'default',
      endpoint: `${address}:${port}`,
      dbName: inputs.dbName ?? source?.dbName ?? '',
      engine: inputs.engine ?? source?.engine ?? '',
      engineLifecycleSupport: inputs.engineLifecycleSupport ?? 'open-source-rds-extended-support',
      engineVersion: inputs.engineVersion ?? source?.engineVersion ?? actualVersion(),
      engineVersionActual: actualVersion(inputs.engineVersion),
      hostedZoneId: `Z${seed.alphanumeric(13, 'hosted zone').toUpperCase()}`,
      identifier: inputs.identifier ?? '',
      licenseModel: inputs.licenseModel ?? 'postgresql-license',
      maintenanceWindow: inputs.maintenanceWindow ?? 'sun:05:03-sun:05:33',
      multiAz: inputs.multiAz ?? false,
      networkType: inputs.networkType ?? 'IPV4',
      optionGroupName: inputs.optionGroupName ?? `default:postgres-${majorOf(inputs.engineVersion)}`,
      parameterGroupName: inputs.parameterGroupName ?? `default.postgres${majorOf(inputs.engineVersion)}`,
      port,
      resourceId: id,
      status: 'available',
      storageType: inputs.storageType ?? 'gp2',
      upgradeRolloutOrder: 'second',
      username: inputs.username ?? source?.username ?? '',
      vpcSecurityGroupIds: inputs.vpcSecurityGroupIds ?? [defaultVpc(region).securityGroupId],
    };
  },
  unique: ({ inputs, place }) => `database ${inputs.identifier} in ${place.region}`,
  exists: () => 'DBInstanceAlreadyExists: DB instance already exists',
  uses: ({ inputs, cloud }) => {
    const group = cloud.list(subnetGroup).find(({ id }) => id === inputs.dbSubnetGroupName);
    return [
      group,
      ...(group?.inputs.subnetIds ?? []).map((id) => cloud.find(subnet, id)),
      ...(inputs.vpcSecurityGroupIds ?? []).map((id) => cloud.find(securityGroup, id)),
      cloud.list(parameterGroup).find(({ id }) => id === inputs.parameterGroupName),
    ];
  },

  create: async ({ cloud, entity, place, inputs }) => {
    const { outputs } = entity;
    const region = place.region ?? '';
    if (inputs.engine !== undefined && inputs.engine !== 'postgres') {
      throw new Refusal(`not simulated: the engine ${inputs.engine}: a rehearsal runs Postgres only`);
    }
    const subnetIds = () =>
      cloud.list(subnetGroup).find(({ id }) => id === entity.outputs.dbSubnetGroupName)?.inputs.subnetIds ?? [];
    const home = chooseAddress(cloud, { subnetIds: subnetIds(), region, owner: entity.id });
    const hosts = [outputs.address, ...(home ? [home.address] : [])];
    const password = inputs.password ?? inputs.passwordWo;
    const restore = restoreOfInstance(cloud, inputs, place);
    const store = await cloud.runtime.startStore({
      kind: 'postgres',
      version: majorOf(inputs.engineVersion),
      name: outputs.identifier,
      hosts,
      port: outputs.port,
      tls: forcesTls(cloud, inputs, inputs.parameterGroupName) ? 'required' : 'allowed',
      certificateNames: [outputs.address],
      authority: { standsFor: `Amazon RDS ${region} Root CA` },
      administratorsRole: 'rds_superuser',
      database: outputs.dbName || 'postgres',
      ...(outputs.username && { user: outputs.username }),
      // The provider sends no password with a restore: that of the moment is good until an update sets another one.
      ...(restore ? { restoredFrom: pastOf(cloud, restore) } : password !== undefined && { password }),
    });
    cloud.table(stores).set(outputs.arn, store);
    await keepBackups(cloud, outputs.arn, { store, on: outputs.backupRetentionPeriod > 0 });
    openEndpoint(cloud, hosts, {
      store,
      vpcId: home?.vpcId ?? defaultVpc(region).id,
      region,
      address: home?.address ?? '172.31.0.10',
      port: outputs.port,
      securityGroupIds: () => entity.outputs.vpcSecurityGroupIds,
      subnetIds,
      isPublic: () => entity.outputs.publiclyAccessible ?? false,
    });
    for (const kind of inputs.enabledCloudwatchLogsExports ?? []) {
      ensureLogGroup(cloud, place, `/aws/rds/instance/${outputs.identifier}/${kind}`);
    }
  },
  update: async ({ cloud, entity, inputs, previous }) => {
    const store = cloud.table(stores).get(entity.outputs.arn);
    await keepBackups(cloud, entity.outputs.arn, { store, on: entity.outputs.backupRetentionPeriod > 0 });
    const password = inputs.password ?? inputs.passwordWo;
    const before = previous.inputs.password ?? previous.inputs.passwordWo;
    if (password === undefined || password === before) return;
    await store?.setPassword(entity.outputs.username, password);
  },
  delete: async ({ cloud, entity, place }): Promise<'gone'> => {
    const { outputs, inputs } = entity;
    if (!inputs.skipFinalSnapshot && inputs.finalSnapshotIdentifier !== undefined) {
      cloud
        .table(snapshots)
        .set(inputs.finalSnapshotIdentifier, { region: place.region ?? '', of: outputs.identifier });
    }
    await keepBackups(cloud, outputs.arn, { store: undefined, on: false });
    await closeStore(cloud, outputs.arn);
    return 'gone';
  },
});

/** What an instance is restored from; undefined for one that begins empty. */
export function restoreOfInstance(
  cloud: Cloud,
  { restoreToPointInTime: restore }: Pick<InstanceInputs, 'restoreToPointInTime'>,
  place: Place,
): (RestoreRequest & { source: InstanceEntity | undefined }) | undefined {
  if (restore === undefined) return undefined;
  const { sourceDbInstanceIdentifier: identifier, sourceDbiResourceId: resourceId, restoreTime: at } = restore;
  const source = cloud
    .list(instanceHandle)
    .find(
      ({ outputs, place: { region } }) =>
        region === place.region && (identifier ? outputs.identifier === identifier : outputs.resourceId === resourceId),
    );
  return { source, named: identifier ?? resourceId ?? 'a backup without its instance', at };
}

/** From version 15 on, Postgres on RDS takes TLS only, unless its parameters say otherwise. */
function forcesTls(
  cloud: Cloud,
  { engineVersion }: Pick<InstanceInputs, 'engineVersion'>,
  group: string | undefined,
): boolean {
  const set = findParameter(cloud, parameterGroup, { group, name: 'rds.force_ssl' });
  return set === undefined ? Number(majorOf(engineVersion)) >= 15 : set === '1';
}
