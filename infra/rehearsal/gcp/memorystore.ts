import type { redis } from '@pulumi/gcp';
import type { Unwrap } from '@pulumi/pulumi';
import { type Cloud, table } from '../cloud/cloud';
import { Refusal } from '../cloud/refusal';
import type { Lifecycle, OutputsOf } from '../declare';
import { applyRule, deleteRule, inputRule } from '../rules';
import { addressAt, type Cidr, findFreeRange, parseCidr } from './cidr';
import { googleResource } from './declare';
import { googleError, notFound } from './google-error';
import { findNetwork, takenRanges } from './network';
import { peeringOrderRule, textAt } from './peering-order';
import { reachableStores, storeHosts } from './private-stores';
import { apiRules } from './project-services';
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
const directRange = parseCidr('10.192.0.0/10') ?? { first: 0, prefix: 10 };

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
  const range = `${addressAt(block, 0)}/${block.prefix}`;
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
  const block = findFreeRange(directRange, blockPrefix, [...takenRanges(cloud, network), ...blocks.values()]);
  if (block) blocks.set(id, block);
  return block;
}

const reference = 'https://docs.cloud.google.com/memorystore/docs/redis/reference/rest/v1/projects.locations.instances';

const rules = [
  ...apiRules('redis', 'redis', [redisInstance]),
  inputRule({
    id: 'gcp.redis.name',
    refuses: 'Instance names other than 1 to 40 lower-case letters, digits and hyphens that begin with a letter.',
    source: `${reference}/create`,
    types: redisInstance,
    check: ({ inputs }) => {
      const name = inputs.name ?? 'generated';
      return /^[a-z][a-z0-9-]{0,38}[a-z0-9]$/.test(name) || /^projects\//.test(name)
        ? undefined
        : `"name" ("${name}") doesn't match regexp "^[a-z][a-z0-9-]{0,39}[a-z0-9]$", or is longer than 40 characters`;
    },
  }),
  inputRule({
    id: 'gcp.redis.choices',
    refuses: 'Tiers, connect modes and transit encryption modes that Memorystore does not know.',
    source: reference,
    types: redisInstance,
    check: ({ inputs }) => {
      const choices = {
        tier: ['BASIC', 'STANDARD_HA'],
        connectMode: ['DIRECT_PEERING', 'PRIVATE_SERVICE_ACCESS'],
        transitEncryptionMode: ['SERVER_AUTHENTICATION', 'DISABLED'],
        readReplicasMode: ['READ_REPLICAS_DISABLED', 'READ_REPLICAS_ENABLED'],
      } as const;
      return (Object.keys(choices) as (keyof typeof choices)[]).flatMap((key) => {
        const value = inputs[key];
        const allowed: readonly string[] = choices[key];
        return value === undefined || allowed.includes(value)
          ? []
          : [`expected ${key} to be one of ${allowed.join(', ')}, got ${value}`];
      });
    },
  }),
  inputRule({
    id: 'gcp.redis.version',
    refuses: 'Versions that Memorystore for Redis does not offer.',
    source: 'https://docs.cloud.google.com/memorystore/docs/redis/supported-versions',
    types: redisInstance,
    check: ({ inputs }) => {
      const versions = ['REDIS_3_2', 'REDIS_4_0', 'REDIS_5_0', 'REDIS_6_X', 'REDIS_7_0', 'REDIS_7_2'];
      return inputs.redisVersion === undefined || versions.includes(inputs.redisVersion)
        ? undefined
        : googleError(
            400,
            `redisVersion must be one of ${versions.join(', ')}, not ${inputs.redisVersion}`,
            'badRequest',
          );
    },
  }),
  inputRule({
    id: 'gcp.redis.memory',
    refuses: 'Sizes other than 1 to 300 whole GiB, and less than 5 with read replicas.',
    source: 'https://docs.cloud.google.com/memorystore/docs/redis/instance-size',
    types: redisInstance,
    check: ({ inputs }) => {
      const smallest = inputs.readReplicasMode === 'READ_REPLICAS_ENABLED' ? 5 : 1;
      const size = inputs.memorySizeGb;
      return Number.isInteger(size) && size >= smallest && size <= 300
        ? undefined
        : googleError(400, `memorySizeGb must be a whole number from ${smallest} to 300, not ${size}`, 'badRequest');
    },
  }),
  inputRule({
    id: 'gcp.redis.replicas',
    refuses: 'Replicas and a second zone in tier BASIC, and counts that the tier does not have.',
    source: 'https://docs.cloud.google.com/memorystore/docs/redis/about-read-replicas',
    types: redisInstance,
    check: ({ inputs }) => {
      const { alternativeLocationId, locationId, readReplicasMode, replicaCount, tier = 'BASIC' } = inputs;
      if (tier === 'BASIC') {
        return [
          ...((replicaCount ?? 0) > 0 ? ['replicaCount must be 0 in tier BASIC'] : []),
          ...(readReplicasMode === 'READ_REPLICAS_ENABLED'
            ? ['readReplicasMode READ_REPLICAS_ENABLED needs tier STANDARD_HA']
            : []),
          ...(alternativeLocationId ? ['alternativeLocationId needs tier STANDARD_HA'] : []),
        ];
      }
      const most = readReplicasMode === 'READ_REPLICAS_ENABLED' ? 5 : 1;
      return [
        ...(replicaCount !== undefined && (replicaCount < 1 || replicaCount > most)
          ? [`replicaCount must be 1 to ${most}`]
          : []),
        ...(alternativeLocationId && alternativeLocationId === locationId
          ? ['alternativeLocationId must be another zone than locationId']
          : []),
      ];
    },
  }),
  applyRule({
    id: 'gcp.redis.network-exists',
    refuses: 'An instance in a network that does not exist; without authorizedNetwork that is "default".',
    source: 'https://docs.cloud.google.com/memorystore/docs/redis/networking',
    types: redisInstance,
    check: ({ inputs, cloud, place, previous }) => {
      const network = inputs.authorizedNetwork ?? `projects/${place.project}/global/networks/default`;
      return previous || findNetwork(cloud, network) ? undefined : notFound('The network', network);
    },
  }),
  applyRule({
    id: 'gcp.redis.network-peered',
    refuses: "connectMode PRIVATE_SERVICE_ACCESS in a network that has no peering with Google's services yet.",
    source: 'https://docs.cloud.google.com/memorystore/docs/redis/establish-connection',
    types: redisInstance,
    check: ({ inputs, cloud, previous }) =>
      previous ||
      inputs.connectMode !== 'PRIVATE_SERVICE_ACCESS' ||
      findConnection(cloud, inputs.authorizedNetwork ?? 'default')
        ? undefined
        : googleError(
            400,
            `Google private service access is not enabled. Enable privateServiceAccess and try again. The network ${inputs.authorizedNetwork} has no private services connection.`,
            'failedPrecondition',
          ),
  }),
  peeringOrderRule({
    id: 'gcp.redis.peering-order',
    source: 'https://docs.cloud.google.com/memorystore/docs/redis/establish-connection',
    type: redisInstance,
    networkOf: (node) =>
      textAt(node, 'connectMode') === 'PRIVATE_SERVICE_ACCESS' ? textAt(node, 'authorizedNetwork') : undefined,
  }),
  deleteRule({
    id: 'gcp.redis.deletion-protection',
    refuses: 'Deleting an instance whose deletionProtection is true.',
    source:
      'https://github.com/GoogleCloudPlatform/magic-modules/blob/main/mmv1/templates/terraform/pre_delete/redis_instance.go.tmpl (unset does not protect, other than the text of the documentation)',
    types: redisInstance,
    check: ({ entity }) =>
      entity.inputs.deletionProtection === true
        ? 'cannot destroy redis instance without setting deletion_protection=false and running `pulumi up`'
        : undefined,
  }),
  inputRule({
    id: 'gcp.policy.open-redis',
    refuses:
      'A Redis without AUTH or without TLS: both are off by default, and everything in the network could read and write it.',
    source: 'https://docs.cloud.google.com/memorystore/docs/redis/about-redis-auth',
    types: redisInstance,
    check: ({ inputs }) => [
      ...(inputs.authEnabled === true ? [] : ['authEnabled must be true']),
      ...(inputs.transitEncryptionMode === 'SERVER_AUTHENTICATION'
        ? []
        : ['transitEncryptionMode must be SERVER_AUTHENTICATION']),
    ],
  }),
];

export const memorystoreSimulation = { resources: [redisInstance], functions: [], rules };
