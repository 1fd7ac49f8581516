import * as pulumi from '@pulumi/pulumi';
import { ConfigSchema, loadConfig } from '../service/config';
import { type EveryVariable, migrationEnv, type ServiceEnv, type ServiceParts, serviceEnv } from './service-env';
import { mockCa, mockClouds } from './testing/mock-clouds';

beforeAll(() => mockClouds({ project: 'taproom', stack: 'dev' }));

const secret = (text: string) => pulumi.secret(text);
const parts: ServiceParts = {
  companyName: 'Sapporo',
  digest: pulumi.output('sha256:abc'),
  apiKey: { current: secret('key-key-key-key-key'), previous: undefined },
  poolSize: 3,
  postgres: {
    host: pulumi.output('db.internal'),
    port: 5432,
    tls: { mode: 'verify-ca', ca: mockCa },
    database: 'taproom',
    owner: { user: 'taproom_owner', password: secret('owner-password') },
    service: { user: 'taproom_service', password: secret('service-password'), locked: undefined },
  },
  redis: {
    host: pulumi.output('cache.internal'),
    port: 6378,
    tls: { mode: 'verify-full' },
    password: secret('redis-password'),
  },
  platform: { logFormat: 'gcp', trustProxyHops: 1, drainSeconds: 0 },
};

async function resolve({ plain, secrets }: ServiceEnv): Promise<Record<string, string>> {
  const all = pulumi.all({ ...plain, ...secrets }) as unknown as { promise(): Promise<Record<string, string>> };
  return all.promise();
}

describe('serviceEnv', () => {
  test('is an environment in which the service starts, wired to both stores', async () => {
    const env = await resolve(serviceEnv(parts));
    expect(loadConfig({ ...env, EMBEDDED_STORES: 'refused' })).toMatchObject({
      COMPANY_NAME: 'Sapporo',
      SERVICE_VERSION: 'sha256:abc',
      LOG_FORMAT: 'gcp',
      TRUST_PROXY_HOPS: 1,
      API_KEY: 'key-key-key-key-key',
      POSTGRES_HOST: 'db.internal',
      POSTGRES_USER: 'taproom_service',
      POSTGRES_PASSWORD: 'service-password',
      POSTGRES_TLS: 'verify-ca',
      POSTGRES_TLS_CA: mockCa,
      POSTGRES_POOL_SIZE: 3,
      REDIS_HOST: 'cache.internal',
      REDIS_PORT: 6378,
      REDIS_TLS: 'verify-full',
    });
  });

  test('gives the service nothing of the owner', async () => {
    const env = await resolve(serviceEnv(parts));
    expect(Object.values(env).join()).not.toContain('owner');
  });

  test('keeps secret variables apart from plain ones', () => {
    const { plain, secrets } = serviceEnv(parts);
    expect(Object.keys(secrets)).toEqual(['API_KEY', 'POSTGRES_PASSWORD', 'REDIS_PASSWORD']);
    expect(Object.keys(plain)).not.toContainEqual(expect.stringMatching(/PASSWORD|KEY/));
  });

  test('accepts the key before too while there is one', async () => {
    const env = await resolve(
      serviceEnv({ ...parts, apiKey: { ...parts.apiKey, previous: secret('old-old-old-old-old') } }),
    );
    expect(loadConfig({ ...env, EMBEDDED_STORES: 'refused' })).toMatchObject({
      API_KEY: 'key-key-key-key-key',
      API_KEY_PREVIOUS: 'old-old-old-old-old',
    });
  });

  test('leaves Redis out where there is none', async () => {
    const env = await resolve(serviceEnv({ ...parts, redis: undefined }));
    expect(Object.keys(env).filter((name) => name.startsWith('REDIS'))).toEqual([]);
  });

  test('sets no variable that a platform reserves', () => {
    const names = Object.keys(serviceEnv(parts).plain);
    expect(names).not.toContainEqual(expect.stringMatching(/^(PORT$|AWS|K_|GOOGLE|LAMBDA)/));
  });
});

describe('migrationEnv', () => {
  test("is an environment in which the image migrates and makes the service's role", async () => {
    const env = await resolve(migrationEnv(parts));
    expect(loadConfig({ ...env, EMBEDDED_STORES: 'refused' })).toMatchObject({
      POSTGRES_HOST: 'db.internal',
      POSTGRES_TLS: 'verify-ca',
      MIGRATE_USER: 'taproom_owner',
      MIGRATE_PASSWORD: 'owner-password',
      SERVICE_ROLE: 'taproom_service',
      SERVICE_ROLE_PASSWORD: 'service-password',
    });
  });
});

describe('migrationEnv after a rotation', () => {
  test("locks the service's role before", async () => {
    const service = { user: 'taproom_service_b', password: secret('service-password'), locked: 'taproom_service' };
    const env = await resolve(migrationEnv({ ...parts, postgres: { ...parts.postgres, service } }));
    expect(loadConfig({ ...env, EMBEDDED_STORES: 'refused' })).toMatchObject({
      SERVICE_ROLE: 'taproom_service_b',
      SERVICE_ROLE_LOCKED: 'taproom_service',
    });
  });
});

describe('EveryVariable', () => {
  const names = Object.keys(ConfigSchema.properties) as (keyof EveryVariable)[];
  const all = Object.fromEntries(names.map((name) => [name, undefined])) as EveryVariable;

  // `tsc` is the test: an expected error that does not come is an error itself.
  test('does not compile without a variable of the service', () => {
    const { COMPANY_NAME: _, ...incomplete } = all;
    // @ts-expect-error: COMPANY_NAME is missing
    const variables: EveryVariable = incomplete;
    expect(variables).not.toHaveProperty('COMPANY_NAME');
  });

  test('does not compile with a variable that the service does not know', () => {
    // @ts-expect-error: the service has no COLOUR
    const variables: EveryVariable = { ...all, COLOUR: 'red' };
    expect(variables).toHaveProperty('COLOUR');
  });

  test('does not compile with a secret as plain text', () => {
    // @ts-expect-error: a secret is an output, which can be marked as one
    const variables: EveryVariable = { ...all, API_KEY: 'key-key-key-key-key' };
    expect(variables).toHaveProperty('API_KEY');
  });
});
