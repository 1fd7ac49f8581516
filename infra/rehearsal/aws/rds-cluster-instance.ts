import type { rds } from '@pulumi/aws';
import { resource } from '../declare';
import { accountPart, openEndpoint } from './database-endpoint';
import { arn } from './declare';
import { majorOf } from './rds-checks';
import { findCluster, memberHandle, membersOf } from './rds-cluster-members';
import { parameterGroup } from './rds-groups';
import { endpoints } from './reachability';
import { zonesOf } from './zones';

export const clusterInstance = resource<rds.ClusterInstance, rds.ClusterInstanceArgs>({
  token: memberHandle.token,
  naming: { property: 'identifier', maxLength: 63, letters: 'lower' },
  replaceOn: [
    'availabilityZone',
    'clusterIdentifier',
    'customIamInstanceProfile',
    'dbSubnetGroupName',
    'engine',
    'engineVersion',
    'identifier',
    'identifierPrefix',
  ],
  defaults: {
    autoMinorVersionUpgrade: true,
    copyTagsToSnapshot: false,
    forceDestroy: false,
    monitoringInterval: 0,
    promotionTier: 0,
  },
  empty: [
    'identifierPrefix',
    'kmsKeyId',
    'monitoringRoleArn',
    'performanceInsightsEnabled',
    'performanceInsightsKmsKeyId',
    'performanceInsightsRetentionPeriod',
  ],
  seconds: { create: 300, update: 60, delete: 240 },
  id: ({ inputs }) => inputs.identifier ?? '',
  outputs: ({ id, inputs, place, cloud, seed }) => {
    const region = place.region ?? '';
    const home = findCluster(cloud, inputs.clusterIdentifier);
    const zones = zonesOf(region);
    return {
      applyImmediately: inputs.applyImmediately ?? false,
      arn: arn('rds', place, `db:${id}`),
      availabilityZone: inputs.availabilityZone ?? zones[seed.integer(zones.length, 'zone')]?.name ?? '',
      caCertIdentifier: inputs.caCertIdentifier ?? 'rds-ca-rsa2048-g1',
      dbParameterGroupName:
        inputs.dbParameterGroupName ?? `default.aurora-postgresql${majorOf(home?.outputs.engineVersion)}`,
      dbSubnetGroupName: inputs.dbSubnetGroupName ?? home?.outputs.dbSubnetGroupName ?? 'default',
      dbiResourceId: `db-${seed.alphanumeric(26).toUpperCase()}`,
      endpoint: `${id}.${accountPart(region)}.${region}.rds.amazonaws.com`,
      engineVersion: inputs.engineVersion ?? home?.outputs.engineVersion ?? '',
      engineVersionActual: home?.outputs.engineVersionActual ?? '',
      identifier: id,
      networkType: home?.outputs.networkType ?? 'IPV4',
      port: home?.outputs.port ?? 5_432,
      preferredBackupWindow: inputs.preferredBackupWindow ?? '03:24-03:54',
      preferredMaintenanceWindow: inputs.preferredMaintenanceWindow ?? 'sun:05:03-sun:05:33',
      publiclyAccessible: inputs.publiclyAccessible ?? false,
      storageEncrypted: home?.outputs.storageEncrypted ?? false,
      writer: membersOf(cloud, inputs.clusterIdentifier).every((member) => member.id === id || !member.outputs.writer),
    };
  },
  unique: ({ inputs, place }) => `database ${inputs.identifier} in ${place.region}`,
  exists: () => 'DBInstanceAlreadyExists: DB instance already exists',
  uses: ({ inputs, cloud }) => [
    findCluster(cloud, inputs.clusterIdentifier),
    cloud.list(parameterGroup).find(({ id }) => id === inputs.dbParameterGroupName),
  ],
  create: ({ cloud, entity }) => {
    const home = findCluster(cloud, entity.inputs.clusterIdentifier);
    const endpoint = home && cloud.table(endpoints).get(home.outputs.endpoint);
    if (endpoint) openEndpoint(cloud, [entity.outputs.endpoint], endpoint);
  },
  delete: ({ cloud, entity }) => {
    cloud.table(endpoints).delete(entity.outputs.endpoint);
    return 'gone';
  },
});
