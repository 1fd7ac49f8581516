import fc from 'fast-check';
import {
  ConfigError,
  ConfigSchema,
  loadConfig,
  migrationSettings,
  postgresSettings,
  redisSettings,
  secretVariables,
} from './config';

type Env = Record<string, string>;

function problemsOf(env: Env): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
const pem = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----';

describe('loadConfig', () => {
  test('gives the defaults of the contract', () => {
    expect(loadConfig({})).toEqual({
      PORT: 8080,
      HOST: '0.0.0.0',
      COMPANY_NAME: 'My Company',
      SERVICE_VERSION: 'dev',
      LOG_LEVEL: 'info',
      LOG_FORMAT: 'plain',
      TRUST_PROXY_HOPS: 0,
      DRAIN_SECONDS: 0,
      RATE_LIMIT_PER_MINUTE: 0,
      POSTGRES_PORT: 5432,
      POSTGRES_DB: 'mydb',
      POSTGRES_USER: 'postgres',
      POSTGRES_TLS: 'off',
      POSTGRES_POOL_SIZE: 5,
      REDIS_PORT: 6379,
      REDIS_TLS: 'off',
      CACHE_TTL_SECONDS: 60,
      DATA_DIR: '.data',
      EMBEDDED_STORES: 'allowed',
    });
  });

  test('takes an empty variable for one that is not set', () => {
    expect(loadConfig(Object.fromEntries(Object.keys(ConfigSchema.properties).map((name) => [name, ''])))).toEqual(
      loadConfig({}),
    );
  });

  test.each<[Env, string]>([
    [{ PORT: 'x' }, 'PORT must be a whole number from 0 to 65535'],
    [{ PORT: '65536' }, 'PORT must be a whole number from 0 to 65535'],
    [{ PORT: '1.5' }, 'PORT must be a whole number from 0 to 65535'],
    [{ PORT: '-1' }, 'PORT must be a whole number from 0 to 65535'],
    [{ PORT: ' 80' }, 'PORT must be a whole number from 0 to 65535'],
    [{ PORT: '0x50' }, 'PORT must be a whole number from 0 to 65535'],
    [{ LOG_LEVEL: 'verbose' }, 'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent'],
    [{ LOG_FORMAT: 'json' }, 'LOG_FORMAT must be one of plain, gcp'],
    [{ POSTGRES_TLS: 'require' }, 'POSTGRES_TLS must be one of off, verify-ca, verify-full'],
    [{ API_KEY: 'short' }, 'API_KEY must have at least 16 characters'],
    [{ API_KEY: 'x'.repeat(20), API_KEY_PREVIOUS: 'short' }, 'API_KEY_PREVIOUS must have at least 16 characters'],
    [{ API_KEY_PREVIOUS: 'x'.repeat(20) }, 'API_KEY must be set when API_KEY_PREVIOUS is'],
    [{ API_KEY: `${'x'.repeat(20)} y` }, 'API_KEY must match ^[\\x21-\\x7e]*$'],
    [{ SERVICE_VERSION: 'a\r\nb' }, 'SERVICE_VERSION must match ^[\\x21-\\x7e]*$'],
    [{ METRICS_PORT: '8080' }, 'METRICS_PORT must not be equal to PORT'],
    [
      { EMBEDDED_STORES: 'refused' },
      'POSTGRES_HOST or DATABASE_URL must be set: EMBEDDED_STORES is refused, because data in a container is lost with it',
    ],
    [{ POSTGRES_TLS_CA: pem }, 'POSTGRES_TLS must be verify-ca or verify-full when POSTGRES_TLS_CA is set'],
    [
      { REDIS_TLS: 'verify-full', REDIS_TLS_CA: 'file.pem' },
      'REDIS_TLS_CA must be PEM text (-----BEGIN CERTIFICATE-----) or amazon-rds',
    ],
    [{ REDIS_URL: 'redis://h', REDIS_HOST: 'h' }, 'REDIS_HOST must not be set together with REDIS_URL'],
    [{ REDIS_URL: 'http://h' }, 'REDIS_URL must be a URL like redis://user:password@host:port/0'],
    [{ REDIS_URL: 'redis://h/db' }, 'REDIS_URL must end in a database number, such as /0, or in none'],
    [
      { REDIS_URL: 'rediss://h', REDIS_TLS: 'off' },
      'REDIS_TLS must be verify-ca or verify-full, or not set, when REDIS_URL begins with rediss:',
    ],
    [{ DATABASE_URL: 'nonsense' }, 'DATABASE_URL must be a URL like postgres://user:password@host:port/database'],
    [
      { DATABASE_URL: 'postgres://u:%zz@h/d' },
      'DATABASE_URL must be a URL like postgres://user:password@host:port/database',
    ],
    [
      { DATABASE_URL: 'postgres://h/d?sslmode=require' },
      'DATABASE_URL must not carry sslmode or other ssl parameters: set POSTGRES_TLS and POSTGRES_TLS_CA',
    ],
    [{ DATABASE_URL: 'postgres://h/d?pool=1' }, 'DATABASE_URL must not carry parameters'],
    [{ MIGRATE_PASSWORD: 'x' }, 'MIGRATE_USER must be set when MIGRATE_PASSWORD is'],
    [{ SERVICE_ROLE: 'service' }, 'SERVICE_ROLE and SERVICE_ROLE_PASSWORD must be set together'],
    [
      { SERVICE_ROLE: 'Service; drop', SERVICE_ROLE_PASSWORD: 'x'.repeat(8) },
      'SERVICE_ROLE must match ^[a-z_][a-z0-9_]*$',
    ],
    [
      { SERVICE_ROLE: 'a', SERVICE_ROLE_PASSWORD: 'x'.repeat(8), MIGRATE_USER: 'a' },
      'SERVICE_ROLE must not be MIGRATE_USER',
    ],
    [
      { SERVICE_ROLE_LOCKED: 'a', MIGRATE_USER: 'a' },
      'SERVICE_ROLE_LOCKED must be neither SERVICE_ROLE nor the one who migrates',
    ],
  ])('refuses %j', (env, problem) => {
    expect(problemsOf(env)).toEqual([problem]);
  });

  test.each(['HOST', 'PORT', 'DB', 'USER', 'PASSWORD'])('refuses POSTGRES_%s beside DATABASE_URL', (part) => {
    const problems = problemsOf({ DATABASE_URL: 'postgres://h/d', [`POSTGRES_${part}`]: '1' });
    expect(problems).toEqual([`POSTGRES_${part} must not be set together with DATABASE_URL`]);
  });

  test('names all problems at once', () => {
    expect(problemsOf({ PORT: 'x', LOG_LEVEL: 'x', API_KEY: 'x' })).toHaveLength(3);
    expect(problemsOf({ METRICS_PORT: '8080', MIGRATE_PASSWORD: 'x', SERVICE_ROLE: 'a' })).toHaveLength(3);
  });

  test('shows no value that it was given', () => {
    const value = fc.string({ unit: fc.constantFrom(...'§¶µæß'), minLength: 5, maxLength: 30 });
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(ConfigSchema.properties)), value, (name, text) => {
        for (const problem of problemsOf({ [name]: text })) expect(problem).not.toContain(text);
      }),
    );
  });

  test('describes every variable', () => {
    for (const [name, schema] of Object.entries(ConfigSchema.properties)) {
      expect([name, (schema as { description?: string }).description]).toEqual([name, expect.stringMatching(/\S/)]);
    }
  });

  test('counts every password, key and URL as a secret', () => {
    const names = Object.keys(ConfigSchema.properties).filter((name) => /PASSWORD|API_KEY|_URL$/.test(name));
    expect([...secretVariables].sort()).toEqual(names.sort());
  });
});

describe('postgresSettings', () => {
  test('is undefined without a host: the embedded database', () => {
    expect(postgresSettings(loadConfig({}))).toBeUndefined();
  });

  test('reads a URL, with its parts decoded and the defaults of the variables', () => {
    expect(postgresSettings(loadConfig({ DATABASE_URL: 'postgresql://us%40er:p%2Fw%3A@[::1]:6543/d%20b' }))).toEqual({
      host: '::1',
      port: 6543,
      database: 'd b',
      user: 'us@er',
      password: 'p/w:',
      tls: { mode: 'off', ca: undefined },
    });
    expect(postgresSettings(loadConfig({ DATABASE_URL: 'postgres://host' }))).toMatchObject({
      port: 5432,
      database: 'mydb',
      user: 'postgres',
      password: undefined,
    });
  });

  test('reads PEM text with written line breaks', () => {
    const env = { POSTGRES_HOST: 'h', POSTGRES_TLS: 'verify-full', POSTGRES_TLS_CA: pem.replaceAll('\n', '\\n') };
    expect(postgresSettings(loadConfig(env))?.tls).toEqual({ mode: 'verify-full', ca: pem });
  });
});

describe('migrationSettings', () => {
  test('logs in as MIGRATE_USER, never with the password of the service', () => {
    const env = { POSTGRES_HOST: 'h', POSTGRES_PASSWORD: 'service-password' };
    expect(migrationSettings(loadConfig(env))).toMatchObject({ user: 'postgres', password: 'service-password' });
    expect(migrationSettings(loadConfig({ ...env, MIGRATE_USER: 'm' }))).toMatchObject({
      user: 'm',
      password: undefined,
    });
    expect(migrationSettings(loadConfig({ ...env, MIGRATE_USER: 'm', MIGRATE_PASSWORD: 'p' }))).toMatchObject({
      host: 'h',
      password: 'p',
    });
  });
});

describe('redisSettings', () => {
  test('is undefined without a host', () => {
    expect(redisSettings(loadConfig({}))).toBeUndefined();
  });

  test('verifies fully what a rediss: URL names', () => {
    expect(redisSettings(loadConfig({ REDIS_URL: 'rediss://:p%40w@host/3' }))).toEqual({
      host: 'host',
      port: 6379,
      username: undefined,
      password: 'p@w',
      db: 3,
      tls: { mode: 'verify-full', ca: undefined },
    });
    expect(redisSettings(loadConfig({ REDIS_URL: 'rediss://host', REDIS_TLS: 'verify-ca' }))?.tls.mode).toBe(
      'verify-ca',
    );
    expect(redisSettings(loadConfig({ REDIS_URL: 'redis://host' }))?.tls.mode).toBe('off');
  });
});
