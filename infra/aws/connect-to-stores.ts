import type * as pulumi from '@pulumi/pulumi';
import type { AwsFoundation } from './foundation';
import { allowConnection, createSecurityGroup } from './security-group';

/** A target's security group, with a door to each store and to nothing else. What runs in it must wait for `ready`. */
export function connectToStores(
  name: string,
  { network, postgres, redis, scope: { names } }: AwsFoundation,
  options: pulumi.CustomResourceOptions,
): { groupId: pulumi.Output<string>; ready: pulumi.Resource[] } {
  const group = createSecurityGroup(name, { names, network, description: `the service on ${name}` }, options);
  const toPostgres = { from: group.id, to: postgres.securityGroupId, port: postgres.port };
  const ready = [...postgres.ready, ...allowConnection(`${name}-to-postgres`, toPostgres, options)];
  if (redis !== undefined) {
    const toRedis = { from: group.id, to: redis.securityGroupId, port: redis.port };
    ready.push(...redis.ready, ...allowConnection(`${name}-to-redis`, toRedis, options));
  }
  return { groupId: group.id, ready };
}
