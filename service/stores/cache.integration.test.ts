import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { loadConfig, redisSettings } from '../config';
import { describeWithPrograms } from '../testing/servers/describe-with';
import { poll } from '../testing/servers/poll';
import { type PostgresServer, startPostgres } from '../testing/servers/postgres';
import { type RedisServer, startRedis } from '../testing/servers/redis';
import { type Env, migrateDatabase, type ServiceInstance, startInstance } from '../testing/servers/service-instance';
import { openRedis, type SharedCache } from './redis';

let postgres: PostgresServer;
let redis: RedisServer;
let client: Redis;
const opened: ServiceInstance[] = [];

async function start(env: Env = {}): Promise<ServiceInstance> {
  const service = await startInstance({ ...postgres.env, ...redis.env, ...env });
  opened.push(service);
  const isReady = async () => (await service.stores.sharedCache?.ping(500)) === true;
  if (env.REDIS_HOST === undefined && env.REDIS_PORT === undefined) await poll('the cache is connected', isReady);
  return service;
}

const emails = async (response: Response) => ((await response.json()) as { email: string }[]).map(({ email }) => email);
let lastUser = 0;
function anyUser() {
  lastUser += 1;
  return { name: `User ${lastUser}`, email: `user${lastUser}@example.com` };
}

/** A way to Redis that can be cut. */
async function startProxy() {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return near.destroy();
    const far = connect(redis.port, redis.host);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: String(typeof address === 'object' ? address?.port : ''),
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend: () => {
      isCut = false;
    },
    close: () => server.close(),
  };
}

describeWithPrograms(['postgres', 'initdb', 'redis-server'], 'the cache in Redis', () => {
  beforeAll(async () => {
    postgres = await startPostgres({ settings: { log_statement: 'all' } });
    redis = await startRedis({ settings: ['enable-debug-command yes'] });
    client = new Redis(redis.port, redis.host);
    client.on('error', () => {});
    await migrateDatabase(postgres.env);
  });
  afterAll(async () => {
    client?.disconnect();
    await Promise.all([postgres?.stop(), redis?.stop()]);
  });
  beforeEach(async () => {
    await poll('Redis is there', async () => (await client.flushall()) === 'OK');
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((service) => service.close()));
  });

  test('is shared by instances: what one has read the other finds', async () => {
    const [one, other] = [await start(), await start()];
    const created = (await (await one.post('/users', anyUser())).json()) as { id: number };
    const reads = [
      await one.get(`/users/${created.id}`),
      await one.get('/users'),
      await poll('the list is stored', async () => (await client.exists('users:all', `user:${created.id}`)) === 2).then(
        () => other.get('/users'),
      ),
      await other.get(`/users/${created.id}`),
    ];

    expect(reads.map(({ headers }) => headers.get('x-cache'))).toEqual(['miss', 'miss', 'hit', 'hit']);
    expect(JSON.parse((await client.get(`user:${created.id}`)) as string)).toEqual(created);
    expect(await client.ttl('users:all')).toBeGreaterThan(55);
    expect(await client.ttl(`user:${created.id}`)).toBeLessThanOrEqual(60);
  });

  test.each([
    ['no JSON', 'junk'],
    ['an object', '{}'],
    ['null', 'null'],
    ['numbers', '[1]'],
    ['a missing field', '[{"id":1,"name":"x"}]'],
    ['a wrong type', '[{"id":"1","name":"x","email":"y"}]'],
    ['a field too many', '[{"id":1,"name":"x","email":"y","password":"z"}]'],
  ])('takes %s in users:all for a miss, and replaces it', async (_name, text) => {
    const service = await start();
    await client.set('users:all', text);
    const response = await service.get('/users');

    expect([response.status, response.headers.get('x-cache')]).toEqual([200, 'miss']);
    const body = await response.text();
    expect(JSON.parse(body)).toEqual(expect.any(Array));
    await poll('it is replaced', async () => (await client.get('users:all')) === body);
  });

  test('takes keys of another type for a miss, and replaces them', async () => {
    const service = await start();
    await client.rpush('users:all', 'a');
    await client.rpush('users:gen', 'a');
    expect((await service.get('/users')).headers.get('x-cache')).toBe('miss');
    expect((await service.post('/users', anyUser())).status).toBe(201);
    await poll('the list is stored', async () => {
      await service.get('/users');
      return (await client.type('users:all')) === 'string';
    });
  });

  test('takes another user in user:<id> for a miss', async () => {
    const service = await start();
    const created = (await (await service.post('/users', anyUser())).json()) as { id: number };
    await client.set(`user:${created.id}`, JSON.stringify({ ...created, id: created.id + 1 }));
    const response = await service.get(`/users/${created.id}`);

    expect(response.headers.get('x-cache')).toBe('miss');
    expect(await response.json()).toEqual(created);
  });

  test('does not keep that a user is unknown', async () => {
    const service = await start();
    expect((await service.get('/users/2000000')).status).toBe(404);
    expect(await client.keys('user:*')).toEqual([]);
  });

  test('answers identical readers with one query', async () => {
    const service = await start();
    const { host, port, user, password, database } = postgres;
    const lock = new Client({ host, port, user, password, database });
    await lock.connect();
    await lock.query('begin; lock table users');
    const before = postgres.log().length;
    const readers = Array.from({ length: 100 }, () => service.get('/users'));
    await poll('the query waits', async () => {
      const [row] = await postgres.query(
        `select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock'`,
      );
      return row?.n === 1;
    });
    await lock.query('commit');
    await lock.end();

    expect((await Promise.all(readers)).map(({ status }) => status)).toEqual(Array(100).fill(200));
    expect(
      postgres
        .log()
        .slice(before)
        .match(/execute list_users/g),
    ).toHaveLength(1);
  });

  describe('a reader that was paused between its query and its store', () => {
    const gen = 'users:gen';
    let reader: SharedCache;
    let writer: SharedCache;
    const open = async () => {
      const settings = redisSettings(loadConfig(redis.env));
      if (settings === undefined) throw new Error('no settings');
      const cache = await openRedis(settings, 60, { onState: () => {}, onCluster: () => {} });
      await poll('the cache is connected', () => cache.ping(500));
      return cache;
    };
    /** Commands of one connection are run in order, so this one comes after the store. */
    const stored = async () => {
      await reader.ping(500);
      return client.get('users:all');
    };
    beforeEach(async () => {
      reader = await open();
      writer = await open();
    });
    afterEach(() => {
      reader.close();
      writer.close();
    });

    test('stores what it read when nobody has written', async () => {
      const noted = await reader.read('users:all', gen);
      reader.store('users:all', gen, noted?.generation ?? '', 'list');
      expect(await stored()).toBe('list');
    });

    test('cannot put the old list back after a write', async () => {
      const noted = await reader.read('users:all', gen);
      await writer.invalidate(gen, ['users:all']);
      reader.store('users:all', gen, noted?.generation ?? '', 'old');
      expect(await stored()).toBeNull();
    });

    test.each([
      ['a write', async () => void (await writer.invalidate(gen, ['users:all']))],
      ['nothing more', async () => {}],
    ])('cannot put the old list back after Redis has lost everything, and %s', async (_name, then) => {
      await writer.invalidate(gen, ['users:all']);
      const noted = await reader.read('users:all', gen);
      await client.flushall();
      await then();
      reader.store('users:all', gen, noted?.generation ?? '', 'old');
      expect(await stored()).toBeNull();
    });

    test('is not fooled by a generation that is no number', async () => {
      await client.set(gen, 'junk');
      const noted = await reader.read('users:all', gen);
      expect(await writer.invalidate(gen, ['users:all'])).toBe(true);
      reader.store('users:all', gen, noted?.generation ?? '', 'old');
      expect(await stored()).toBeNull();
    });
  });

  test('no reader sees an old list: at once through the writer, after a second through another instance', async () => {
    const [one, other] = [await start(), await start()];
    const end = performance.now() + 4_000;
    /** Bodies to write, each with a text by which it is found in the list. */
    const resources: Record<string, (text: string) => object> = {
      '/users': (text) => ({ name: 'x', email: `${text}@example.com` }),
      '/beers': (text) => ({ name: text }),
      '/data': (text) => ({ key: text, value: 'x' }),
    };
    const stale: string[] = [];
    let reads = 0;
    const write = async (path: string, answered: { text: string; at: number }[]) => {
      while (performance.now() < end) {
        const text = `text${Math.random()}`;
        const response = await one.post(path, resources[path]?.(text));
        expect([200, 201]).toContain(response.status);
        answered.push({ text, at: performance.now() });
        await delay(15);
      }
    };
    const read = async (
      path: string,
      service: ServiceInstance,
      lagMs: number,
      answered: { text: string; at: number }[],
    ) => {
      while (performance.now() < end) {
        const begin = performance.now();
        const due = answered.filter(({ at }) => at + lagMs <= begin);
        const list = await (await service.get(path)).text();
        reads += 1;
        for (const { text } of due) if (!list.includes(text)) stale.push(`${path} after ${lagMs} ms: ${text}`);
      }
    };
    await Promise.all(
      Object.keys(resources).flatMap((path) => {
        const answered: { text: string; at: number }[] = [];
        return [
          write(path, answered),
          ...Array.from({ length: 3 }, () => read(path, one, 0, answered)),
          ...Array.from({ length: 2 }, () => read(path, other, 1_000, answered)),
        ];
      }),
    );

    expect(stale).toEqual([]);
    expect(reads).toBeGreaterThan(50);
  });

  test('repeats an invalidation that could not reach Redis, when it can again', async () => {
    const proxy = await startProxy();
    const far = await start({ REDIS_PORT: proxy.port });
    const near = await start();
    await poll('the far instance is connected', () => far.stores.sharedCache?.ping(500));
    await near.get('/users');
    await poll('the list is stored', async () => (await client.exists('users:all')) === 1);

    proxy.cut();
    const user = anyUser();
    expect((await far.post('/users', user)).status).toBe(201);
    // Redis still has the list without the user: the writer goes past it, others may see it.
    expect(await client.exists('users:all')).toBe(1);
    const own = await far.get('/users');
    expect(own.headers.get('x-cache')).toBe('bypass');
    expect(await emails(own)).toContain(user.email);

    proxy.mend();
    await poll(
      'the other sees the user',
      async () => (await emails(await near.get('/users'))).includes(user.email),
      10_000,
    );
    await poll('the writer uses Redis again', async () => {
      const response = await far.get('/users');
      return response.headers.get('x-cache') !== 'bypass' && (await emails(response)).includes(user.email);
    });
    proxy.close();
  });

  test('forgets what a Redis remembers that it could not reach for a while', async () => {
    const proxy = await startProxy();
    const service = await start({ REDIS_PORT: proxy.port });
    await poll('it is connected', () => service.stores.sharedCache?.ping(500));
    await service.get('/users');
    await poll('the list is stored', async () => (await client.exists('users:all')) === 1);
    const old = await client.get('users:all');
    const generation = await client.get('users:gen');
    await service.post('/users', anyUser());

    // As a Redis that is restored from its disk, or a replica that takes over, with the state before the write.
    proxy.cut();
    await client.set('users:all', old as string);
    await client.set('users:gen', generation as string);
    proxy.mend();

    await poll('it is connected', () => service.stores.sharedCache?.ping(500));
    await poll('the old list is gone', async () => (await client.get('users:all')) !== old, 5_000);
    proxy.close();
  });

  test('serves fresh lists while its Redis has become a read-only replica, and when it is primary again', async () => {
    const service = await start();
    await service.get('/users');
    await poll('the list is stored', async () => (await client.exists('users:all')) === 1);
    await client.call('REPLICAOF', '127.0.0.1', '1');
    const user = anyUser();
    expect((await service.post('/users', user)).status).toBe(201);
    expect(await emails(await service.get('/users'))).toContain(user.email);

    await client.call('REPLICAOF', 'NO', 'ONE');
    await poll('Redis is used again', async () => {
      const response = await service.get('/users');
      return response.headers.get('x-cache') !== 'bypass' && (await emails(response)).includes(user.email);
    });
    await poll('the new list is stored', async () => {
      await service.get('/users');
      return (await client.get('users:all'))?.includes(user.email);
    });
  });

  describe('every route answers within 100 ms more', () => {
    const requests = (service: ServiceInstance, user: number): Record<string, () => Promise<Response>> => ({
      'GET /users': () => service.get('/users'),
      'GET /users/:id': () => service.get(`/users/${user}`),
      'POST /users': () => service.post('/users', anyUser()),
      'GET /beers': () => service.get('/beers'),
      'GET /data': () => service.get('/data'),
      'POST /data': () => service.post('/data', { key: 'k', value: 'v' }),
      'GET /health': () => service.get('/health'),
    });
    /** The slowest of several answers, in milliseconds, of each route. */
    const measure = async (service: ServiceInstance, user: number) => {
      const slowest: Record<string, number> = {};
      for (const [name, request] of Object.entries(requests(service, user))) {
        for (let n = 0; n < 5; n += 1) {
          const begin = performance.now();
          const response = await request();
          await response.arrayBuffer();
          expect([name, [200, 201].includes(response.status)]).toEqual([name, true]);
          slowest[name] = Math.max(slowest[name] ?? 0, performance.now() - begin);
        }
      }
      return slowest;
    };

    test.each<[string, () => Promise<void>, () => Promise<void>, Env]>([
      ['while Redis hangs', () => redis.kill('SIGSTOP'), () => redis.kill('SIGCONT'), {}],
      ['while Redis is gone', () => redis.kill('SIGKILL'), () => redis.start(), {}],
      [
        'while Redis is slow',
        async () => {
          await client.call('CLIENT', 'PAUSE', '4000', 'ALL');
        },
        async () => {
          await redis.kill('SIGKILL');
          await redis.start();
        },
        {},
      ],
      ['while Redis refuses', async () => {}, async () => {}, { REDIS_PASSWORD: 'nobody has set one' }],
      [
        'while there is no way to Redis',
        async () => {},
        async () => {},
        { REDIS_HOST: '192.0.2.1', REDIS_PORT: '6379' },
      ],
    ])('%s', async (_name, breakIt, mendIt, env) => {
      const healthy = await start();
      const service = Object.keys(env).length === 0 ? healthy : await start(env);
      const { id } = (await (await healthy.post('/users', anyUser())).json()) as { id: number };
      const usual = await measure(healthy, id);
      await breakIt();
      try {
        // The machine may be busy for a moment: of three rounds one must be in time.
        let late: string[] = [];
        for (let round = 0; round < 3; round += 1) {
          const slowest = await measure(service, id);
          late = Object.entries(slowest).flatMap(([name, ms]) =>
            ms <= (usual[name] ?? 0) + 100 ? [] : [`${name} took ${ms} ms`],
          );
          if (late.length === 0) break;
        }
        expect(late).toEqual([]);
      } finally {
        await mendIt();
      }
    });
  });
});
