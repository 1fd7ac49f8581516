import type { redis } from '@pulumi/gcp';
import type { Unwrap } from '@pulumi/pulumi';
import { addressAt, type Cidr, findFreeBlock } from '../cloud/cidr';
import { type Cloud, table } from '../cloud/cloud';
import { Refusal } from '../cloud/refusal';
import type { Lifecycle, OutputsOf } from '../declare';
import { googleResource, keep } from './declare';
import { googleError } from './google-error';
import { findNetwork, takenRanges } from './network';
import { reachableStores, storeHosts } from './private-stores';
import { parseRange } from './ranges';
import { findConnection, releaseConnection, storeAddress, takePeeredBlock } from './service-networking';

type Args = Unwrap<redis.InstanceArgs>;
type Outputs = OutputsOf<redis.Instance>;

/** Blocks taken without private services access, by the instance's id. */
const directBlocks = table<Cidr>('gcp Memorystore blocks');
/** Source: https://docs.cloud.google.com/memorystore/docs/redis/networking */
const blockPrefix = 29;
const tlsPort = 6378;
const plainPort = 6379;

/** Where Memorystore takes addresses from without private services access: anywhere that is free. */
const directRange = parseRange('10.192.0.0/10') ?? { address: 0, bits: 10 };

export const redisInstance = googleResource<redis.Instance, redis.InstanceArgs>({
  token: 'gcp:redis/instance:Instance',
  naming: { maxLength: 40, letters: 'lower' },
  replaceOn: [
    'name',
    'project',
    'region',
    'alternativeLocationId',
    'authorizedNetwork',
    'connectMode',
    'customerManagedKey',
    'locationId',
    'reservedIpRange',
    'tier',
    'transitEncryptionMode',
  ],
  defaults: { authEnabled: false, connectMode: 'DIRECT_PEERING', tier: 'BASIC', transitEncryptionMode: 'DISABLED' },
  secretOutputs: ['authString'],
  empty: [
    'alternativeLocationId',
    'authString',
    'host',
    'port',
    'maintenanceSchedules',
    'maintenanceVersion',
    'readEndpoint',
    'readEndpointPort',
    'secondaryIpRange',
    'serverCaCerts',
    'reservedIpRange',
    'effectiveReservedIpRange',
  ],
  seconds: { create: 300, update: 120, delete: 180 },
  id: ({ inputs, place }) => `projects/${place.project}/locations/${place.region}/instances/${inputs.name}`,
  outputs: ({ inputs, place, seed, cloud, previous }) => {
    const zone = inputs.locationId ?? `${place.region}-b`;
    return {
      ...keep(previous, 'authString', 'effectiveReservedIpRange', 'host', 'port', 'reservedIpRange', 'serverCaCerts'),
      authorizedNetwork: inputs.authorizedNetwork ?? `projects/${place.project}/global/networks/default`,
      createTime: previous?.createTime ?? cloud.clock.timestamp(),
      currentLocationId: zone,
      locationId: zone,
      nodes: [{ id: 'node-0', zone }],
      persistenceConfig: {
        persistenceMode: inputs.persistenceConfig?.persistenceMode ?? 'DISABLED',
        rdbNextSnapshotTime: '',
        rdbSnapshotPeriod: inputs.persistenceConfig?.rdbSnapshotPeriod ?? '',
        rdbSnapshotStartTime: inputs.persistenceConfig?.rdbSnapshotStartTime ?? '',
      },
      persistenceIamIdentity: `serviceAccount:${seed.digits(12)}-compute@developer.gserviceaccount.com`,
      readReplicasMode: inputs.readReplicasMode ?? 'READ_REPLICAS_DISABLED',
      redisVersion: inputs.redisVersion ?? 'REDIS_7_2',
      replicaCount: inputs.replicaCount ?? (inputs.tier === 'STANDARD_HA' ? 1 : 0),
    };
  },
  uses: ({ inputs, cloud }) => {
    const reference = inputs.authorizedNetwork;
    if (reference === undefined) return [];
    const peering = inputs.connectMode === 'PRIVATE_SERVICE_ACCESS' ? findConnection(cloud, reference) : undefined;
    return [findNetwork(cloud, reference), peering];
  },
  unique: ({ inputs, place }) => `Redis instance ${inputs.name} in ${place.project} ${place.region}`,
  exists: ({ inputs }) => googleError(409, `Instance '${inputs.name}' already exists.`, 'alreadyExists'),
  create: startInstance,
  delete: async ({ cloud, id, inputs }): Promise<'gone'> => {
    await cloud.table(reachableStores).get(id)?.store.stop();
    cloud.table(reachableStores).delete(id);
    cloud.table(directBlocks).delete(id);
    if (inputs.connectMode === 'PRIVATE_SERVICE_ACCESS' && inputs.authorizedNetwork !== undefined) {
      releaseConnection(cloud, inputs.authorizedNetwork, `Redis instance ${id}, deleted not long ago`);
    }
    return 'gone';
  },
});

async function startInstance({ cloud, entity, id, inputs, place, seed }: Lifecycle<Args, Outputs>): Promise<void> {
  const network = inputs.authorizedNetwork ?? `projects/${place.project}/global/networks/default`;
  const block =
    inputs.connectMode === 'PRIVATE_SERVICE_ACCESS'
      ? takePeeredBlock(cloud, network, { name: id, blockPrefix })
      : takeDirectBlock(cloud, network, id);
  if (!block) {
    throw new Refusal(
      googleError(
        400,
        "Couldn't find free blocks in allocated IP ranges. Please allocate new ranges for this service provider.",
        'failedPrecondition',
      ),
    );
  }
  const isEncrypted = inputs.transitEncryptionMode === 'SERVER_AUTHENTICATION';
  const host = storeAddress(block, storeHosts(cloud));
  const port = isEncrypted ? tlsPort : plainPort;
  const authString = inputs.authEnabled ? seed.uuid('auth') : '';
  const store = await cloud.runtime.startStore({
    kind: 'redis',
    version: (inputs.redisVersion ?? 'REDIS_7_2')
      .replace(/^REDIS_/, '')
      .replace('_', '.')
      .replace('X', '0')
      .toLowerCase(),
    name: inputs.name ?? id,
    hosts: [host],
    port,
    tls: isEncrypted ? 'required' : 'off',
    // The address stands in the subject only, where clients do not look for one.
    // Source: https://github.com/envoyproxy/ratelimit/pull/409
    certificateNames: [`redis-${inputs.name}`],
    ...(authString !== '' && { password: authString }),
  });
  const range = `${addressAt(block, 0)}/${block.bits}`;
  cloud.table(reachableStores).set(id, {
    store,
    hosts: [host],
    port,
    name: `Redis instance ${inputs.name}`,
    network,
    authorizedRanges: [],
  });
  const now = cloud.clock.timestamp();
  entity.outputs = {
    ...entity.outputs,
    host,
    port,
    authString,
    reservedIpRange: inputs.reservedIpRange ?? range,
    effectiveReservedIpRange: range,
    serverCaCerts: isEncrypted
      ? [
          {
            cert: store.certificateAuthority,
            createTime: now,
            expireTime: new Date(cloud.clock.now() + 10 * 365 * 24 * 3_600_000).toISOString(),
            serialNumber: seed.digits(20),
            sha1Fingerprint: seed.hex(40, 'ca'),
          },
        ]
      : [],
  };
}

function takeDirectBlock(cloud: Cloud, network: string, id: string): Cidr | undefined {
  const blocks = cloud.table(directBlocks);
  const block = findFreeBlock(directRange, blockPrefix, [...takenRanges(cloud, network), ...blocks.values()]);
  if (block) blocks.set(id, block);
  return block;
}
