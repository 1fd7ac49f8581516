import * as elasticache from '@pulumi/aws/elasticache';
import type { StackConfig } from '../config';
import { createPassword } from '../password';
import type { RedisStore } from '../service-env';
import type { AwsScope, InNetwork } from './foundation';
import type { Network } from './network';
import { createSecurityGroup } from './security-group';

const port = 6379;
const nodeTypes = { small: 'cache.t4g.micro', medium: 'cache.t4g.medium', large: 'cache.m7g.large' } as const;

/** A Valkey of one node, or two with failover; TLS and AUTH, in the private subnets. Not clustered: one keyspace. */
export function createRedis(
  { names, options, protect }: AwsScope,
  network: Network,
  { size, highAvailability }: StackConfig['database'],
): InNetwork<RedisStore> {
  const group = createSecurityGroup('redis', { names, network, description: 'Valkey' }, options);
  const subnets = new elasticache.SubnetGroup(
    'redis-subnets',
    { name: names('cacheSubnetGroup', 'redis'), subnetIds: network.privateSubnetIds },
    options,
  );
  const password = createPassword('redis', options);
  const replicationGroup = new elasticache.ReplicationGroup(
    'redis',
    {
      replicationGroupId: names('replicationGroup', 'redis'),
      description: 'cache of the service',
      engine: 'valkey',
      engineVersion: '8.0',
      nodeType: nodeTypes[size],
      numCacheClusters: highAvailability ? 2 : 1,
      automaticFailoverEnabled: highAvailability,
      multiAzEnabled: highAvailability,
      port,
      subnetGroupName: subnets.name,
      securityGroupIds: [group.id],
      transitEncryptionEnabled: true,
      atRestEncryptionEnabled: true,
      authToken: password,
      snapshotRetentionLimit: protect ? 7 : 0,
      applyImmediately: true,
    },
    options,
  );
  return {
    host: replicationGroup.primaryEndpointAddress,
    port,
    // Amazon's public authority: the system roots know it.
    tls: { mode: 'verify-full' },
    password,
    securityGroupId: group.id,
    ready: [replicationGroup],
  };
}
