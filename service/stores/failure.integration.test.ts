import { setTimeout as delay } from 'node:timers/promises';
import { describeWithPrograms } from '../testing/servers/describe-with';
import { poll } from '../testing/servers/poll';
import { type PostgresServer, startPostgres } from '../testing/servers/postgres';
import { type RedisServer, startRedis } from '../testing/servers/redis';
import { migrateDatabase } from '../testing/servers/service-instance';
import {
  type Bundle,
  buildBundle,
  killServices,
  type ServiceProcess,
  startService,
} from '../testing/servers/service-process';

let bundle: Bundle;
let postgres: PostgresServer;
let redis: RedisServer;
let service: ServiceProcess;
let url: string;

type Answer = { status: number; code: string | undefined; hasRetryAfter: boolean };

let last = 0;

/** Clients that write and read until told to stop. Keeps every acknowledged write, and every answer that was no success. */
function startLoad() {
  const acknowledged: { path: string; text: string }[] = [];
  const unusual: Answer[] = [];
  let successes = 0;
  let isOver = false;
  const ask = async (path: string, body?: object): Promise<boolean> => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(url + path, body && init);
    const text = await response.text();
    if (response.ok) successes += 1;
    else {
      const { code } = JSON.parse(text) as { code?: string };
      unusual.push({ status: response.status, code, hasRetryAfter: response.headers.has('retry-after') });
    }
    return response.ok;
  };
  const write = async () => {
    while (!isOver) {
      last += 1;
      const text = `load-${last}`;
      if (await ask('/data', { key: text, value: text })) acknowledged.push({ path: '/data', text });
      if (await ask('/users', { name: text, email: `${text}@example.com` }))
        acknowledged.push({ path: '/users', text });
    }
  };
  const read = async () => {
    while (!isOver) {
      await ask('/users');
      await ask('/data?limit=50');
      await ask('/beers');
      await delay(5);
    }
  };
  const clients = [write(), write(), write(), read(), read()];
  return {
    unusual,
    successes: () => successes,
    finish: async () => {
      isOver = true;
      await Promise.all(clients);
      return acknowledged;
    },
  };
}

/** The acknowledged writes that are not in the database. */
async function findLost(acknowledged: { path: string; text: string }[]): Promise<string[]> {
  const keys = new Set((await postgres.query('select key from data_record')).map(({ key }) => key));
  const names = new Set((await postgres.query('select name from users')).map(({ name }) => name));
  return acknowledged.filter(({ path, text }) => !(path === '/data' ? keys : names).has(text)).map(({ text }) => text);
}

const isReady = async () => (await fetch(`${url}/ready`)).status === 200;

describeWithPrograms(['postgres', 'initdb', 'redis-server'], 'under load', () => {
  beforeAll(async () => {
    bundle = buildBundle();
    // What was acknowledged must be on the disk, so this one is not sped up.
    postgres = await startPostgres({ settings: { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' } });
    redis = await startRedis();
    await migrateDatabase(postgres.env);
    service = startService(bundle, { ...postgres.env, ...redis.env });
    url = await service.url();
    await poll('the service is ready', isReady);
  });
  afterAll(async () => {
    await killServices();
    await Promise.all([postgres?.stop(), redis?.stop()]);
    bundle?.remove();
  });

  test.each<[string, () => Promise<void>]>([
    ['killed', () => postgres.kill('SIGKILL')],
    ['shut down', () => postgres.kill('SIGINT')],
  ])('Postgres is %s and started again: no acknowledged write is lost, there are only 503s', async (_name, end) => {
    const load = startLoad();
    for (let round = 0; round < 2; round += 1) {
      const before = load.successes();
      await poll('there is load', () => load.successes() > before + 50);
      await end();
      const failures = load.unusual.length;
      await poll('clients notice', () => load.unusual.length > failures + 5);
      await postgres.start();
      await poll('the service is ready', isReady);
    }
    const before = load.successes();
    await poll('there is load', () => load.successes() > before + 50);
    const acknowledged = await load.finish();

    expect(acknowledged.length).toBeGreaterThan(50);
    expect(await findLost(acknowledged)).toEqual([]);
    const answers = new Set(
      load.unusual.map(({ status, code, hasRetryAfter }) => `${status} ${code} ${hasRetryAfter}`),
    );
    expect([...answers].filter((answer) => !/^503 (database_unavailable|write_unknown) true$/.test(answer))).toEqual(
      [],
    );
    expect(service.output()).not.toContain('"level":50');
  });

  test('Redis is killed and started again: nobody notices', async () => {
    const load = startLoad();
    for (let round = 0; round < 3; round += 1) {
      const before = load.successes();
      await poll('there is load', () => load.successes() > before + 50);
      await redis.kill('SIGKILL');
      const without = load.successes();
      await poll('there is load without Redis', () => load.successes() > without + 50);
      await redis.start();
    }
    await poll('the cache is used again', async () => {
      const { checks } = (await (await fetch(`${url}/ready`)).json()) as { checks: { cache: string } };
      return checks.cache === 'ok';
    });
    const acknowledged = await load.finish();

    expect(load.unusual).toEqual([]);
    expect(await findLost(acknowledged)).toEqual([]);
  });

  test('sessions are ended by the administrator: no acknowledged write is lost, there are only 503s', async () => {
    const load = startLoad();
    for (let round = 0; round < 5; round += 1) {
      const before = load.successes();
      await poll('there is load', () => load.successes() > before + 30);
      await postgres.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'taproom'`);
    }
    const before = load.successes();
    await poll('there is load', () => load.successes() > before + 30);
    const acknowledged = await load.finish();

    expect(load.unusual.filter(({ status }) => status !== 503)).toEqual([]);
    expect(await findLost(acknowledged)).toEqual([]);
  });
});
