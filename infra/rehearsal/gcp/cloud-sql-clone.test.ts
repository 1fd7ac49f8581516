import { createFakeRuntime } from './testing/fake-runtime';
import { applySetup, createGcpWorld, type Mutation, mutate, type Step, testMutations, text } from './testing/setup';
import { storeSteps, types } from './testing/small-program';

/** When the world was as it shall be again; set when the setup comes to the clone. */
let moment = '';
const fromNow = (days: number) => new Date(Date.parse(moment) + days * 86_400_000).toISOString();

const steps: Step[] = [
  ...storeSteps.map(
    (step): Step =>
      step.name === 'cache'
        ? {
            ...step,
            after: ({ cloud }) => {
              moment = cloud.clock.timestamp();
              cloud.clock.advance({ minutes: 10 });
            },
          }
        : step,
  ),
  {
    token: types.sql,
    name: 'restored',
    inputs: (made) => {
      const postgres = storeSteps.find(({ name }) => name === 'postgres')?.inputs;
      if (typeof postgres !== 'function') throw new Error('no database');
      return {
        ...postgres(made),
        name: 'orders-2',
        clone: { sourceInstanceName: text(made, 'postgres', 'name'), pointInTime: moment },
      };
    },
  },
  {
    token: types.user,
    name: 'restored-owner',
    inputs: (made) => ({ name: 'owner', instance: text(made, 'restored', 'name'), password: 'another-word' }),
  },
];

const restored = { resource: 'restored' };
const mutations: Mutation[] = [
  {
    rule: 'gcp.sql.clone-source',
    what: 'an instance that is not there',
    ...restored,
    change: { 'clone.sourceInstanceName': 'orders-0' },
  },
  {
    rule: 'gcp.sql.clone-version',
    what: 'another version',
    ...restored,
    change: { databaseVersion: 'POSTGRES_16' },
  },
  {
    rule: 'gcp.sql.clone-recovery',
    what: 'an instance without point-in-time recovery',
    ...restored,
    of: 'postgres',
    change: {
      'settings.availabilityType': 'ZONAL',
      'settings.backupConfiguration.pointInTimeRecoveryEnabled': false,
    },
  },
  {
    rule: 'gcp.sql.clone-moment',
    what: 'a moment before its logs',
    ...restored,
    change: () => ({ 'clone.pointInTime': fromNow(-2) }),
  },
  {
    rule: 'gcp.sql.clone-moment',
    what: 'a moment to come',
    ...restored,
    change: () => ({ 'clone.pointInTime': fromNow(1) }),
  },
  {
    rule: 'gcp.sql.database-taken',
    what: 'the database that a clone has',
    resource: 'again',
    add: {
      token: types.database,
      name: 'again',
      inputs: (made) => ({ name: 'orders', instance: text(made, 'restored', 'name') }),
    },
  },
];

describe('the rules of gcp.sql about clones', () => {
  testMutations(steps, mutations);
});

describe('a clone', () => {
  test('begins with what the other had at the moment, and takes a password for a user that it has', async () => {
    const runtime = createFakeRuntime();
    const made = await applySetup(createGcpWorld(runtime), steps);
    expect(runtime.stores.find(({ name }) => name === 'orders-2')).toMatchObject({
      restoredFrom: { store: { name: 'orders' }, machineMs: expect.any(Number) },
    });
    expect(made.restored?.privateIpAddress).not.toBe(made.postgres?.privateIpAddress);
    expect(runtime.users).toEqual(['owner', 'owner']);
  });

  test('stays as it is when the other is gone', async () => {
    const world = createGcpWorld();
    const made = await applySetup(world, steps);
    for (const name of ['owner', 'database', 'postgres']) await world.destroy(name);
    const [step] = mutate(steps, { resource: 'restored', change: { 'settings.diskSize': 20 } }).filter(
      ({ name }) => name === 'restored',
    );
    if (typeof step?.inputs !== 'function') throw new Error('nothing was cloned');
    expect(await world.apply(step.token, 'restored', step.inputs(made))).toMatchObject({ id: made.restored?.id });
  });
});
