import type { elasticache } from '@pulumi/aws';
import { Refusal } from '../cloud/refusal';
import { resource } from '../declare';
import { accountPart, chooseAddress, closeStore, openEndpoint, stores } from './database-endpoint';
import { arn } from './declare';
import { securityGroup } from './security-groups';
import { defaultVpc, findSubnet, subnet } from './vpc';
import { zonePrefixOf } from './zones';

export const cacheSubnetGroup = resource<elasticache.SubnetGroup, elasticache.SubnetGroupArgs>({
  token: 'aws:elasticache/subnetGroup:SubnetGroup',
  naming: { maxLength: 255, letters: 'lower' },
  replaceOn: ['name'],
  defaults: { description: 'Managed by Pulumi' },
  unordered: ['subnetIds'],
  seconds: { create: 2, delete: 1 },
  id: ({ inputs }) => inputs.name ?? '',
  outputs: ({ inputs, place, cloud }) => ({
    arn: arn('elasticache', place, `subnetgroup:${inputs.name}`),
    vpcId: findSubnet(cloud, inputs.subnetIds[0] ?? '', place.region)?.vpcId ?? '',
  }),
  unique: ({ inputs, place }) => `cache subnet group ${inputs.name} in ${place.region}`,
  exists: ({ inputs }) => `CacheSubnetGroupAlreadyExists: Cache subnet group ${inputs.name} already exists.`,
  inUse: (entity, users) =>
    `CacheSubnetGroupInUse: Cache subnet group ${entity.id} is currently in use by ${users[0]?.entity?.name}.`,
});

export const cacheParameterGroup = resource<elasticache.ParameterGroup, elasticache.ParameterGroupArgs>({
  token: 'aws:elasticache/parameterGroup:ParameterGroup',
  naming: { maxLength: 255, letters: 'lower' },
  replaceOn: ['name', 'family', 'description'],
  defaults: { description: 'Managed by Pulumi' },
  unordered: ['parameters'],
  seconds: { create: 2, delete: 1 },
  id: ({ inputs }) => inputs.name ?? '',
  outputs: ({ inputs, place }) => ({ arn: arn('elasticache', place, `parametergroup:${inputs.name}`) }),
  unique: ({ inputs, place }) => `cache parameter group ${inputs.name} in ${place.region}`,
  inUse: (entity, users) =>
    `InvalidCacheParameterGroupState: Cache parameter group ${entity.id} is in use by ${users[0]?.entity?.name}.`,
});

export const replicationGroup = resource<elasticache.ReplicationGroup, elasticache.ReplicationGroupArgs>({
  token: 'aws:elasticache/replicationGroup:ReplicationGroup',
  naming: { property: 'replicationGroupId', maxLength: 40, letters: 'lower' },
  replaceOn: [
    'atRestEncryptionEnabled',
    'dataTieringEnabled',
    'globalReplicationGroupId',
    'kmsKeyId',
    'networkType',
    'port',
    'preferredCacheClusterAzs',
    'replicationGroupId',
    'securityGroupNames',
    'snapshotArns',
    'snapshotName',
    'subnetGroupName',
  ],
  defaults: { autoMinorVersionUpgrade: true, automaticFailoverEnabled: false, multiAzEnabled: false },
  unordered: ['securityGroupIds', 'userGroupIds'],
  writeOnly: ['authTokenWo'],
  empty: [
    'clusterEnabled',
    'configurationEndpointAddress',
    'dataTieringEnabled',
    'durability',
    'globalReplicationGroupId',
    'nodeGroupConfigurations',
    'securityGroupNames',
  ],
  seconds: { create: 480, update: 120, delete: 240 },
  id: ({ inputs }) => inputs.replicationGroupId ?? '',
  outputs: ({ id, inputs, place }) => {
    const region = place.region ?? '';
    const engine = inputs.engine ?? 'redis';
    const version = inputs.engineVersion ?? (engine === 'valkey' ? '8.0' : '7.1');
    const count = inputs.numCacheClusters ?? 1 + (inputs.replicasPerNodeGroup ?? 0);
    // With TLS the names are others than without. Source: ElastiCache user guide, "Finding connection endpoints".
    const host = (kind: string) =>
      inputs.transitEncryptionEnabled
        ? `${kind}.${id}.${accountPart(region).slice(0, 6)}.${zonePrefixOf(region)}.cache.amazonaws.com`
        : `${id}${kind === 'master' ? '' : '-ro'}.${accountPart(region).slice(0, 6)}.ng.0001.${zonePrefixOf(region)}.cache.amazonaws.com`;
    return {
      applyImmediately: inputs.applyImmediately ?? false,
      arn: arn('elasticache', place, `replicationgroup:${id}`),
      atRestEncryptionEnabled: inputs.atRestEncryptionEnabled ?? engine === 'valkey',
      autoMinorVersionUpgrade: inputs.autoMinorVersionUpgrade ?? true,
      clusterMode: inputs.clusterMode ?? 'disabled',
      engine,
      engineVersion: version,
      engineVersionActual: version.split('.').length > 2 ? version : `${version}.1`,
      ipDiscovery: inputs.ipDiscovery ?? 'ipv4',
      maintenanceWindow: inputs.maintenanceWindow ?? 'sun:05:00-sun:06:00',
      memberClusters: Array.from({ length: count }, (_, index) => `${id}-${String(index + 1).padStart(3, '0')}`),
      networkType: inputs.networkType ?? 'ipv4',
      nodeType: inputs.nodeType ?? 'cache.t4g.micro',
      numCacheClusters: count,
      numNodeGroups: inputs.numNodeGroups ?? 1,
      parameterGroupName: inputs.parameterGroupName ?? `default.${engine}${version.split('.')[0]}`,
      port: inputs.port ?? 6_379,
      primaryEndpointAddress: host('master'),
      readerEndpointAddress: host('replica'),
      replicasPerNodeGroup: inputs.replicasPerNodeGroup ?? count - 1,
      securityGroupIds: inputs.securityGroupIds ?? [defaultVpc(region).securityGroupId],
      snapshotWindow: inputs.snapshotWindow ?? '03:00-04:00',
      subnetGroupName: inputs.subnetGroupName ?? 'default',
      transitEncryptionEnabled: inputs.transitEncryptionEnabled ?? false,
      transitEncryptionMode: inputs.transitEncryptionMode ?? (inputs.transitEncryptionEnabled ? 'required' : ''),
    };
  },
  unique: ({ inputs, place }) => `replication group ${inputs.replicationGroupId} in ${place.region}`,
  exists: ({ inputs }) =>
    `ReplicationGroupAlreadyExists: Replication group ${inputs.replicationGroupId} already exists.`,
  uses: ({ inputs, cloud }) => {
    const group = cloud.list(cacheSubnetGroup).find(({ id }) => id === inputs.subnetGroupName);
    return [
      group,
      ...(group?.inputs.subnetIds ?? []).map((id) => cloud.find(subnet, id)),
      ...(inputs.securityGroupIds ?? []).map((id) => cloud.find(securityGroup, id)),
      cloud.list(cacheParameterGroup).find(({ id }) => id === inputs.parameterGroupName),
    ];
  },

  create: async ({ cloud, entity, place, inputs }) => {
    if ((inputs.numNodeGroups ?? 1) > 1 || inputs.clusterMode === 'enabled') {
      throw new Refusal('not simulated: a replication group of several node groups (numNodeGroups, clusterMode)');
    }
    const { outputs } = entity;
    const region = place.region ?? '';
    const subnetIds = () =>
      cloud.list(cacheSubnetGroup).find(({ id }) => id === entity.outputs.subnetGroupName)?.inputs.subnetIds ?? [];
    const home = chooseAddress(cloud, { subnetIds: subnetIds(), region, owner: outputs.arn });
    const hosts = [outputs.primaryEndpointAddress, outputs.readerEndpointAddress, ...(home ? [home.address] : [])];
    const password = inputs.authToken ?? inputs.authTokenWo;
    const store = await cloud.runtime.startStore({
      kind: 'redis',
      version: outputs.engineVersion.split('.')[0] ?? '',
      name: entity.id,
      hosts,
      port: outputs.port ?? 6_379,
      tls: tlsOf(outputs),
      certificateNames: [outputs.primaryEndpointAddress, outputs.readerEndpointAddress],
      authority: 'public',
      ...(password !== undefined && { password }),
    });
    cloud.table(stores).set(outputs.arn, store);
    openEndpoint(cloud, hosts, {
      store,
      vpcId: home?.vpcId ?? defaultVpc(region).id,
      region,
      address: home?.address ?? '172.31.0.11',
      port: outputs.port ?? 6_379,
      securityGroupIds: () => entity.outputs.securityGroupIds,
      subnetIds,
      isPublic: () => false,
    });
  },
  update: async ({ cloud, entity, inputs, previous }) => {
    const token = inputs.authToken ?? inputs.authTokenWo;
    if (token === undefined || token === (previous.inputs.authToken ?? previous.inputs.authTokenWo)) return;
    await cloud.table(stores).get(entity.outputs.arn)?.setPassword('default', token);
  },
  delete: async ({ cloud, entity }): Promise<'gone'> => {
    await closeStore(cloud, entity.outputs.arn);
    return 'gone';
  },
});

function tlsOf(outputs: {
  transitEncryptionEnabled: boolean;
  transitEncryptionMode: string;
}): 'off' | 'allowed' | 'required' {
  if (!outputs.transitEncryptionEnabled) return 'off';
  return outputs.transitEncryptionMode === 'preferred' ? 'allowed' : 'required';
}
