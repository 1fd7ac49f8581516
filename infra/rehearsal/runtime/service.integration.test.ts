import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { describeWithPrograms } from '../../../service/testing/servers/describe-with';
import { createRuntime } from './create-runtime';
import type { RunHook } from './images/build-image';
import type { Container, Image, Network, Probe, Route, Runtime, Store } from './runtime';

const repository = join(__dirname, '../../..');
const rds = 'Amazon RDS eu-central-1 Root CA';

/** `npm ci` gives what is installed; the rest of the build is run, with its absolute paths led into the stage. */
const run: RunHook = async ({ command, root, workdir, contextFolder }) => {
  const cwd = join(root, workdir);
  if (command.startsWith('npm ci')) symlinkSync(join(contextFolder, 'node_modules'), join(cwd, 'node_modules'));
  else execFileSync('sh', ['-c', command.replaceAll(' /image', ` ${root}/image`)], { cwd, stdio: 'pipe' });
  return true;
};

const startup: Probe = {
  kind: 'http',
  port: 8080,
  path: '/startup',
  initialDelaySeconds: 0,
  intervalSeconds: 5,
  timeoutSeconds: 2,
  healthyThreshold: 1,
  unhealthyThreshold: 20,
};

const owner = { user: 'orders_owner', password: 'owner / password' };
const service = { user: 'orders_service', password: 'service password' };
const token = 'a-token-of-24-characters';

describeWithPrograms(['postgres', 'initdb', 'redis-server'], 'the service in the simulated clouds', () => {
  let runtime: Runtime;
  let image: Image;
  let postgres: Store;
  let redis: Store;
  let count = 0;

  beforeAll(async () => {
    runtime = await createRuntime({ run });
    const dockerfile = readFileSync(join(repository, 'Dockerfile'), 'utf8');
    image = await runtime.images.build({
      contextFolder: repository,
      dockerfile,
      platform: 'linux/amd64',
      buildArgs: {},
    });
    postgres = await runtime.startStore({
      kind: 'postgres',
      version: '15',
      name: 'postgres',
      hosts: ['db.internal'],
      port: 5432,
      tls: 'required',
      certificateNames: ['db.internal'],
      authority: { standsFor: rds },
      ...owner,
      database: 'orders',
    });
    redis = await runtime.startStore({
      kind: 'redis',
      version: '7.0',
      name: 'redis',
      hosts: ['cache.internal'],
      port: 6379,
      tls: 'required',
      certificateNames: ['cache.internal'],
      authority: 'public',
      password: token,
    });
    const migrated = await runtime.invokeFunction(
      {
        name: 'migrate',
        digest: image.digest,
        command: ['migrate-lambda'],
        env: database,
        network,
        logGroup: 'migrate',
      },
      JSON.stringify({
        MIGRATE_USER: owner.user,
        MIGRATE_PASSWORD: owner.password,
        SERVICE_ROLE: service.user,
        SERVICE_ROLE_PASSWORD: service.password,
      }),
      900,
    );
    expect(migrated).toMatchObject({ ok: true });
  });

  afterAll(() => runtime.close());

  const database = {
    POSTGRES_HOST: 'db.internal',
    POSTGRES_DB: 'orders',
    POSTGRES_TLS: 'verify-full',
    POSTGRES_TLS_CA: 'amazon-rds',
  };
  const env = {
    ...database,
    POSTGRES_USER: service.user,
    POSTGRES_PASSWORD: service.password,
    REDIS_HOST: 'cache.internal',
    REDIS_TLS: 'verify-full',
    REDIS_PASSWORD: token,
  };
  const network: Network = {
    route: (host): Route => {
      if (host === 'db.internal') return { kind: 'store', store: postgres };
      if (host === 'cache.internal') return { kind: 'store', store: redis };
      return { kind: 'unknown host', why: 'there is no such name' };
    },
  };

  const start = (more: Record<string, string> = {}, place = network) => startWith({ ...env, ...more }, place);

  async function startWith(variables: Record<string, string>, place: Network = network): Promise<Container> {
    count += 1;
    const name = `service-${count}`;
    return runtime.startContainer({
      name,
      digest: image.digest,
      env: variables,
      network: place,
      logGroup: name,
    });
  }

  async function readiness(container: Container): Promise<unknown> {
    const front = await runtime.openFront({ name: 'front', requestTimeoutSeconds: 10 });
    front.setBackends([{ container, port: 8080, weight: 1 }]);
    try {
      return await new Promise((resolve, reject) => {
        request(`${front.url}/ready`, { ca: runtime.frontCertificateAuthority, agent: false }, (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk;
          });
          answer.on('end', () => resolve(JSON.parse(text)));
        })
          .on('error', reject)
          .end();
      });
    } finally {
      await front.close();
    }
  }

  test('starts, reaches both stores and stops by itself', async () => {
    const container = await start();
    expect(await runtime.waitUntilHealthy(container, startup)).toMatchObject({ healthy: true });
    expect(await readiness(container)).toEqual({ status: 'ready', checks: { database: 'ok', cache: 'ok' } });
    await container.stop(10);
    expect(await container.ended).toEqual({ exitCode: 0, signal: null });
    expect(runtime.logs.read(container.name).join('\n')).toContain('"msg":"stopped"');
  });

  test('never becomes healthy when it cannot use its database, and the rehearsal says why', async () => {
    const lost: Network = { route: () => ({ kind: 'timeout', why: 'no security group lets it in' }) };
    const { POSTGRES_TLS_CA: _, ...systemRoots } = env;
    const cases = {
      'a wrong password': start({ POSTGRES_PASSWORD: 'guess' }),
      'a database that is not there': start({ POSTGRES_DB: 'other' }),
      "the system's roots for a certificate of Amazon's": startWith(systemRoots),
      'no TLS': startWith({ ...systemRoots, POSTGRES_TLS: 'off' }),
      'a host of nobody': start({ POSTGRES_HOST: 'elsewhere.internal' }),
      'packets that are lost': start({}, lost),
    };
    const outcomes = await Promise.all(
      Object.entries(cases).map(async ([what, starting]) => {
        const container = await starting;
        const result = await runtime.waitUntilHealthy(container, {
          ...startup,
          intervalSeconds: 1,
          unhealthyThreshold: 5,
        });
        const failures = runtime.failedConnections(container);
        await container.stop(0);
        return { what, result, failures };
      }),
    );
    for (const { what, result } of outcomes) {
      const lastAnswer = expect.stringContaining('HTTP 503 on /startup');
      expect({ what, ...result }).toMatchObject({ what, healthy: false, lastAnswer });
    }
    expect(outcomes.at(-2)?.failures).toContain('elsewhere.internal:5432 found no such host: there is no such name');
    expect(outcomes.at(-1)?.failures).toContain('db.internal:5432 timed out: no security group lets it in');
  });

  test.each([
    ['a wrong token', { REDIS_PASSWORD: 'another-token-24-characters' }],
    ['no TLS', { REDIS_TLS: 'off' }],
  ])('works without its cache when it has %s for it', async (_what, more) => {
    const container = await start(more);
    expect(await runtime.waitUntilHealthy(container, startup)).toMatchObject({ healthy: true });
    expect(await readiness(container)).toMatchObject({ status: 'ready', checks: { cache: 'unavailable' } });
    await container.stop(10);
  });

  test('fails to migrate with a wrong password', async () => {
    const spec = {
      name: 'migrate',
      digest: image.digest,
      command: ['migrate-lambda'],
      env: database,
      network,
      logGroup: 'm',
    };
    const payload = JSON.stringify({
      MIGRATE_USER: owner.user,
      MIGRATE_PASSWORD: 'guess',
      SERVICE_ROLE: service.user,
      SERVICE_ROLE_PASSWORD: service.password,
    });
    expect(await runtime.invokeFunction(spec, payload, 900)).toMatchObject({
      ok: false,
      errorMessage: expect.stringContaining('password authentication failed'),
    });
  });

  test('is the same image when it is built again', async () => {
    const dockerfile = readFileSync(join(repository, 'Dockerfile'), 'utf8');
    const again = await runtime.images.build({
      contextFolder: repository,
      dockerfile,
      platform: 'linux/amd64',
      buildArgs: {},
    });
    expect(again.digest).toBe(image.digest);
  });
});
