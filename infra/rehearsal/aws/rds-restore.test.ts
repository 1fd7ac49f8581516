import { auroraSetup, instanceSetup } from './testing/database-setup';
import { createFakeRuntime } from './testing/fake-runtime';
import { applySetup, createAwsWorld, type Made, type Mutation, type Step, testMutations, text } from './testing/setup';

/** When the world was as it shall be again; set when the setup comes to the restore. */
let moment = '';
const pause = {
  step: 'restored',
  act: ({ cloud }: ReturnType<typeof createAwsWorld>) => {
    moment = cloud.clock.timestamp();
    cloud.clock.advance({ minutes: 10 });
  },
};
const options = () => ({ runtime: createFakeRuntime(), before: pause });
const fromNow = (days: number) => new Date(Date.parse(moment) + days * 86_400_000).toISOString();

const inPlace = (made: Made) => ({
  dbSubnetGroupName: text(made, 'subnets', 'name'),
  vpcSecurityGroupIds: [text(made, 'store-group')],
  storageEncrypted: true,
  skipFinalSnapshot: true,
});

const withBackups = instanceSetup.map((step): Step => {
  const { name, inputs } = step;
  if (name !== 'database' || typeof inputs !== 'function') return step;
  return { ...step, inputs: (made) => ({ ...inputs(made), backupRetentionPeriod: 1 }) };
});
const instanceSteps: Step[] = [
  ...withBackups,
  {
    token: 'aws:rds/instance:Instance',
    name: 'restored',
    inputs: (made) => ({
      ...inPlace(made),
      identifier: 'orders-2',
      instanceClass: 'db.t4g.micro',
      parameterGroupName: text(made, 'parameters', 'name'),
      password: 'another-horse-battery',
      restoreToPointInTime: { sourceDbInstanceIdentifier: 'orders', restoreTime: moment },
    }),
  },
];
const clusterSteps: Step[] = [
  ...auroraSetup,
  {
    token: 'aws:rds/cluster:Cluster',
    name: 'restored',
    inputs: (made) => ({
      ...inPlace(made),
      clusterIdentifier: 'orders-2',
      engine: 'aurora-postgresql',
      engineMode: 'provisioned',
      masterPassword: 'another-horse-battery',
      restoreToPointInTime: { sourceClusterIdentifier: 'orders', restoreToTime: moment },
    }),
  },
];

const instanceCase = (rule: string, what: string, restore: object): Mutation => ({
  rule,
  what,
  resource: 'restored',
  inputs: () => ({
    restoreToPointInTime: { sourceDbInstanceIdentifier: 'orders', restoreTime: moment, ...restore },
  }),
});

describe('the rules of aws.rds about restores of instances', () => {
  testMutations(
    instanceSteps,
    [
      instanceCase('aws.rds.restore-request', 'two moments', { useLatestRestorableTime: true }),
      instanceCase('aws.rds.restore-request', 'two sources', { sourceDbiResourceId: 'db-A' }),
      instanceCase('aws.rds.restore-source', 'an instance that is not there', {
        sourceDbInstanceIdentifier: 'orders-0',
      }),
      {
        rule: 'aws.rds.restore-moment',
        what: 'a moment before its backups',
        resource: 'restored',
        inputs: () => ({
          restoreToPointInTime: { sourceDbInstanceIdentifier: 'orders', restoreTime: fromNow(-2) },
        }),
      },
      {
        rule: 'aws.rds.restore-moment',
        what: 'a moment to come',
        resource: 'restored',
        inputs: () => ({ restoreToPointInTime: { sourceDbInstanceIdentifier: 'orders', restoreTime: fromNow(1) } }),
      },
      {
        rule: 'aws.rds.restore-backups',
        what: 'an instance without backups',
        resource: 'restored',
        of: 'database',
        inputs: { backupRetentionPeriod: 0 },
      },
      {
        rule: 'aws.rds.restore-encryption',
        what: 'nothing said of the encryption',
        resource: 'restored',
        inputs: { storageEncrypted: undefined },
      },
    ],
    options,
  );
});

describe('the rules of aws.rds about restores of clusters', () => {
  const clusterCase = (rule: string, what: string, restore: () => object): Mutation => ({
    rule,
    what,
    resource: 'restored',
    inputs: () => ({
      restoreToPointInTime: { sourceClusterIdentifier: 'orders', restoreToTime: moment, ...restore() },
    }),
  });
  testMutations(
    clusterSteps,
    [
      clusterCase('aws.rds.cluster-restore-request', 'two moments', () => ({ useLatestRestorableTime: true })),
      clusterCase('aws.rds.cluster-restore-request', 'a kind of restore that is none', () => ({
        restoreType: 'half-copy',
      })),
      clusterCase('aws.rds.cluster-restore-source', 'no such cluster', () => ({ sourceClusterIdentifier: 'orders-0' })),
      clusterCase('aws.rds.cluster-restore-moment', 'a moment before it was made', () => ({
        restoreToTime: fromNow(-2),
      })),
    ],
    options,
  );
});

describe('a restored database', () => {
  test.each([
    ['an instance', instanceSteps],
    ['a cluster', clusterSteps],
  ])(
    '%s has the name, the user, the password and the rows of the other, and what it was told of its place',
    async (_, steps) => {
      const runtime = createFakeRuntime();
      const world = createAwsWorld({ runtime });
      const made = await applySetup(world, steps, {}, pause);
      const [first, second] = runtime.started.stores;
      expect(second).toMatchObject({ database: 'orders', user: 'owner' });
      expect(second).not.toHaveProperty('password');
      expect(second?.restoredFrom).toMatchObject({ store: { name: first?.name }, machineMs: expect.any(Number) });
      expect(made.restored).toMatchObject({ vpcSecurityGroupIds: [text(made, 'store-group')] });
    },
  );

  test('stays as it is when the other is gone', async () => {
    const world = createAwsWorld({ runtime: createFakeRuntime() });
    const made = await applySetup(world, instanceSteps, {}, pause);
    await world.destroy('database');
    const step = instanceSteps.find(({ name }) => name === 'restored');
    if (typeof step?.inputs !== 'function') throw new Error('nothing was restored');
    const runtime = world.cloud.runtime as ReturnType<typeof createFakeRuntime>;
    expect(runtime.passwords.get('orders-2')).toBeUndefined();
    const password = 'the-third-horse';
    const updated = await world.apply(step.token, 'restored', { ...step.inputs(made), multiAz: true, password });
    expect(runtime.passwords.get('orders-2')).toBe(password);
    expect(updated).toMatchObject({ id: made.restored?.id, username: 'owner', dbName: 'orders' });
  });
});
