import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { describeWithPrograms } from './testing/servers/describe-with';
import { poll } from './testing/servers/poll';
import { type PostgresServer, startPostgres } from './testing/servers/postgres';
import { startRedis } from './testing/servers/redis';
import { findFreePort } from './testing/servers/server-process';
import {
  type Bundle,
  buildBundle,
  killServices,
  type ServiceProcess,
  startService,
} from './testing/servers/service-process';

let bundle: Bundle;
let folder: string;

beforeAll(() => {
  bundle = buildBundle();
});
afterAll(() => bundle?.remove());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taproom-process-'));
});
afterEach(async () => {
  await killServices();
  rmSync(folder, { recursive: true, force: true });
});

const start = (env: Record<string, string> = {}, args: readonly string[] = []) =>
  startService(bundle, { DATA_DIR: folder, ...env }, args);

async function startReady(env: Record<string, string> = {}): Promise<{ service: ServiceProcess; url: string }> {
  const service = start(env);
  await service.ready();
  return { service, url: await service.url() };
}

const post = (url: string, body: object) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

describe('the process', () => {
  test('keeps its embedded data, when it is stopped and when it is killed, and its folder from other processes', async () => {
    const first = await startReady();
    expect((await post(`${first.url}/data`, { key: 'a', value: 'kept' })).status).toBe(200);

    const intruder = start();
    expect((await intruder.exit).code).toBe(1);
    expect(intruder.output()).toContain(`DATA_DIR ${folder} is in use by another process`);

    first.service.kill('SIGKILL');
    await first.service.exit;
    const second = await startReady();
    expect(await (await fetch(`${second.url}/data/a`)).json()).toEqual({ key: 'a', value: 'kept' });
    expect((await post(`${second.url}/data`, { key: 'b', value: 'kept too' })).status).toBe(200);

    second.service.kill('SIGTERM');
    expect(await second.service.exit).toEqual({ code: 0, signal: null });
    const third = await startReady();
    expect(await (await fetch(`${third.url}/data`)).json()).toHaveLength(2);
  });

  test('migrates and seeds by command, once', async () => {
    const seeded = start({}, ['seed']);
    expect((await seeded.exit).code).toBe(0);
    expect(seeded.logs()).toContainEqual(expect.objectContaining({ msg: 'seed', inserted: 4 }));

    const again = start({}, ['seed']);
    expect((await again.exit).code).toBe(0);
    expect(again.logs()).toContainEqual(
      expect.objectContaining({ msg: 'seed', inserted: 0, message: 'Database already seeded.' }),
    );
  });

  test('lists all wrong variables together, without their values', async () => {
    const service = start({
      PORT: 'eighty',
      LOG_LEVEL: 'loud',
      API_KEY: 'sh0rt',
      CACHE_TTL_SECONDS: '0',
      POSTGRES_TLS: 'prefer',
    });

    expect((await service.exit).code).toBe(1);
    for (const name of ['PORT', 'LOG_LEVEL', 'API_KEY', 'CACHE_TTL_SECONDS', 'POSTGRES_TLS']) {
      expect(service.output()).toContain(`- ${name} must `);
    }
    for (const value of ['eighty', 'loud', 'sh0rt', 'prefer']) expect(service.output()).not.toContain(value);
  });

  test('does not start on an embedded database where that is refused', async () => {
    const service = start({ EMBEDDED_STORES: 'refused' });

    expect((await service.exit).code).toBe(1);
    expect(service.output()).toMatch(/POSTGRES_HOST or DATABASE_URL must be set/);
  });

  test('names an unknown command', async () => {
    const service = start({}, ['serve']);

    expect((await service.exit).code).toBe(1);
    expect(service.output()).toContain(
      'the command must be one of server, migrate, migrate-lambda, seed, forward, health-check',
    );
  });
});

describeWithPrograms(['postgres', 'initdb', 'redis-server'], 'the process on real stores', () => {
  let postgres: PostgresServer;
  const onPostgres = (env: Record<string, string> = {}) => ({
    ...postgres.env,
    EMBEDDED_STORES: 'refused',
    ...env,
  });

  beforeAll(async () => {
    postgres = await startPostgres();
    const migrated = startService(bundle, postgres.env, ['migrate']);
    expect((await migrated.exit).code).toBe(0);
    await postgres.query(
      `insert into data_record (key, value) select 'row ' || n, repeat('x', 250) from generate_series(1, 60000) n`,
    );
  });
  afterAll(() => postgres?.stop());

  async function hold(sql: string): Promise<{ release: () => Promise<void> }> {
    const { host, port, user, password, database } = postgres;
    const client = new Client({ host, port, user, password, database });
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

  test('listens at once, waits for migrations, and is started for ever after', async () => {
    const fresh = await startPostgres();
    const service = start({ ...fresh.env });
    const url = await service.url();
    const statuses = async (...paths: string[]) =>
      Promise.all(paths.map(async (path) => (await fetch(url + path)).status));

    expect(await statuses('/health', '/healthz', '/startup', '/data', '/beers', '/ready')).toEqual([
      200, 200, 503, 503, 503, 503,
    ]);
    const pending = await fetch(`${url}/ready`);
    expect(await pending.json()).toEqual({
      status: 'unavailable',
      checks: { database: 'migration pending', cache: 'in-process' },
    });
    const refused = await fetch(`${url}/data`);
    expect([refused.headers.has('retry-after'), ((await refused.json()) as { code: string }).code]).toEqual([
      true,
      'starting',
    ]);

    expect((await start({ ...fresh.env }, ['migrate']).exit).code).toBe(0);
    await poll('the service is started', async () => (await fetch(`${url}/startup`)).status === 200);
    expect(await statuses('/ready', '/data')).toEqual([200, 200]);

    await fresh.stop();
    expect(await statuses('/startup', '/health', '/ready', '/data/a')).toEqual([200, 200, 503, 503]);
  });

  describe('when a port is in use', () => {
    let other: Server;
    let port: string;
    beforeEach(async () => {
      other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const address = other.address();
      port = String(typeof address === 'object' ? address?.port : '');
    });
    afterEach(() => other.close());

    test.each(['PORT', 'METRICS_PORT'])('names %s and ends with code 1', async (name) => {
      const service = start(onPostgres({ [name]: port }));

      expect((await service.exit).code).toBe(1);
      expect(service.output()).toContain(`${name} ${port} is in use by another process`);
    });
  });

  test('shows its metrics on their own port only', async () => {
    const port = await findFreePort();
    const { url } = await startReady(onPostgres({ METRICS_PORT: String(port) }));
    await fetch(`${url}/beers`);
    const metrics = await fetch(`http://127.0.0.1:${port}/metrics`);

    expect(metrics.headers.get('content-type')).toContain('text/plain');
    expect(await metrics.text()).toMatch(/route="\/beers"/);
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
  });

  test('ends gracefully when the signal comes twice, as npm repeats it', async () => {
    const { service, url } = await startReady(onPostgres());
    await fetch(`${url}/beers`);
    service.kill('SIGINT');
    service.kill('SIGINT');

    expect(await service.exit).toEqual({ code: 0, signal: null });
    expect(service.logs()).toContainEqual(expect.objectContaining({ msg: 'stopped' }));
  });

  test('answers its health check by command', async () => {
    const port = String(await findFreePort());
    const service = start(onPostgres({ PORT: port }));
    await service.ready();
    const healthy = start({ PORT: port }, ['health-check']);
    expect((await healthy.exit).code).toBe(0);

    service.kill('SIGTERM');
    await service.exit;
    const unhealthy = start({ PORT: port }, ['health-check']);
    expect((await unhealthy.exit).code).toBe(1);
  });

  test('ends with code 0 on SIGTERM while it waits for a database', async () => {
    const service = start({ POSTGRES_HOST: '127.0.0.1', POSTGRES_PORT: String(await findFreePort()) });
    await service.url();
    service.kill('SIGTERM');

    expect(await service.exit).toEqual({ code: 0, signal: null });
  });

  test('ends with code 1 when a migration fails, without showing the password', async () => {
    const service = start(onPostgres({ POSTGRES_PASSWORD: 'n0t-the-password' }), ['migrate']);

    expect((await service.exit).code).toBe(1);
    expect(service.output()).toContain('password authentication failed');
    expect(service.output()).not.toContain('n0t-the-password');
  });

  test('refuses a Redis in cluster mode', async () => {
    const cluster = await startRedis({ settings: ['cluster-enabled yes'] });
    try {
      const service = start(onPostgres(cluster.env));

      expect((await service.exit).code).toBe(1);
      expect(service.output()).toContain('Redis in cluster mode, which is not supported');
    } finally {
      await cluster.stop();
    }
  });

  test('answers what is in flight on SIGTERM, and nothing with a 503', async () => {
    const { service, url } = await startReady(onPostgres());
    const lock = await hold('lock table data_record');
    const inFlight = [
      fetch(`${url}/data/a`),
      post(`${url}/data`, { key: 'sigterm', value: 'kept' }),
      post(`${url}/data`, { key: 'sigterm 2', value: 'kept' }),
      fetch(`${url}/data`),
    ];
    await poll('they wait', async () => (await waiting()) >= 3);
    service.kill('SIGTERM');
    await poll('it shuts down', () => service.output().includes('shutting down'));
    await lock.release();

    expect((await Promise.all(inFlight)).map(({ status }) => status)).toEqual([404, 200, 200, 200]);
    expect(await service.exit).toEqual({ code: 0, signal: null });
    expect(await postgres.query(`select 1 from data_record where key ~ '^sigterm'`)).toHaveLength(2);
  });

  test('goes on accepting for DRAIN_SECONDS, while it is not ready', async () => {
    const { service, url } = await startReady(onPostgres({ DRAIN_SECONDS: '2' }));
    const begin = performance.now();
    service.kill('SIGTERM');
    await poll('it is not ready', async () => (await fetch(`${url}/ready`)).status === 503);
    const answers = [];
    while (performance.now() - begin < 1_500) {
      // On a new connection each time.
      const response = await fetch(`${url}/beers`, { headers: { connection: 'close' } });
      answers.push(response.status);
      await delay(50);
    }

    expect(new Set(answers)).toEqual(new Set([200]));
    expect(await service.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - begin).toBeGreaterThan(2_000);
    await expect(fetch(`${url}/beers`)).rejects.toThrow();
  });

  test('ends kept connections with their next answer while it drains', async () => {
    const { service, url } = await startReady(onPostgres({ DRAIN_SECONDS: '1' }));
    const connectionOf = async (path: string) => (await fetch(url + path)).headers.get('connection');
    expect(await connectionOf('/beers')).toBe('keep-alive');
    service.kill('SIGTERM');
    await poll('it is not ready', async () => (await fetch(`${url}/ready`)).status === 503);

    expect([await connectionOf('/beers'), await connectionOf('/nowhere')]).toEqual(['close', 'close']);
    expect(await service.exit).toEqual({ code: 0, signal: null });
  });

  test('answers through a front that outlives it, and keeps callers waiting until it is back', async () => {
    const port = await findFreePort();
    const first = await startReady(onPostgres({ PORT: String(port), DRAIN_SECONDS: '1' }));
    const front = start({}, ['forward', `127.0.0.1:${port}`]);
    const { url } = await poll('the front listens', () => {
      const line = front.logs().find(({ msg }) => msg === 'forwarding') as { address: { port: number } } | undefined;
      return line && { url: `http://127.0.0.1:${line.address.port}` };
    });
    expect((await fetch(`${url}/beers`)).status).toBe(200);

    first.service.kill('SIGTERM');
    await first.service.exit;
    const pending = fetch(`${url}/beers`);
    await startReady(onPostgres({ PORT: String(port) }));
    expect((await pending).status).toBe(200);
    front.kill('SIGTERM');
    expect(await front.exit).toEqual({ code: 0, signal: null });
  });

  test('forwards only to a place that it is given', async () => {
    const front = start({}, ['forward', 'nowhere']);
    expect((await front.exit).code).toBe(1);
    expect(front.output()).toContain('forward must be given HOST:PORT');
  });

  test('cuts a slow reader, and ends with code 0 within 10 seconds', async () => {
    const { service, url } = await startReady(onPostgres());
    const reader = request(`${url}/data`);
    reader.end();
    const [response] = (await once(reader, 'response')) as [IncomingMessage];
    response.on('error', () => {});
    const closed = new Promise((resolve) => response.on('close', resolve));
    await once(response, 'readable');
    const begin = performance.now();
    service.kill('SIGTERM');

    expect(await service.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - begin).toBeLessThan(10_000);
    response.resume();
    await closed;
    expect(response.complete).toBe(false);
  });

  test('loses no acknowledged write when it is told to stop under load', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { service, url } = await startReady(onPostgres());
      const acknowledged: string[] = [];
      const statuses = new Set<number>();
      const write = async (writer: number) => {
        for (let n = 0; ; n += 1) {
          const key = `stop ${round} ${writer} ${n}`;
          // The connection is refused or closed: it was not acknowledged.
          const response = await post(`${url}/data`, { key, value: 'x' }).catch(() => undefined);
          if (response === undefined) return;
          statuses.add(response.status);
          if (response.status === 200) acknowledged.push(key);
        }
      };
      const writers = Array.from({ length: 8 }, (_, writer) => write(writer));
      await poll('there is load', () => acknowledged.length > 100);
      service.kill('SIGTERM');

      expect(await service.exit).toEqual({ code: 0, signal: null });
      await Promise.all(writers);
      expect(statuses).toEqual(new Set([200]));
      const stored = new Set(
        (await postgres.query(`select key from data_record where key like 'stop ${round} %'`)).map(({ key }) => key),
      );
      expect(acknowledged.filter((key) => !stored.has(key))).toEqual([]);
    }
  });
});
