import { parseGraph } from '../graph/graph';
import { clusterRules } from './rds-cluster-rules';
import { findRoute } from './reachability';
import { auroraSetup } from './testing/database-setup';
import { createFakeRuntime } from './testing/fake-runtime';
import { applySetup, type Changes, createAwsWorld, type Mutation, testMutations, text } from './testing/setup';

const runtime = () => ({ runtime: createFakeRuntime() });
const wrong = (rule: string, what: string, inputs: Changes, resource = 'cluster'): Mutation => ({
  rule,
  what,
  resource,
  inputs,
});
const capacity = (minCapacity: number, maxCapacity: number, more: Record<string, number> = {}) => ({
  serverlessv2ScalingConfiguration: { minCapacity, maxCapacity, ...more },
});

describe('the rules of aws.rds about clusters', () => {
  testMutations(
    auroraSetup,
    [
      wrong('aws.rds.cluster-identifier', 'a hyphen at the end', { clusterIdentifier: 'orders-' }),
      wrong('aws.rds.cluster-login', 'the reserved admin', { masterUsername: 'admin' }),
      wrong('aws.rds.cluster-login', 'a password with a slash', { masterPassword: 'correct/horse' }),
      wrong('aws.rds.cluster-credentials', 'no password', { masterPassword: undefined }),
      wrong('aws.rds.cluster-version', 'a version to come', { engineVersion: '99.1' }),
      wrong('aws.rds.serverless-capacity', 'a third of a unit', capacity(0.3, 2)),
      wrong('aws.rds.serverless-capacity', 'a maximum below the minimum', capacity(4, 2)),
      wrong('aws.rds.serverless-capacity', 'too large a maximum', capacity(1, 257)),
      wrong('aws.rds.serverless-capacity', 'a pause above 0', capacity(0.5, 2, { secondsUntilAutoPause: 300 })),
      wrong('aws.rds.serverless-capacity', 'a pause of a minute', capacity(0, 2, { secondsUntilAutoPause: 60 })),
      wrong('aws.rds.cluster-numbers', 'no backups', { backupRetentionPeriod: 0 }),
      wrong('aws.rds.cluster-network', 'a missing subnet group', { dbSubnetGroupName: 'none' }),
      wrong('aws.rds.cluster-parameter-group', 'a missing parameter group', { dbClusterParameterGroupName: 'none' }),
      wrong('aws.rds.cluster-instance', 'a class that does not exist', { instanceClass: 'serverless' }, 'instance'),
      wrong('aws.rds.cluster-instance-home', 'a missing cluster', { clusterIdentifier: 'none' }, 'instance'),
      {
        rule: 'aws.rds.cluster-instance-home',
        what: 'a serverless instance without capacities',
        resource: 'instance',
        of: 'cluster',
        inputs: { serverlessv2ScalingConfiguration: undefined },
      },
    ],
    runtime,
  );

  test.each([
    ['aws.rds.cluster-deletion-protection', { deletionProtection: true }],
    ['aws.rds.cluster-final-snapshot', { skipFinalSnapshot: false }],
  ])('%s refuses the deletion with %j', async (rule, inputs) => {
    const world = createAwsWorld(runtime());
    await applySetup(world, auroraSetup, { resource: 'cluster', inputs });
    await world.destroy('instance');
    await expect(world.destroy('cluster')).rejects.toThrow(`[rule ${rule}:`);
  });

  test('aws.rds.cluster-exposed finds what is open', async () => {
    const node = (type: string, inputs: object) => ({
      urn: `urn:pulumi:a::b::${type}::x`,
      type,
      custom: true,
      inputs,
      outputs: {},
    });
    const resources = [
      node('aws:rds/cluster:Cluster', {}),
      node('aws:rds/clusterInstance:ClusterInstance', { publiclyAccessible: true }),
    ];
    const rule = clusterRules.find(({ id }) => id === 'aws.rds.cluster-exposed');
    if (rule?.stage !== 'graph') throw new Error('no such rule');
    expect(await rule.check(parseGraph({ deployment: { resources } }))).toHaveLength(2);
  });
});

describe('aws.rds.Cluster', () => {
  test('takes connections as long as it has an instance', async () => {
    const fake = createFakeRuntime();
    const world = createAwsWorld({ runtime: fake });
    const made = await applySetup(world, auroraSetup);
    const origin = {
      kind: 'vpc' as const,
      region: 'eu-central-1',
      subnetIds: [text(made, 'private-a')],
      securityGroupIds: [text(made, 'service-group')],
    };
    const go = () => findRoute(world.cloud, origin, { host: text(made, 'cluster', 'endpoint'), port: 5432 });
    expect(go().kind).toBe('store');
    await expect(world.destroy('cluster')).rejects.toThrow('it still contains DB instances');
    await world.destroy('instance');
    expect(go()).toEqual({ kind: 'refused', why: expect.stringContaining('no instances') });
    await world.destroy('cluster');
    expect(fake.running()).toEqual([]);
  });
});
