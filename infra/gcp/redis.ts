import * as redis from '@pulumi/gcp/redis';
import type * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from '../config';
import type { RedisStore } from '../service-env';
import { caText } from './ca-text';
import type { GcpScope, InNetwork } from './foundation';
import type { Network } from './network';

const memoryGiB = { small: 1, medium: 2, large: 8 } as const;

/** A Memorystore for Redis, with a replica in a second zone by setting; TLS and AUTH, on the network's private side. */
export function createRedis(
  { names, options, protect, region }: GcpScope,
  network: Network,
  { size, highAvailability }: StackConfig['database'],
): InNetwork<RedisStore> & { id: pulumi.Output<string> } {
  const instance = new redis.Instance(
    'redis',
    {
      name: names('redisInstance', 'redis'),
      region,
      tier: highAvailability ? 'STANDARD_HA' : 'BASIC',
      memorySizeGb: memoryGiB[size],
      redisVersion: 'REDIS_7_2',
      connectMode: 'PRIVATE_SERVICE_ACCESS',
      authorizedNetwork: network.id,
      authEnabled: true,
      transitEncryptionMode: 'SERVER_AUTHENTICATION',
      deletionProtection: protect,
    },
    {
      ...options,
      // The name is taken until the old one is gone, and a cache has nothing to lose.
      deleteBeforeReplace: true,
      dependsOn: [...options.dependsOn, network.peering],
    },
  );
  return {
    host: instance.host,
    // 6378 with TLS.
    port: instance.port,
    // The certificate is for an address in the network: only the chain is checked.
    tls: { mode: 'verify-ca', ca: caText(instance.serverCaCerts) },
    password: instance.authString,
    ready: [instance],
    id: instance.id,
  };
}
