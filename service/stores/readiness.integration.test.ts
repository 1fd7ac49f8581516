import { Client } from 'pg';
import { buildLogger } from '../logging';
import { awaitDatabase } from '../start';
import { describeWithPrograms } from '../testing/servers/describe-with';
import { poll } from '../testing/servers/poll';
import { type PostgresServer, startPostgres } from '../testing/servers/postgres';
import { type RedisServer, startRedis } from '../testing/servers/redis';
import { migrateDatabase, type ServiceInstance, startInstance } from '../testing/servers/service-instance';
import { openPostgres } from './postgres';

let postgres: PostgresServer;
let redis: RedisServer;
let service: ServiceInstance;

async function readiness() {
  const begin = performance.now();
  const response = await service.get('/ready');
  const { status, checks } = (await response.json()) as { status: string; checks: object };
  return { code: response.status, status, ...checks, isInTime: performance.now() - begin < 2_000 };
}
const ready = { code: 200, status: 'ready', database: 'ok', cache: 'ok', isInTime: true };
const becomesReady = () =>
  poll('the service is ready', async () => {
    const { code, cache } = { cache: '', ...(await readiness()) };
    return code === 200 && cache === 'ok';
  });

/** Holds locks in a transaction of its own. */
async function hold(sql: string): Promise<{ release: () => Promise<void> }> {
  const { host, port, user, password, database } = postgres;
  const client = new Client({ host, port, user, password, database });
  client.on('error', () => {});
  await client.connect();
  await client.query(`begin; ${sql}`);
  return { release: () => client.end() };
}
const waiting = async () =>
  (
    await postgres.query(
      `select 1 from pg_stat_activity where application_name = 'taproom' and wait_event_type = 'Lock'`,
    )
  ).length;

describeWithPrograms(['postgres', 'initdb', 'redis-server'], 'GET /ready', () => {
  beforeAll(async () => {
    postgres = await startPostgres({ settings: { max_connections: 12, superuser_reserved_connections: 2 } });
    redis = await startRedis();
    await migrateDatabase(postgres.env);
    service = await startInstance({ ...postgres.env, ...redis.env, POSTGRES_POOL_SIZE: '2' });
  });
  afterAll(async () => {
    await service?.close();
    await Promise.all([postgres?.stop(), redis?.stop()]);
  });
  beforeEach(becomesReady);

  test('answers while every connection waits for a lock', async () => {
    const lock = await hold('lock table data_record');
    const stuck = Array.from({ length: 6 }, (_, n) => service.get(`/data/${n}`));
    await poll('all connections wait', async () => (await waiting()) === 2);

    expect(await readiness()).toEqual(ready);

    await lock.release();
    await Promise.all(stuck);
  });

  test('answers while the record of migrations is locked, and leaves no session behind', async () => {
    const lock = await hold('lock table schema_migrations');
    const answer = await readiness();

    expect(answer).toEqual({ ...ready, code: 503, status: 'unavailable', database: 'unavailable' });
    await poll('the server has given up too', async () => (await waiting()) === 0);
    await lock.release();
  });

  test('answers while Postgres hangs, and its pool with it', async () => {
    await service.get('/data');
    await postgres.kill('SIGSTOP');
    const stuck = Array.from({ length: 6 }, (_, n) => service.get(`/data/${n}`));
    const answers = [await readiness(), await readiness()];
    const [health, startup] = [await service.get('/health'), await service.get('/startup')];
    const refused = (await Promise.all(stuck)).map(({ status, headers }) => [status, headers.has('retry-after')]);
    await postgres.kill('SIGCONT');

    expect(answers).toEqual(Array(2).fill({ ...ready, code: 503, status: 'unavailable', database: 'unavailable' }));
    expect([health.status, startup.status]).toEqual([200, 200]);
    expect(refused).toEqual(Array(6).fill([503, true]));
    await becomesReady();
    expect((await service.get('/data')).status).toBe(200);
  });

  test('answers while Redis hangs', async () => {
    await redis.kill('SIGSTOP');
    const answer = await readiness();
    await redis.kill('SIGCONT');

    expect(answer).toEqual({ ...ready, cache: 'unavailable' });
    await becomesReady();
  });

  test('tells that Redis is gone, and that it is back', async () => {
    await redis.kill('SIGKILL');
    await poll('the loss is noticed', async () => (await service.stores.sharedCache?.ping(100)) === false);
    expect(await readiness()).toEqual({ ...ready, cache: 'unavailable' });
    expect((await service.get('/users')).status).toBe(200);

    await redis.start();
    await becomesReady();
    expect((await service.get('/users')).headers.get('x-cache')).not.toBe('bypass');
  });

  test('tells that Postgres is gone, and that it is back', async () => {
    await service.get('/beers');
    await postgres.kill('SIGKILL');
    expect(await readiness()).toEqual({ ...ready, code: 503, status: 'unavailable', database: 'unavailable' });
    const refused = await service.get('/beers/1');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);

    await postgres.start();
    await becomesReady();
    expect((await service.get('/beers/1')).status).toBe(404);
  });

  test('tells that Postgres takes no more connections, and recovers', async () => {
    await postgres.kill('SIGQUIT');
    await postgres.start();
    await postgres.query(`do $$ begin if not exists (select from pg_roles where rolname = 'crowd') then
      create role crowd login; end if; end $$; alter role crowd password 'crowd'`);
    const { host, port, database } = postgres;
    const crowd = Array.from({ length: 10 }, () => {
      const client = new Client({ host, port, database, user: 'crowd', password: 'crowd' });
      client.on('error', () => {});
      return client;
    });
    // As a service that is no superuser, which alone may use what the server keeps in reserve.
    const plain = await startInstance({ ...postgres.env, POSTGRES_USER: 'crowd', POSTGRES_PASSWORD: 'crowd' });
    await Promise.all(crowd.map((client) => client.connect()));
    const refused = [
      await plain.get('/ready'),
      await plain.get('/data/a'),
      await plain.post('/data', { key: 'a', value: 1 }),
    ];
    const codes = await Promise.all(
      refused.slice(1).map(async (response) => ((await response.json()) as { code: string }).code),
    );

    expect(refused.map(({ status }) => status)).toEqual([503, 503, 503]);
    expect(codes).toEqual(['database_unavailable', 'database_unavailable']);
    await Promise.all(crowd.map((client) => client.end()));
    await postgres.query('grant select on all tables in schema public to crowd');
    await poll('the service is ready', async () => (await plain.get('/ready')).status === 200);
    expect((await plain.get('/data/a')).status).toBe(404);
    await plain.close();
  });
});

describeWithPrograms(['postgres', 'initdb'], 'awaitDatabase', () => {
  const logger = buildLogger({ LOG_LEVEL: 'silent', LOG_FORMAT: 'plain' });
  const settings = (server: PostgresServer) => ({ ...server, tls: { mode: 'off' as const, ca: undefined } });

  test('gives up after its time when no database answers, with the reason', async () => {
    const gone = await startPostgres();
    await gone.stop();
    const database = await openPostgres(settings(gone), { poolSize: 1 });
    await expect(awaitDatabase(database, logger, 300)).rejects.toMatchObject({
      message: 'the database is not ready after 0.3 seconds',
      cause: { cause: { code: 'ECONNREFUSED' } },
    });
    await database.close();
  });

  test('gives up after its time when nobody migrates', async () => {
    const server = await startPostgres();
    const database = await openPostgres(settings(server), { poolSize: 1 });
    await expect(awaitDatabase(database, logger, 300)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('migrations are pending') },
    });
    await database.close();
    await server.stop();
  });

  test('waits for a server that hangs at first', async () => {
    const server = await startPostgres();
    await migrateDatabase(server.env);
    const database = await openPostgres(settings(server), { poolSize: 1 });
    await server.kill('SIGSTOP');
    const waited = awaitDatabase(database, logger);
    await expect(database.probe({ name: 'one', text: 'select 1' }, [], 50)).rejects.toThrow();
    await server.kill('SIGCONT');
    await waited;
    await database.close();
    await server.stop();
  });
});
