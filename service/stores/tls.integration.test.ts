import { loadConfig, postgresSettings, redisSettings } from '../config';
import {
  type Certificate,
  type CertificateAuthority,
  createCertificateAuthority,
} from '../testing/servers/certificates';
import { describeWithPrograms } from '../testing/servers/describe-with';
import { poll } from '../testing/servers/poll';
import { type PostgresServer, startPostgres } from '../testing/servers/postgres';
import { type RedisServer, startRedis } from '../testing/servers/redis';
import { openPostgres } from './postgres';
import { openRedis } from './redis';

type Outcome = 'accepted' | { code: string };

let authority: CertificateAuthority;
let stranger: CertificateAuthority;
let forLocalhost: Certificate;
let forAddress: Certificate;

/** As a platform without line breaks in variables would carry it. */
const inOneLine = (pem: string) => pem.replaceAll('\n', '\\n');

async function tryPostgres(server: PostgresServer, env: Record<string, string>): Promise<Outcome> {
  const settings = postgresSettings(loadConfig({ ...server.env, ...env }));
  if (settings === undefined) throw new Error('no settings');
  const database = await openPostgres(settings, { poolSize: 1 });
  try {
    const seen = { name: 'tls', text: 'select ssl from pg_stat_ssl where pid = pg_backend_pid()' };
    const [pool, probe] = await Promise.allSettled([database.query(seen), database.probe(seen, [], 5_000)]);
    expect(probe.status).toBe(pool.status);
    if (pool.status === 'rejected') return { code: pool.reason.cause.code ?? pool.reason.cause.message };
    expect([pool, probe]).toMatchObject([{ value: [{ ssl: true }] }, { value: [{ ssl: true }] }]);
    return 'accepted';
  } finally {
    await database.close();
  }
}

async function tryRedis(server: RedisServer, env: Record<string, string>): Promise<Outcome> {
  const settings = redisSettings(loadConfig({ ...server.env, ...env }));
  if (settings === undefined) throw new Error('no settings');
  let outcome: Outcome | undefined;
  const cache = await openRedis(settings, 60, {
    onState: (state, error) => {
      outcome ??=
        state === 'ready'
          ? 'accepted'
          : { code: (error as NodeJS.ErrnoException | undefined)?.code ?? error?.message ?? 'closed' };
    },
    onCluster: () => {},
  });
  try {
    const found = await poll('Redis answers or refuses', () => outcome);
    expect(await cache.ping(5_000)).toBe(found === 'accepted');
    return found;
  } finally {
    cache.close();
  }
}

describeWithPrograms(['openssl', 'postgres', 'initdb', 'redis-server'], 'TLS', () => {
  beforeAll(() => {
    authority = createCertificateAuthority('Authority of this test');
    stranger = createCertificateAuthority('Authority of this test');
    forLocalhost = authority.issue(['DNS:localhost']);
    forAddress = authority.issue(['IP:127.0.0.1']);
  });

  const cases: [string, () => Record<string, string>, Outcome][] = [
    [
      'verify-full, the right authority and name',
      () => ({ HOST: 'localhost', TLS: 'verify-full', TLS_CA: authority.certificate }),
      'accepted',
    ],
    [
      'verify-ca, the right authority and name',
      () => ({ HOST: 'localhost', TLS: 'verify-ca', TLS_CA: authority.certificate }),
      'accepted',
    ],
    [
      'an authority whose PEM text has its line breaks written out',
      () => ({ HOST: 'localhost', TLS: 'verify-full', TLS_CA: inOneLine(authority.certificate) }),
      'accepted',
    ],
    [
      'two authorities in one text',
      () => ({ HOST: 'localhost', TLS: 'verify-full', TLS_CA: stranger.certificate + authority.certificate }),
      'accepted',
    ],
    [
      'verify-full, the wrong authority',
      () => ({ HOST: 'localhost', TLS: 'verify-full', TLS_CA: stranger.certificate }),
      { code: expect.stringMatching(/SIGNATURE|CERT/) as unknown as string },
    ],
    [
      'verify-ca, the wrong authority',
      () => ({ HOST: 'localhost', TLS: 'verify-ca', TLS_CA: stranger.certificate }),
      { code: expect.stringMatching(/SIGNATURE|CERT/) as unknown as string },
    ],
    [
      'verify-full, the authorities of the system',
      () => ({ HOST: 'localhost', TLS: 'verify-full' }),
      { code: expect.stringMatching(/SIGNATURE|CERT/) as unknown as string },
    ],
    [
      'verify-full, the bundle of Amazon RDS',
      () => ({ HOST: 'localhost', TLS: 'verify-full', TLS_CA: 'amazon-rds' }),
      { code: expect.stringMatching(/SIGNATURE|CERT/) as unknown as string },
    ],
    [
      'verify-full, an address that the certificate does not name',
      () => ({ HOST: '127.0.0.1', TLS: 'verify-full', TLS_CA: authority.certificate }),
      { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    ],
    [
      'verify-ca, an address that the certificate does not name',
      () => ({ HOST: '127.0.0.1', TLS: 'verify-ca', TLS_CA: authority.certificate }),
      'accepted',
    ],
  ];
  const prefixed = (prefix: string, env: Record<string, string>) =>
    Object.fromEntries(Object.entries(env).map(([name, value]) => [`${prefix}_${name}`, value]));

  describe('Postgres', () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres({ tls: forLocalhost });
    });
    afterAll(() => server?.stop());

    test.each(cases)('%s', async (_name, env, outcome) => {
      expect(await tryPostgres(server, prefixed('POSTGRES', env()))).toEqual(outcome);
    });
  });

  test('Postgres is reached by an address that its certificate names, and refused by another name', async () => {
    const server = await startPostgres({ tls: forAddress });
    const env = { POSTGRES_TLS: 'verify-full', POSTGRES_TLS_CA: authority.certificate };
    try {
      expect(await tryPostgres(server, env)).toBe('accepted');
      expect(await tryPostgres(server, { ...env, POSTGRES_HOST: 'localhost' })).toEqual({
        code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      });
    } finally {
      await server.stop();
    }
  });

  test('Postgres without TLS is refused', async () => {
    const server = await startPostgres();
    const env = { POSTGRES_TLS: 'verify-ca', POSTGRES_TLS_CA: authority.certificate };
    try {
      expect(await tryPostgres(server, env)).toEqual({ code: 'The server does not support SSL connections' });
    } finally {
      await server.stop();
    }
  });

  describe('Redis', () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await startRedis({ tls: forLocalhost });
    });
    afterAll(() => server?.stop());

    test.each(cases)('%s', async (_name, env, outcome) => {
      expect(await tryRedis(server, prefixed('REDIS', env()))).toEqual(outcome);
    });

    test('REDIS_URL with rediss: means verify-full', async () => {
      const url = (host: string) => ({
        REDIS_HOST: '',
        REDIS_PORT: '',
        REDIS_URL: `rediss://${host}:${server.port}`,
        REDIS_TLS_CA: authority.certificate,
      });
      expect(await tryRedis(server, url('localhost'))).toBe('accepted');
      expect(await tryRedis(server, url('127.0.0.1'))).toEqual({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    });
  });

  test('Redis without TLS is refused', async () => {
    const server = await startRedis();
    try {
      const outcome = await tryRedis(server, { REDIS_TLS: 'verify-ca', REDIS_TLS_CA: authority.certificate });
      expect(outcome).not.toBe('accepted');
    } finally {
      await server.stop();
    }
  });
});

describeWithPrograms(['redis-server'], 'Redis AUTH', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis({
      settings: [
        'requirepass right',
        'user taproom on >mine ~* &* +@all',
        'user narrow on >mine ~user* &* +@all -info',
      ],
    });
  });
  afterAll(() => server?.stop());
  afterEach(() => jest.restoreAllMocks());

  test.each<[string, Record<string, string>, boolean]>([
    ['the right password', { REDIS_PASSWORD: 'right' }, true],
    ['the wrong password', { REDIS_PASSWORD: 'wrong' }, false],
    ['no password', {}, false],
    ['a user and its password', { REDIS_USERNAME: 'taproom', REDIS_PASSWORD: 'mine' }, true],
    ['a user and the password of another', { REDIS_USERNAME: 'taproom', REDIS_PASSWORD: 'right' }, false],
    ['a user without the right to INFO', { REDIS_USERNAME: 'narrow', REDIS_PASSWORD: 'mine' }, true],
  ])('%s', async (_name, env, isAccepted) => {
    const settings = redisSettings(loadConfig({ ...server.env, ...env }));
    if (settings === undefined) throw new Error('no settings');
    // ioredis says there that it cannot ask INFO whether Redis is loading.
    jest.spyOn(console, 'warn').mockImplementation(() => {});
    const states: string[] = [];
    const cache = await openRedis(settings, 60, { onState: (state) => states.push(state), onCluster: () => {} });
    try {
      if (isAccepted) await poll('the cache is usable', () => cache.ping(2_000));
      else await poll('the cache is refused', () => states.includes('unavailable'));
      expect(await cache.ping(2_000)).toBe(isAccepted);
      expect((await cache.read('users:all', 'users:gen')) !== undefined).toBe(isAccepted);
      expect(await cache.invalidate('users:gen', ['users:all'])).toBe(isAccepted);
    } finally {
      cache.close();
    }
  });
});
