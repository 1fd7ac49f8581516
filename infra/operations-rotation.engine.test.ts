import assert from 'node:assert/strict';
import { findLeftovers } from './rehearsal/run/leftovers';
import { startLoad } from './rehearsal/run/load';
import type { Load, Visit } from './rehearsal/run/scenario';
import { serviceRoles } from './service-env';
import { ask, databasesOf, ownerOf, readPasswords } from './testing/database-access';
import { createRunner } from './testing/documented-commands';
import { openRehearsedStack, type RehearsedStack } from './testing/rehearsed-stack';

jest.setTimeout(900_000);

/** The rotations of docs/operations.md, in the file's own commands, with users on both clouds who come all the while. */
let stack: RehearsedStack;
let run: ReturnType<typeof createRunner>;
let visits: Visit[];

beforeAll(async () => {
  stack = await openRehearsedStack();
  run = createRunner(stack, 'docs/operations.md');
  await run('A release');
  visits = await Promise.all(['app-runner', 'cloud-run'].map((target) => stack.visit(target)));
});

afterAll(() => stack.close());

const clouds = ['aws', 'gcp'] as const;

async function post(visit: Visit, key: string): Promise<number> {
  const answer = await visit.client.send(`${visit.url}/data`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ key: `${visit.name}-${Math.random()}`, value: 'x' }),
  });
  return answer.status;
}

/** Users who write with a key that may change under way, and read. */
function usersWith(key: () => string): Load {
  return {
    round: async (visit) => {
      assert.equal(await post(visit, key()), 200, `POST /data on ${visit.name}`);
      const users = await visit.client.send(`${visit.url}/users`);
      assert.equal(users.status, 200, `GET /users on ${visit.name}`);
      return users.headers['x-service-version'] ?? 'unknown';
    },
  };
}

async function currentKey(): Promise<string> {
  return String((await stack.session.outputs()).api_key);
}

/** Does it while users come, and demands that none of them notices. */
async function underLoad(key: () => string, act: () => Promise<void>): Promise<void> {
  const load = startLoad(usersWith(key), visits);
  await act();
  for (const [name, { failures, rounds }] of await load.stop()) {
    expect([name, failures]).toEqual([name, []]);
    expect(rounds).toBeGreaterThan(20);
  }
}

async function logins(cloud: 'aws' | 'gcp'): Promise<Record<string, boolean>> {
  const [database] = databasesOf(stack, cloud);
  assert(database);
  const rows = await ask(
    database,
    await ownerOf(stack, cloud),
    "select rolname, rolcanlogin from pg_roles where rolname like 'taproom_service%' order by rolname",
  );
  return Object.fromEntries(rows.map(({ rolname, rolcanlogin }) => [rolname, rolcanlogin]));
}

async function sessionUsers(cloud: 'aws' | 'gcp'): Promise<unknown[]> {
  const [database] = databasesOf(stack, cloud);
  assert(database);
  const text = "select distinct usename from pg_stat_activity where usename like 'taproom_service%'";
  return (await ask(database, await ownerOf(stack, cloud), text)).map(({ usename }) => usename);
}

test('the database login: one role, the other, and back, while users come', async () => {
  const key = await currentKey();
  const before = await readPasswords(stack);
  await underLoad(
    () => key,
    async () => {
      await run('Database login: the other role');
      for (const cloud of clouds) expect(await sessionUsers(cloud)).toEqual([serviceRoles.even]);
      await run('Database login: lock the role before');
    },
  );
  for (const cloud of clouds) {
    const [database] = databasesOf(stack, cloud);
    assert(database);
    expect(await logins(cloud)).toEqual({ [serviceRoles.odd]: false, [serviceRoles.even]: true });
    const password = before.get(`${cloud} postgres-service`);
    assert(password);
    await expect(ask(database, { user: serviceRoles.odd, password }, 'select 1')).rejects.toMatchObject({
      code: '28P01',
    });
  }
  expect([...(await readPasswords(stack)).values()]).not.toContain(before.get('aws postgres-service'));

  await underLoad(
    () => key,
    async () => void (await run('Database login: back to the first role')),
  );
  for (const cloud of clouds) {
    expect(await logins(cloud)).toEqual({ [serviceRoles.odd]: true, [serviceRoles.even]: false });
    expect(await sessionUsers(cloud)).toEqual([serviceRoles.odd]);
  }
});

test('the API key: both, then the new one alone', async () => {
  const old = await currentKey();
  let key = old;
  await underLoad(
    () => key,
    async () => {
      await run('API key: a new one beside the old');
      key = await currentKey();
      expect(key).not.toBe(old);
      for (const visit of visits) expect(await post(visit, old)).toBe(200);
      await run('API key: the old one goes');
    },
  );
  for (const visit of visits) {
    expect(await post(visit, old)).toBe(401);
    expect(await post(visit, key)).toBe(200);
  }
  const exported = await stack.session.pulumi('stack', 'export', '--show-secrets');
  expect(exported.stdout).not.toContain(old);
  const hidden = await stack.session.pulumi('stack', 'export');
  expect(hidden.stdout).not.toContain(key);
});

test("the owner's password and the cache's", async () => {
  const key = await currentKey();
  const before = new Map(await Promise.all(clouds.map(async (cloud) => [cloud, await ownerOf(stack, cloud)] as const)));
  await underLoad(
    () => key,
    async () => {
      await run('Database owner');
      await run('Cache: another one with another password');
    },
  );
  for (const cloud of clouds) {
    const [database] = databasesOf(stack, cloud);
    const login = before.get(cloud);
    assert(database && login);
    await expect(ask(database, login, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    expect(await ask(database, await ownerOf(stack, cloud, 2), 'select 1 as one')).toEqual([{ one: 1 }]);
  }
  for (const visit of visits) {
    const ready = await visit.client.send(`${visit.url}/ready`);
    expect(ready.json()).toMatchObject({ checks: { database: 'ok', cache: 'ok' } });
  }
});

test('a digest, ten times the traffic, and nothing is left at the end', async () => {
  const digest = String((await stack.session.outputs()).image_digest);
  await run('Back to a digest', { digest });
  expect((await stack.session.outputs()).image_digest).toBe(digest);
  await run('Ten times the traffic');
  await stack.session
    .pulumi('refresh', '--skip-preview', '--expect-no-changes')
    .then(({ code }) => expect(code).toBe(0));
  await run('Tear down');
  expect(findLeftovers(stack.session.cloud).billable).toEqual([]);
});
