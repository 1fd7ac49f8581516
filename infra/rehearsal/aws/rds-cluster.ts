import type { rds } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import { keepBackups } from '../cloud/backups';
import type { Cloud, Entity, Place } from '../cloud/cloud';
import { Refusal } from '../cloud/refusal';
import { type OutputsOf, resource } from '../declare';
import { accountPart, chooseAddress, closeStore, openEndpoint, stores } from './database-endpoint';
import { arn } from './declare';
import { ensureLogGroup } from './logs';
import { actualVersion, majorOf } from './rds-checks';
import { clusterHandle, membersOf } from './rds-cluster-members';
import { clusterParameterGroup, findParameter, subnetGroup } from './rds-groups';
import { snapshots } from './rds-instance';
import { pastOf, type RestoreRequest } from './rds-restore';
import { securityGroup } from './security-groups';
import { defaultVpc, subnet } from './vpc';
import { zonesOf } from './zones';

type ClusterInputs = Unwrap<rds.ClusterArgs>;

/** An Aurora cluster: it has the data, the name and the password; its instances only compute. */
export const cluster = resource<rds.Cluster, rds.ClusterArgs>({
  token: clusterHandle.token,
  naming: { property: 'clusterIdentifier', maxLength: 63, letters: 'lower' },
  replaceOn: [
    'availabilityZones',
    'clusterIdentifier',
    'clusterIdentifierPrefix',
    'databaseName',
    'dbSubnetGroupName',
    'engine',
    'engineMode',
    'kmsKeyId',
    'masterUsername',
    'restoreToPointInTime',
    's3Import',
    'snapshotIdentifier',
    'sourceRegion',
    'storageEncrypted',
  ],
  defaults: {
    backupRetentionPeriod: 1,
    copyTagsToSnapshot: false,
    deleteAutomatedBackups: true,
    engineMode: 'provisioned',
    skipFinalSnapshot: false,
  },
  unordered: ['availabilityZones', 'enabledCloudwatchLogsExports', 'iamRoles', 'vpcSecurityGroupIds'],
  writeOnly: ['masterPasswordWo'],
  secretOutputs: ['masterPassword'],
  empty: [
    'allocatedStorage',
    'clusterIdentifierPrefix',
    'databaseName',
    'dbSystemId',
    'iamRoles',
    'kmsKeyId',
    'masterUserSecretKmsKeyId',
    'masterUserSecrets',
    'monitoringInterval',
    'monitoringRoleArn',
    'performanceInsightsKmsKeyId',
    'performanceInsightsRetentionPeriod',
    'storageType',
  ],
  seconds: { create: 60, update: 30, delete: 60 },
  id: ({ inputs }) => inputs.clusterIdentifier ?? '',
  outputs: ({ id, inputs, place, seed, cloud, previous }) => {
    const source = previous ?? restoreOfCluster(cloud, inputs, place)?.source?.outputs;
    const region = place.region ?? '';
    const host = (kind: string) => `${id}.${kind}-${accountPart(region)}.${region}.rds.amazonaws.com`;
    return {
      applyImmediately: inputs.applyImmediately ?? false,
      arn: arn('rds', place, `cluster:${id}`),
      autoMinorVersionUpgrade: inputs.autoMinorVersionUpgrade ?? true,
      availabilityZones:
        inputs.availabilityZones ??
        zonesOf(region)
          .map(({ name }) => name)
          .slice(0, 3),
      backupRetentionPeriod: inputs.backupRetentionPeriod ?? 1,
      caCertificateIdentifier: inputs.caCertificateIdentifier ?? 'rds-ca-rsa2048-g1',
      caCertificateValidTill: '2027-11-01T09:00:00Z',
      clusterIdentifier: id,
      clusterMembers: inputs.clusterMembers ?? [],
      clusterResourceId: `cluster-${seed.alphanumeric(26).toUpperCase()}`,
      clusterScalabilityType: inputs.clusterScalabilityType ?? 'standard',
      databaseInsightsMode: inputs.databaseInsightsMode ?? 'standard',
      dbClusterParameterGroupName:
        inputs.dbClusterParameterGroupName ?? `default.aurora-postgresql${majorOf(inputs.engineVersion)}`,
      dbSubnetGroupName: inputs.dbSubnetGroupName ?? 'default',
      endpoint: host('cluster'),
      readerEndpoint: host('cluster-ro'),
      engineLifecycleSupport: inputs.engineLifecycleSupport ?? 'open-source-rds-extended-support',
      databaseName: inputs.databaseName ?? source?.databaseName ?? '',
      engineVersion: inputs.engineVersion ?? source?.engineVersion ?? actualVersion(),
      engineVersionActual: actualVersion(inputs.engineVersion),
      hostedZoneId: `Z${seed.alphanumeric(13, 'hosted zone').toUpperCase()}`,
      masterUsername: inputs.masterUsername ?? source?.masterUsername ?? '',
      networkType: inputs.networkType ?? 'IPV4',
      port: inputs.port ?? 5_432,
      preferredBackupWindow: inputs.preferredBackupWindow ?? '03:24-03:54',
      preferredMaintenanceWindow: inputs.preferredMaintenanceWindow ?? 'sun:05:03-sun:05:33',
      storageEncrypted: inputs.storageEncrypted ?? source?.storageEncrypted ?? false,
      upgradeRolloutOrder: 'second',
      vpcSecurityGroupIds: inputs.vpcSecurityGroupIds ?? [defaultVpc(region).securityGroupId],
    };
  },
  unique: ({ inputs, place }) => `cluster ${inputs.clusterIdentifier} in ${place.region}`,
  exists: () => 'DBClusterAlreadyExistsFault: DB Cluster already exists',
  uses: ({ inputs, cloud }) => {
    const group = cloud.list(subnetGroup).find(({ id }) => id === inputs.dbSubnetGroupName);
    return [
      group,
      ...(group?.inputs.subnetIds ?? []).map((id) => cloud.find(subnet, id)),
      ...(inputs.vpcSecurityGroupIds ?? []).map((id) => cloud.find(securityGroup, id)),
      cloud.list(clusterParameterGroup).find(({ id }) => id === inputs.dbClusterParameterGroupName),
    ];
  },
  inUse: () =>
    'InvalidDBClusterStateFault: Cluster cannot be deleted, it still contains DB instances in non-deleting state.',

  create: async ({ cloud, entity, place, inputs }) => {
    if (inputs.engine !== 'aurora-postgresql' || inputs.engineMode !== 'provisioned') {
      throw new Refusal(
        `not simulated: a cluster of ${inputs.engine} ${inputs.engineMode}: a rehearsal runs Postgres only`,
      );
    }
    const { outputs } = entity;
    const region = place.region ?? '';
    const subnetIds = () =>
      cloud.list(subnetGroup).find(({ id }) => id === entity.outputs.dbSubnetGroupName)?.inputs.subnetIds ?? [];
    const home = chooseAddress(cloud, { subnetIds: subnetIds(), region, owner: outputs.arn });
    const hosts = [outputs.endpoint, outputs.readerEndpoint, ...(home ? [home.address] : [])];
    const password = inputs.masterPassword ?? inputs.masterPasswordWo;
    const restore = restoreOfCluster(cloud, inputs, place);
    const store = await cloud.runtime.startStore({
      kind: 'postgres',
      version: majorOf(inputs.engineVersion),
      name: entity.id,
      hosts,
      port: outputs.port,
      tls: forcesTls(cloud, inputs) ? 'required' : 'allowed',
      certificateNames: [outputs.endpoint, outputs.readerEndpoint],
      authority: { standsFor: `Amazon RDS ${region} Root CA` },
      administratorsRole: 'rds_superuser',
      database: outputs.databaseName || 'postgres',
      ...(outputs.masterUsername && { user: outputs.masterUsername }),
      // As with an instance: that of the moment is good until an update sets another one.
      ...(restore ? { restoredFrom: pastOf(cloud, restore) } : password !== undefined && { password }),
    });
    cloud.table(stores).set(outputs.arn, store);
    // A cluster always has them.
    await keepBackups(cloud, outputs.arn, { store, on: true });
    openEndpoint(cloud, hosts, {
      store,
      vpcId: home?.vpcId ?? defaultVpc(region).id,
      region,
      address: home?.address ?? '172.31.0.12',
      port: outputs.port,
      securityGroupIds: () => entity.outputs.vpcSecurityGroupIds,
      subnetIds,
      isPublic: () => membersOf(cloud, entity.id).some(({ outputs: member }) => member.publiclyAccessible),
      unavailable: () =>
        membersOf(cloud, entity.id).length > 0 ? undefined : `the cluster ${entity.id} has no instances yet`,
    });
    for (const kind of inputs.enabledCloudwatchLogsExports ?? []) {
      ensureLogGroup(cloud, place, `/aws/rds/cluster/${entity.id}/${kind}`);
    }
  },
  update: async ({ cloud, entity, inputs, previous }) => {
    const password = inputs.masterPassword ?? inputs.masterPasswordWo;
    if (password === undefined || password === (previous.inputs.masterPassword ?? previous.inputs.masterPasswordWo))
      return;
    await cloud.table(stores).get(entity.outputs.arn)?.setPassword(entity.outputs.masterUsername, password);
  },
  read: ({ cloud, entity }) => {
    const clusterMembers = membersOf(cloud, entity.id).map(({ outputs }) => outputs.identifier);
    entity.outputs = { ...entity.outputs, clusterMembers };
  },
  delete: async ({ cloud, entity, place }): Promise<'gone'> => {
    const { skipFinalSnapshot, finalSnapshotIdentifier } = entity.inputs;
    if (!skipFinalSnapshot && finalSnapshotIdentifier !== undefined) {
      cloud.table(snapshots).set(finalSnapshotIdentifier, { region: place.region ?? '', of: entity.id });
    }
    await keepBackups(cloud, entity.outputs.arn, { store: undefined, on: false });
    await closeStore(cloud, entity.outputs.arn);
    return 'gone';
  },
});

/** What a cluster is restored from; undefined for one that begins empty. */
export function restoreOfCluster(
  cloud: Cloud,
  { restoreToPointInTime: restore }: Pick<ClusterInputs, 'restoreToPointInTime'>,
  place: Place,
): (RestoreRequest & { source: Entity<ClusterInputs, OutputsOf<rds.Cluster>> | undefined }) | undefined {
  if (restore === undefined) return undefined;
  const { sourceClusterIdentifier: identifier, sourceClusterResourceId: resourceId, restoreToTime: at } = restore;
  const source = cloud
    .list(clusterHandle)
    .find(
      ({ id, outputs, place: { region } }) =>
        region === place.region && (identifier ? id === identifier : outputs.clusterResourceId === resourceId),
    );
  return { source, named: identifier ?? resourceId ?? 'a cluster', at };
}

function forcesTls(cloud: Cloud, { engineVersion, dbClusterParameterGroupName: group }: ClusterInputs): boolean {
  const set = findParameter(cloud, clusterParameterGroup, { group, name: 'rds.force_ssl' });
  // Aurora keeps it off by default before 17.
  return set === undefined ? Number(majorOf(engineVersion)) >= 17 : set === '1';
}
