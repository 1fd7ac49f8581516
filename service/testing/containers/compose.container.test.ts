import { poll } from '../servers/poll';
import { findFreePort } from '../servers/server-process';
import { describeContainers } from './describe-containers';
import { docker, inspect, repository, runName } from './docker';
import { runCommand, tryCommand } from './run-command';

const [program = '', ...plugin] = (process.env.CONTAINERS_COMPOSE ?? '').split(' ');
const project = `${runName}-compose`;
let env: Record<string, string>;
let address: string;

const compose = (...args: string[]) =>
  runCommand(program, [...plugin, '--project-name', project, ...args], { cwd: repository, env });
const execute = (service: string, ...command: string[]) => compose('exec', '-T', service, ...command);
const containerOf = (service: string) => compose('ps', '--quiet', service);

/** Values of NAME=value lines. */
function parseEnv(text: string): Record<string, string> {
  return Object.fromEntries(text.split('\n').map((line) => line.split(/=(.*)/s) as [string, string]));
}

async function start(): Promise<void> {
  await compose('up', '--build', '--detach');
  const isReady = async () => (await fetch(`${address}/ready`)).status === 200;
  await poll('the service is ready', isReady, 60_000);
}

async function post(path: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(address + path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
}

describeContainers('docker-compose.yml', () => {
  beforeAll(async () => {
    if (program === '') throw new Error('neither `docker compose` nor `docker-compose` is installed');
    const port = await findFreePort();
    address = `http://127.0.0.1:${port}`;
    env = { PORT: String(port), COMPANY_NAME: 'Composed Brewing', COMPOSE_PROJECT_NAME: project };
    await start();
  });
  afterAll(async () => {
    if (program !== '') await compose('down', '--volumes', '--remove-orphans', '--rmi', 'local');
  });

  test('serves from Postgres and Redis, with the company of the caller', async () => {
    const ready = await (await fetch(`${address}/ready`)).json();
    expect(ready).toEqual({ status: 'ready', checks: { database: 'ok', cache: 'ok' } });
    const root = await fetch(address, { headers: { accept: 'application/json' } });
    expect(await root.json()).toEqual({ company: 'Composed Brewing', status: 'running' });
  });

  test('becomes healthy', async () => {
    const container = await containerOf('service');
    await poll('healthy', async () => (await inspect(container, '.State.Health.Status')) === 'healthy', 60_000);
  });

  test('tells an inserted record from an updated one', async () => {
    expect(await post('/data', { key: 'k', value: '1' })).toMatchObject({ message: 'Inserted new record.' });
    expect(await post('/data', { key: 'k', value: '2' })).toMatchObject({ message: 'Updated existing record.' });
  });

  test('answers a user from Redis the second time', async () => {
    expect(await post('/users', { name: 'Ada', email: 'ada@example.com' })).toMatchObject({ id: 1 });
    const first = await fetch(`${address}/users/1`);
    const second = await fetch(`${address}/users/1`);
    expect([first.headers.get('x-cache'), second.headers.get('x-cache')]).toEqual(['miss', 'hit']);
    expect(await second.json()).toEqual({ id: 1, name: 'Ada', email: 'ada@example.com' });
    const { REDIS_PASSWORD = '' } = parseEnv(await execute('service', 'cat', '/run/credentials/service.env'));
    const redisCli = ['redis-cli', '--no-auth-warning', '-a', REDIS_PASSWORD];
    expect(JSON.parse(await execute('redis', ...redisCli, 'get', 'user:1'))).toMatchObject({ id: 1, name: 'Ada' });
  });

  test('runs the service as a role that reads and writes rows, and creates nothing', async () => {
    const { POSTGRES_PASSWORD = '' } = parseEnv(await execute('service', 'cat', '/run/credentials/service.env'));
    const sql = (statement: string) => {
      const url = `postgres://taproom_service:${POSTGRES_PASSWORD}@127.0.0.1/taproom`;
      const args = ['exec', '-T', 'postgres', 'psql', url, '--no-psqlrc', '--tuples-only', '--command', statement];
      return tryCommand(program, [...plugin, '--project-name', project, ...args], { cwd: repository, env });
    };
    expect(await sql('select count(*) from users')).toMatchObject({ code: 0 });
    expect((await sql('create table mine (id int)')).stderr).toContain('permission denied for schema public');
    expect((await sql('create role mine')).stderr).toContain('permission denied');
    expect((await sql('drop table users')).stderr).toContain('must be owner of table users');
  });

  test('asks Redis and Postgres for passwords that no container has in its environment', async () => {
    expect(await execute('redis', 'redis-cli', 'ping')).toContain('NOAUTH');
    const { POSTGRES_PASSWORD = '', REDIS_PASSWORD = '' } = parseEnv(
      await execute('service', 'cat', '/run/credentials/service.env'),
    );
    expect(POSTGRES_PASSWORD).toMatch(/^[0-9a-f]{48}$/);
    expect(REDIS_PASSWORD).toMatch(/^[0-9a-f]{48}$/);
    const containers = (await compose('ps', '--quiet')).split('\n');
    const environments = JSON.stringify(await Promise.all(containers.map((id) => inspect(id, '.Config'))));
    expect(environments).not.toContain(POSTGRES_PASSWORD);
    expect(environments).not.toContain(REDIS_PASSWORD);
  });

  test('publishes the service to this machine only, and the stores to nobody', async () => {
    const bindings = async (service: string) =>
      Object.values(
        await inspect<Record<string, { HostIp: string }[]>>(await containerOf(service), '.HostConfig.PortBindings'),
      );
    expect((await bindings('service')).flat().map(({ HostIp }) => HostIp)).toEqual(['127.0.0.1']);
    expect([...(await bindings('postgres')), ...(await bindings('redis'))]).toEqual([]);
  });

  test('takes every right from every container', async () => {
    for (const service of ['service', 'postgres', 'redis']) {
      const host = await inspect<{ ReadonlyRootfs: boolean; CapDrop: string[]; SecurityOpt: string[] }>(
        await containerOf(service),
        '.HostConfig',
      );
      expect(host).toMatchObject({ ReadonlyRootfs: true, CapDrop: ['ALL'] });
      expect(host.SecurityOpt).toContain('no-new-privileges:true');
    }
  });

  test('keeps the data when all containers are made anew', async () => {
    await post('/data', { key: 'kept', value: 'yes' });
    await compose('down');
    await start();
    expect(await (await fetch(`${address}/data/kept`)).json()).toEqual({ key: 'kept', value: 'yes' });
  });

  test('ends by itself when it is told to', async () => {
    const container = await containerOf('service');
    await compose('stop', 'service');
    expect(await inspect<number>(container, '.State.ExitCode')).toBe(0);
  });

  test('leaves nothing behind', async () => {
    await compose('down', '--volumes');
    const filter = ['--filter', `label=com.docker.compose.project=${project}`, '--quiet'];
    expect(await docker('ps', '--all', ...filter)).toBe('');
    expect(await docker('volume', 'ls', ...filter)).toBe('');
    expect(await docker('network', 'ls', ...filter)).toBe('');
  });
});
