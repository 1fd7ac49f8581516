import { parseGraph } from '../graph/graph';
import { instanceRules } from './rds-instance-rules';
import { findRoute } from './reachability';
import { instanceSetup } from './testing/database-setup';
import { createFakeRuntime } from './testing/fake-runtime';
import { applySetup, type Changes, createAwsWorld, type Mutation, testMutations, text } from './testing/setup';

const runtime = () => ({ runtime: createFakeRuntime() });

function wrong(rule: string, what: string, inputs: Changes): Mutation {
  return { rule, what, resource: 'database', inputs };
}

describe('the rules of aws.rds about what a database is placed into', () => {
  testMutations(
    instanceSetup,
    [
      { rule: 'aws.rds.subnet-group-name', what: 'the name default', resource: 'subnets', inputs: { name: 'default' } },
      { rule: 'aws.rds.subnet-group-name', what: 'capitals', resource: 'subnets', inputs: { name: 'Orders' } },
      {
        rule: 'aws.rds.subnet-group-zones',
        what: 'a single zone',
        resource: 'subnets',
        of: 'private-b',
        inputs: { availabilityZone: 'eu-central-1a' },
      },
      {
        rule: 'aws.rds.subnet-group-zones',
        what: 'a missing subnet',
        resource: 'subnets',
        inputs: { subnetIds: ['subnet-0'] },
      },
      {
        rule: 'aws.rds.parameter-group-name',
        what: 'an underscore',
        resource: 'parameters',
        inputs: { name: 'my_group' },
      },
      {
        rule: 'aws.rds.parameter-group-family',
        what: 'another family',
        resource: 'parameters',
        inputs: { family: 'postgresql17' },
      },
      {
        rule: 'aws.rds.static-parameter',
        what: 'a static parameter at once',
        resource: 'parameters',
        inputs: { parameters: [{ name: 'max_connections', value: '200' }] },
      },
    ],
    runtime,
  );
});

describe('the rules of aws.rds about instances', () => {
  testMutations(
    instanceSetup,
    [
      wrong('aws.rds.identifier', 'two hyphens', { identifier: 'my--orders' }),
      wrong('aws.rds.identifier', 'too long a name', { identifier: 'a'.repeat(64) }),
      wrong('aws.rds.database-name', 'a hyphen', { dbName: 'my-orders' }),
      wrong('aws.rds.user', 'the reserved admin', { username: 'admin' }),
      wrong('aws.rds.user', 'a keyword', { username: 'user' }),
      wrong('aws.rds.user', 'a hyphen', { username: 'order-owner' }),
      wrong('aws.rds.password', 'a short password', { password: 'seven77' }),
      wrong('aws.rds.password', 'a password with @', { password: 'p@ssword-p@ssword' }),
      wrong('aws.rds.password', 'a password with a space', { password: 'correct horse' }),
      wrong('aws.rds.credentials', 'no password', { password: undefined }),
      wrong('aws.rds.credentials', 'two passwords', { manageMasterUserPassword: true }),
      wrong('aws.rds.engine-version', 'a version to come', { engineVersion: '99' }),
      wrong('aws.rds.engine-version', 'a minor version to come', { engineVersion: '17.99' }),
      wrong('aws.rds.instance-class', 'a size that does not exist', { instanceClass: 'db.t4g.nano' }),
      wrong('aws.rds.instance-class', 'a class of EC2', { instanceClass: 't4g.micro' }),
      wrong('aws.rds.instance-class', 'a class of Aurora', { instanceClass: 'db.serverless' }),
      wrong('aws.rds.storage', 'too little storage', { allocatedStorage: 10 }),
      wrong('aws.rds.storage', 'no storage', { allocatedStorage: undefined }),
      wrong('aws.rds.storage', 'less at most than at first', { maxAllocatedStorage: 10 }),
      wrong('aws.rds.storage', 'speed for a small gp3', { iops: 3_000 }),
      wrong('aws.rds.storage', 'another type', { storageType: 'ssd' }),
      wrong('aws.rds.numbers', 'backups for too long', { backupRetentionPeriod: 36 }),
      wrong('aws.rds.numbers', 'a low port', { port: 80 }),
      wrong('aws.rds.numbers', 'monitoring without a role', { monitoringInterval: 60 }),
      wrong('aws.rds.multi-az-zone', 'a zone for two', { multiAz: true, availabilityZone: 'eu-central-1a' }),
      wrong('aws.rds.log-exports', 'logs of another engine', { enabledCloudwatchLogsExports: ['slowquery'] }),
      wrong('aws.rds.network', 'a missing subnet group', { dbSubnetGroupName: 'none' }),
      wrong('aws.rds.network', 'a missing security group', { vpcSecurityGroupIds: ['sg-0'] }),
      wrong('aws.rds.network', 'two VPCs', { dbSubnetGroupName: undefined }),
      wrong('aws.rds.parameter-group', 'a missing parameter group', { parameterGroupName: 'none' }),
      wrong('aws.rds.parameter-group', 'parameters of another version', { engineVersion: '16' }),
    ],
    runtime,
  );

  test.each([
    ['aws.rds.deletion-protection', { deletionProtection: true }],
    ['aws.rds.final-snapshot', { skipFinalSnapshot: false }],
  ])('%s refuses the deletion with %j', async (rule, inputs) => {
    const world = createAwsWorld(runtime());
    await applySetup(world, instanceSetup, { resource: 'database', inputs });
    await expect(world.destroy('database')).rejects.toThrow(`[rule ${rule}:`);
  });

  test.each([
    [{ storageEncrypted: true }, 0],
    [{ storageEncrypted: true, publiclyAccessible: true }, 1],
    [{}, 1],
    [{ storageEncrypted: true, deletionProtection: true }, 1],
  ])('aws.rds.exposed judges %j', async (inputs, count) => {
    const type = 'aws:rds/instance:Instance';
    const resources = [{ urn: `urn:pulumi:a::b::${type}::d`, type, custom: true, inputs, outputs: {} }];
    const rule = instanceRules.find(({ id }) => id === 'aws.rds.exposed');
    if (rule?.stage !== 'graph') throw new Error('no such rule');
    expect(await rule.check(parseGraph({ deployment: { resources } }))).toHaveLength(count);
  });
});

describe('aws.rds.Instance', () => {
  test('starts a Postgres that takes TLS only, under the name of its endpoint', async () => {
    const fake = createFakeRuntime();
    const made = await applySetup(createAwsWorld({ runtime: fake }), instanceSetup);
    expect(fake.started.stores).toEqual([
      expect.objectContaining({
        kind: 'postgres',
        version: '17',
        tls: 'required',
        user: 'owner',
        password: 'correct-horse-battery',
        database: 'orders',
        port: 5432,
        certificateNames: [text(made, 'database', 'address')],
      }),
    ]);
    expect(text(made, 'database', 'address')).toMatch(/^orders\.[a-z0-9]{12}\.eu-central-1\.rds\.amazonaws\.com$/);
  });

  test.each([
    ['17', undefined, 'required'],
    ['17', '0', 'allowed'],
    ['14', undefined, 'allowed'],
  ])('of version %s with rds.force_ssl %s has TLS %s', async (version, value, tls) => {
    const fake = createFakeRuntime();
    const steps = instanceSetup.map((step) =>
      step.name === 'parameters'
        ? {
            ...step,
            inputs: { family: `postgres${version}`, parameters: value ? [{ name: 'rds.force_ssl', value }] : [] },
          }
        : step,
    );
    await applySetup(createAwsWorld({ runtime: fake }), steps, {
      resource: 'database',
      inputs: { engineVersion: version },
    });
    expect(fake.started.stores[0]?.tls).toBe(tls);
  });

  test('is reached from the service and gone after its deletion', async () => {
    const fake = createFakeRuntime();
    const world = createAwsWorld({ runtime: fake });
    const made = await applySetup(world, instanceSetup);
    const origin = {
      kind: 'vpc' as const,
      region: 'eu-central-1',
      subnetIds: [text(made, 'private-a')],
      securityGroupIds: [text(made, 'service-group')],
    };
    const to = { host: text(made, 'database', 'address'), port: 5432 };
    expect(findRoute(world.cloud, origin, to).kind).toBe('store');
    await expect(world.destroy('subnets')).rejects.toThrow('Cannot delete the subnet group');
    await expect(world.destroy('private-a')).rejects.toThrow('has dependencies');
    await world.destroy('database');
    expect(findRoute(world.cloud, origin, to).kind).toBe('unknown host');
    expect(fake.running()).toEqual([]);
  });

  test('takes a new password', async () => {
    const fake = createFakeRuntime();
    const world = createAwsWorld({ runtime: fake });
    const made = await applySetup(world, instanceSetup);
    const step = instanceSetup.find(({ name }) => name === 'database');
    if (typeof step?.inputs !== 'function') throw new Error('no database');
    await world.apply(step.token, 'database', { ...step.inputs(made), password: 'another-password' });
    expect(fake.passwords.get('orders')).toBe('another-password');
  });

  test('leaves a final snapshot, whose name is taken then', async () => {
    const world = createAwsWorld(runtime());
    const inputs = { skipFinalSnapshot: false, finalSnapshotIdentifier: 'orders-final' };
    const made = await applySetup(world, instanceSetup, { resource: 'database', inputs });
    await world.destroy('database');
    const step = instanceSetup.find(({ name }) => name === 'database');
    if (typeof step?.inputs !== 'function') throw new Error('no database');
    await world.apply(step.token, 'database', { ...step.inputs(made), ...inputs });
    await expect(world.destroy('database')).rejects.toThrow('DBSnapshotAlreadyExists');
  });
});
