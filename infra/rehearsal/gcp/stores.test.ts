import { createFakeRuntime } from './testing/fake-runtime';
import { applySetup, createGcpWorld, type Mutation, mutate, testMutations } from './testing/setup';
import { storeSteps, types } from './testing/small-program';

const postgres = { resource: 'postgres' };
const cache = { resource: 'cache' };
const owner = { resource: 'owner' };

const mutations: Mutation[] = [
  { rule: 'gcp.sql.api-enabled', what: 'a project without the API', ...postgres, without: ['sqladmin-api'] },
  { rule: 'gcp.sql.instance-name', what: 'capitals', ...postgres, change: { name: 'Orders' } },
  {
    rule: 'gcp.sql.instance-name',
    what: '81 characters beside the project',
    ...postgres,
    change: { name: 'o'.repeat(81) },
  },
  { rule: 'gcp.sql.version', what: 'Postgres 19', ...postgres, change: { databaseVersion: 'POSTGRES_19' } },
  { rule: 'gcp.sql.settings', what: 'no settings', ...postgres, change: { settings: undefined } },
  {
    rule: 'gcp.sql.edition-tier',
    what: 'a custom tier without an edition from version 16 on',
    ...postgres,
    change: { 'settings.edition': undefined },
  },
  {
    rule: 'gcp.sql.edition-tier',
    what: 'the smallest tier in ENTERPRISE_PLUS',
    ...postgres,
    change: { 'settings.edition': 'ENTERPRISE_PLUS', 'settings.tier': 'db-f1-micro' },
  },
  {
    rule: 'gcp.sql.edition-tier',
    what: 'a tier of ENTERPRISE_PLUS in ENTERPRISE',
    ...postgres,
    change: { 'settings.tier': 'db-perf-optimized-N-2' },
  },
  { rule: 'gcp.sql.edition', what: 'an unknown edition', ...postgres, change: { 'settings.edition': 'STANDARD' } },
  { rule: 'gcp.sql.custom-tier', what: '3 CPU', ...postgres, change: { 'settings.tier': 'db-custom-3-7680' } },
  { rule: 'gcp.sql.custom-tier', what: '1 GiB', ...postgres, change: { 'settings.tier': 'db-custom-1-1024' } },
  {
    rule: 'gcp.sql.regional-backups',
    what: 'REGIONAL without point-in-time recovery',
    ...postgres,
    change: { 'settings.backupConfiguration.pointInTimeRecoveryEnabled': false },
  },
  {
    rule: 'gcp.sql.pitr-backups',
    what: 'point-in-time recovery without backups',
    ...postgres,
    change: { 'settings.availabilityType': 'ZONAL', 'settings.backupConfiguration.enabled': false },
  },
  {
    rule: 'gcp.sql.some-address',
    what: 'neither a public nor a private address',
    ...postgres,
    change: { 'settings.ipConfiguration.privateNetwork': undefined },
  },
  {
    rule: 'gcp.sql.ssl-mode',
    what: 'an unknown TLS mode',
    ...postgres,
    change: { 'settings.ipConfiguration.sslMode': 'REQUIRED' },
  },
  { rule: 'gcp.sql.disk', what: '5 GB', ...postgres, change: { 'settings.diskSize': 5 } },
  {
    rule: 'gcp.policy.unencrypted-database',
    what: 'a database without a TLS mode',
    ...postgres,
    change: { 'settings.ipConfiguration.sslMode': undefined },
  },
  {
    rule: 'gcp.policy.public-database',
    what: 'a database for the whole internet',
    ...postgres,
    change: {
      'settings.ipConfiguration.ipv4Enabled': true,
      'settings.ipConfiguration.authorizedNetworks': [{ value: '0.0.0.0/0' }],
    },
  },
  {
    rule: 'gcp.policy.protected-without-backups',
    what: 'protection without backups',
    ...postgres,
    change: {
      'settings.availabilityType': 'ZONAL',
      'settings.deletionProtectionEnabled': true,
      'settings.backupConfiguration': undefined,
    },
  },
  { rule: 'gcp.sql.network-peered', what: 'a network without a peering', ...postgres, without: ['peering'] },
  { rule: 'gcp.sql.instance-exists', what: 'a user of nothing', ...owner, change: { instance: 'nothing' } },
  { rule: 'gcp.sql.user-name', what: "a name of Cloud SQL's own", ...owner, change: { name: 'cloudsqladmin' } },
  { rule: 'gcp.sql.user-password', what: 'a user without a password', ...owner, change: { password: undefined } },
  { rule: 'gcp.redis.api-enabled', what: 'a project without the API', ...cache, without: ['redis-api'] },
  { rule: 'gcp.redis.name', what: '41 characters', ...cache, change: { name: 'c'.repeat(41) } },
  { rule: 'gcp.redis.choices', what: 'an unknown tier', ...cache, change: { tier: 'STANDARD' } },
  { rule: 'gcp.redis.version', what: 'Redis 8', ...cache, change: { redisVersion: 'REDIS_8_0' } },
  { rule: 'gcp.redis.memory', what: '301 GiB', ...cache, change: { memorySizeGb: 301 } },
  { rule: 'gcp.redis.replicas', what: 'a replica in tier BASIC', ...cache, change: { replicaCount: 1 } },
  {
    rule: 'gcp.redis.network-exists',
    what: 'the default network, which is not there',
    ...cache,
    change: { authorizedNetwork: undefined },
  },
  {
    rule: 'gcp.redis.network-peered',
    what: 'a network without a peering',
    ...cache,
    without: ['peering', 'postgres', 'database', 'owner'],
  },
  { rule: 'gcp.policy.open-redis', what: 'a Redis without AUTH', ...cache, change: { authEnabled: undefined } },
  {
    rule: 'gcp.policy.open-redis',
    what: 'a Redis without TLS',
    ...cache,
    change: { transitEncryptionMode: 'DISABLED' },
  },
];

describe('the rules of gcp.sql and gcp.redis', () => {
  testMutations(storeSteps, mutations);
});

describe('gcp.sql.DatabaseInstance', () => {
  test('is a Postgres behind TLS, on an address of the peered range', async () => {
    const runtime = createFakeRuntime();
    const made = await applySetup(createGcpWorld(runtime), storeSteps);
    expect(made.postgres).toMatchObject({ privateIpAddress: '10.128.0.3', publicIpAddress: '' });
    expect(made.postgres?.serverCaCerts).toMatchObject([{ cert: 'authority of orders' }]);
    expect(runtime.stores[0]).toMatchObject({
      kind: 'postgres',
      version: '17',
      tls: 'required',
      certificateNames: ['rehearsal-project:orders'],
      administratorsRole: 'cloudsqlsuperuser',
    });
    expect(runtime.users).toEqual(['owner']);
  });

  test('keeps address and authority at an update', async () => {
    const world = createGcpWorld();
    const before = await applySetup(world, storeSteps);
    const larger = mutate(storeSteps, { ...postgres, change: { 'settings.tier': 'db-custom-4-15360' } });
    const after = await applySetup(world, larger);
    expect(after.postgres?.privateIpAddress).toBe(before.postgres?.privateIpAddress);
    expect(after.postgres?.serverCaCerts).toEqual(before.postgres?.serverCaCerts);
  });

  test('is kept by its deletion protection, which is on without asking', async () => {
    const world = createGcpWorld();
    await applySetup(world, mutate(storeSteps, { ...postgres, change: { deletionProtection: undefined } }));
    await expect(world.destroy('postgres')).rejects.toThrow('[rule gcp.sql.deletion-protection:');
  });

  test('is kept by the protection in the API too', async () => {
    const world = createGcpWorld();
    await applySetup(
      world,
      mutate(storeSteps, { ...postgres, change: { 'settings.deletionProtectionEnabled': true } }),
    );
    await expect(world.destroy('postgres')).rejects.toThrow('The instance is protected');
  });

  test('keeps its name for a week, and its peering for an hour', async () => {
    const runtime = createFakeRuntime();
    const world = createGcpWorld(runtime);
    await applySetup(world, storeSteps);
    for (const name of ['owner', 'database', 'postgres', 'cache']) await world.destroy(name);
    expect(runtime.countRunning()).toBe(0);
    await expect(world.destroy('peering')).rejects.toThrow('still using this connection');
    await expect(applySetup(world, storeSteps)).rejects.toThrow("you can't reuse the name");
    world.cloud.clock.advance({ hours: 2 });
    await world.destroy('peering');
    world.cloud.clock.advance({ hours: 7 * 24 });
    await applySetup(world, storeSteps);
  });
});

describe('gcp.redis.Instance', () => {
  test('answers with TLS on 6378, and demands its secret word', async () => {
    const runtime = createFakeRuntime();
    const made = await applySetup(createGcpWorld(runtime), storeSteps);
    expect(made.cache).toMatchObject({ host: '10.128.1.3', port: 6378 });
    expect(runtime.stores[1]).toMatchObject({ kind: 'redis', tls: 'required', password: made.cache?.authString });
  });

  test('keeps address and secret word at an update', async () => {
    const world = createGcpWorld();
    const before = await applySetup(world, storeSteps);
    const after = await applySetup(world, mutate(storeSteps, { ...cache, change: { memorySizeGb: 2 } }));
    expect(after.cache).toEqual({ ...before.cache, memorySizeGb: 2 });
  });

  test('is kept by its deletion protection', async () => {
    const world = createGcpWorld();
    await applySetup(world, mutate(storeSteps, { ...cache, change: { deletionProtection: true } }));
    await expect(world.destroy('cache')).rejects.toThrow('[rule gcp.redis.deletion-protection:');
  });
});

test('deletionPolicy ABANDON leaves a resource in the cloud', async () => {
  const world = createGcpWorld();
  await applySetup(world, mutate(storeSteps, { resource: 'peering', change: { deletionPolicy: 'ABANDON' } }));
  for (const name of ['owner', 'database', 'postgres', 'cache']) await world.destroy(name);
  world.cloud.clock.advance({ hours: 2 });
  await world.destroy('peering');
  expect(world.cloud.everything().map(({ token }) => token)).toContain(types.connection);
});
