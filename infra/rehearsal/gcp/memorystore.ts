import { applyRule, deleteRule, inputRule } from '../rules';
import { googleError, notFound } from './google-error';
import { redisInstance } from './memorystore-instance';
import { findNetwork } from './network';
import { peeringOrderRule, textAt } from './peering-order';
import { apiRules } from './project-services';
import { findConnection } from './service-networking';

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
