import { parseGraph } from '../graph/graph';
import { cacheRules } from './elasticache-rules';
import { createFakeRuntime } from './testing/fake-runtime';
import { networkSetup } from './testing/network-setup';
import {
  applySetup,
  type Changes,
  createAwsWorld,
  type Mutation,
  type Step,
  testMutations,
  text,
} from './testing/setup';

const steps: readonly Step[] = [
  ...networkSetup,
  {
    token: 'aws:elasticache/subnetGroup:SubnetGroup',
    name: 'subnets',
    inputs: (made) => ({ subnetIds: [text(made, 'private-a'), text(made, 'private-b')] }),
  },
  {
    token: 'aws:elasticache/replicationGroup:ReplicationGroup',
    name: 'cache',
    inputs: (made) => ({
      replicationGroupId: 'orders',
      description: 'cache of the orders',
      engine: 'valkey',
      engineVersion: '8.0',
      nodeType: 'cache.t4g.micro',
      numCacheClusters: 1,
      subnetGroupName: text(made, 'subnets', 'name'),
      securityGroupIds: [text(made, 'store-group')],
      transitEncryptionEnabled: true,
      authToken: 'sixteen-letters-or-more',
    }),
  },
];

const wrong = (rule: string, what: string, inputs: Changes): Mutation => ({ rule, what, resource: 'cache', inputs });

describe('the rules of aws.elasticache', () => {
  testMutations(
    steps,
    [
      wrong('aws.elasticache.name', 'too long a name', { replicationGroupId: 'a'.repeat(41) }),
      wrong('aws.elasticache.name', 'two hyphens', { replicationGroupId: 'my--orders' }),
      wrong('aws.elasticache.node-type', 'a class of RDS', { nodeType: 'db.t4g.micro' }),
      wrong('aws.elasticache.node-type', 'a size that does not exist', { nodeType: 'cache.t4g.nano' }),
      wrong('aws.elasticache.engine', 'another engine', { engine: 'keydb' }),
      wrong('aws.elasticache.engine', 'a version of the other engine', { engine: 'redis', engineVersion: '8.0' }),
      wrong('aws.elasticache.auth-token', 'a short token', { authToken: 'short' }),
      wrong('aws.elasticache.auth-token', 'a token with @', { authToken: 'sixteen@letters-or-more' }),
      wrong('aws.elasticache.auth-needs-tls', 'a token without TLS', { transitEncryptionEnabled: false }),
      wrong('aws.elasticache.valkey-tls', 'a Valkey that does not say', {
        transitEncryptionEnabled: undefined,
        authToken: undefined,
      }),
      wrong('aws.elasticache.failover', 'failover of one node', { automaticFailoverEnabled: true }),
      wrong('aws.elasticache.failover', 'two zones without failover', { multiAzEnabled: true, numCacheClusters: 2 }),
      wrong('aws.elasticache.network', 'a missing subnet group', { subnetGroupName: 'none' }),
      wrong('aws.elasticache.network', 'a missing security group', { securityGroupIds: ['sg-0'] }),
      wrong('aws.elasticache.parameter-group', 'a missing parameter group', { parameterGroupName: 'none' }),
      {
        rule: 'aws.elasticache.subnet-group-name',
        what: 'an underscore',
        resource: 'subnets',
        inputs: { name: 'my_group' },
      },
      {
        rule: 'aws.elasticache.subnet-group-subnets',
        what: 'a missing subnet',
        resource: 'subnets',
        inputs: { subnetIds: ['subnet-0'] },
      },
    ],
    () => ({ runtime: createFakeRuntime() }),
  );

  test.each([
    [{ engine: 'valkey', transitEncryptionEnabled: true }, 0],
    [{ engine: 'redis', transitEncryptionEnabled: true }, 1],
    [{ engine: 'redis' }, 2],
  ])('aws.elasticache.unencrypted judges %j', async (inputs, count) => {
    const type = 'aws:elasticache/replicationGroup:ReplicationGroup';
    const resources = [{ urn: `urn:pulumi:a::b::${type}::c`, type, custom: true, inputs, outputs: {} }];
    const rule = cacheRules.find(({ id }) => id === 'aws.elasticache.unencrypted');
    if (rule?.stage !== 'graph') throw new Error('no such rule');
    expect(await rule.check(parseGraph({ deployment: { resources } }))).toHaveLength(count);
  });
});

describe('aws.elasticache.ReplicationGroup', () => {
  test('starts a cache that takes TLS and its token only', async () => {
    const fake = createFakeRuntime();
    const world = createAwsWorld({ runtime: fake });
    const made = await applySetup(world, steps);
    expect(fake.started.stores).toEqual([
      expect.objectContaining({ kind: 'redis', tls: 'required', password: 'sixteen-letters-or-more', port: 6379 }),
    ]);
    expect(text(made, 'cache', 'primaryEndpointAddress')).toMatch(
      /^master\.orders\.[a-z0-9]{6}\.euc1\.cache\.amazonaws\.com$/,
    );
    await expect(world.destroy('subnets')).rejects.toThrow('CacheSubnetGroupInUse');
    await world.destroy('cache');
    expect(fake.running()).toEqual([]);
  });
});
