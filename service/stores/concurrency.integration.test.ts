import { describeWithPrograms } from '../testing/servers/describe-with';
import { type PostgresServer, startPostgres } from '../testing/servers/postgres';
import { type RedisServer, startRedis } from '../testing/servers/redis';
import { migrateDatabase, type ServiceInstance, startInstance } from '../testing/servers/service-instance';

let postgres: PostgresServer;
let redis: RedisServer;
let instances: [ServiceInstance, ServiceInstance];

const instance = (n: number) => instances[n % 2 === 0 ? 0 : 1];
const count = <T extends string | number>(answers: readonly T[]) =>
  Object.fromEntries(
    [...new Set(answers)].map((answer) => [answer, answers.filter((other) => other === answer).length]),
  );

describeWithPrograms(['postgres', 'initdb', 'redis-server'], 'two instances on one database', () => {
  beforeAll(async () => {
    postgres = await startPostgres({ settings: { log_lock_waits: 'on', deadlock_timeout: '200ms' } });
    redis = await startRedis();
    await migrateDatabase(postgres.env);
    instances = [
      await startInstance({ ...postgres.env, ...redis.env }),
      await startInstance({ ...postgres.env, ...redis.env }),
    ];
  });
  afterAll(async () => {
    await Promise.all((instances ?? []).map((service) => service.close()));
    await Promise.all([postgres?.stop(), redis?.stop()]);
  });

  test('200 first writes of one key at the same time: one inserts, all others update', async () => {
    for (let round = 0; round < 5; round += 1) {
      const key = `key ${round}`;
      const responses = await Promise.all(
        Array.from({ length: 200 }, (_, n) => instance(n).post('/data', { key, value: `value ${n}` })),
      );
      const answers = (await Promise.all(responses.map((response) => response.json()))) as {
        message: string;
        value: string;
      }[];

      expect(count(answers.map(({ message }) => message))).toEqual({
        'Inserted new record.': 1,
        'Updated existing record.': 199,
      });
      const stored = (await (await instance(0).get(`/data/${encodeURIComponent(key)}`)).json()) as { value: string };
      expect(answers.map(({ value }) => value)).toContain(stored.value);
    }
  });

  test('writes of hot and of random keys: no deadlock, no error, as many inserts as there are keys', async () => {
    const responses = await Promise.all(
      Array.from({ length: 1_500 }, (_, n) => {
        const key = Math.random() < 0.5 ? `hot ${n % 10}` : `cold ${Math.floor(Math.random() * 1_000)}`;
        return instance(n).post('/data', { key, value: n });
      }),
    );
    const messages = await Promise.all(
      responses.map(async (response) => ((await response.json()) as { message: string }).message),
    );

    expect(count(responses.map(({ status }) => status))).toEqual({ 200: 1_500 });
    const [row] = await postgres.query(`select count(*)::int as n from data_record where key ~ '^(hot|cold) '`);
    expect(messages.filter((message) => message === 'Inserted new record.')).toHaveLength(row?.n as number);
    expect(postgres.log()).not.toContain('deadlock detected');
  });

  test('a value that the database refuses fails alone, not the writes that travel with it', async () => {
    await postgres.query(`alter table data_record add constraint no_poison check (value <> 'poison')`);
    const values = Array.from({ length: 60 }, (_, n) => (n % 20 === 7 ? 'poison' : `value ${n}`));
    const responses = await Promise.all(values.map((value, n) => instance(0).post('/data', { key: `p ${n}`, value })));

    expect(responses.map(({ status }) => status === 200)).toEqual(values.map((value) => value !== 'poison'));
    await postgres.query('alter table data_record drop constraint no_poison');
  });

  test('one email at the same time: one 201, all others 409', async () => {
    const responses = await Promise.all(
      Array.from({ length: 60 }, (_, n) => instance(n).post('/users', { name: `User ${n}`, email: 'one@example.com' })),
    );

    expect(count(responses.map(({ status }) => status))).toEqual({ 201: 1, 409: 59 });
    expect(await postgres.query(`select 1 from users where email = 'one@example.com'`)).toHaveLength(1);
  });

  test('one email again and again does not use up ids', async () => {
    const email = 'again@example.com';
    const first = (await (await instance(0).post('/users', { name: 'x', email })).json()) as { id: number };
    for (let n = 0; n < 5; n += 1) expect((await instance(n).post('/users', { name: 'x', email })).status).toBe(409);
    const next = (await (await instance(0).post('/users', { name: 'y', email: `2${email}` })).json()) as { id: number };

    expect(next.id).toBe(first.id + 1);
  });

  test('seeding at the same time: the sample beers are there once', async () => {
    const responses = await Promise.all(Array.from({ length: 40 }, (_, n) => instance(n).post('/beers/seed', {})));
    const inserted = await Promise.all(
      responses.map(async (response) => ((await response.json()) as { inserted: number }).inserted),
    );

    expect(count(responses.map(({ status }) => status))).toEqual({ 200: 40 });
    expect(count(inserted)).toEqual({ 4: 1, 0: 39 });
    expect(await postgres.query('select name from beers order by id')).toEqual(
      ['Sapporo Premium', 'Kirin Ichiban', 'Yebisu', 'Asahi Super Dry'].map((name) => ({ name })),
    );
  });

  test('upserts go on when the sequence of ids is past four bytes', async () => {
    await postgres.query(`select setval('data_record_id_seq', 2147483646)`);
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, n) => instance(n).post('/data', { key: `late ${n}`, value: n })),
    );
    expect(count(responses.map(({ status }) => status))).toEqual({ 200: 20 });
    const [row] = await postgres.query('select max(id) > 2147483647 as "isPast" from data_record');
    expect(row?.isPast).toBe(true);
  });
});
