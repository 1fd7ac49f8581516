import assert from 'node:assert/strict';
import { startLoad } from './rehearsal/run/load';
import type { Load, Visit } from './rehearsal/run/scenario';
import { authorization, withinFreshness } from './scenario/ask';
import { openRehearsedStack, type RehearsedStack } from './testing/rehearsed-stack';

jest.setTimeout(600_000);

/** The guide of docs/leaving-app-runner.md, step by step, with users who come all the while. */
let stack: RehearsedStack;

beforeAll(async () => {
  stack = await openRehearsedStack();
});

afterAll(() => stack.close());

/** Rows whose writing was acknowledged: each must be found at the end. */
const acknowledged = new Map<string, string>();

async function write(visit: Visit, key: string, value: string): Promise<void> {
  const headers = { ...authorization(visit), 'content-type': 'application/json' };
  const body = JSON.stringify({ key, value });
  const answer = await visit.client.send(`${visit.url}/data`, { method: 'POST', headers, body });
  assert.equal(answer.status, 200, `POST /data on ${visit.name}: ${answer.status} ${answer.body}`);
  acknowledged.set(key, value);
}

async function read(visit: Visit, key: string): Promise<string> {
  const answer = await visit.client.send(`${visit.url}/data/${key}`);
  assert.equal(answer.status, 200, `GET /data/${key} on ${visit.name}: ${answer.status} ${answer.body}`);
  return (answer.json() as { value: string }).value;
}

/** Users who write a row of their own and read it again. */
const users: Load = {
  round: async (visit, count) => {
    const key = `${visit.name}-${count}`;
    await write(visit, key, String(count));
    assert.equal(await read(visit, key), String(count));
    const beers = await visit.client.send(`${visit.url}/beers`);
    assert.equal(beers.status, 200, `GET /beers on ${visit.name}`);
    return beers.headers['x-service-version'] ?? 'unknown';
  },
};

const appRunnerTypes = /^aws:apprunner\//;

test('users of App Runner move to ECS Express: no failed request, no lost row', async () => {
  await stack.setTargets(['app-runner']);
  await stack.mustRun('up');
  const old = await stack.visit('app-runner');
  await write(old, 'from-before', 'the move');

  // 1. Both, on one database, while the old address is in use.
  const oldUsers = startLoad(users, [old]);
  const before = await stack.session.graph();
  await stack.setTargets(['app-runner', 'ecs-express']);
  await stack.mustRun('up');
  const after = await stack.session.graph();
  const changed = before.nodes.filter(
    ({ urn, type, id, inputs }) =>
      appRunnerTypes.test(type) &&
      JSON.stringify([id, inputs]) !== JSON.stringify([after.find(urn)?.id, after.find(urn)?.inputs]),
  );
  expect(changed.map(({ urn }) => urn)).toEqual([]);
  expect((await stack.session.judgeGraph()).findings).toEqual([]);

  // 2. Check: what is written through one is read through the other, and the key is the same.
  const next = await stack.visit('ecs-express');
  expect(next.outputs.app_url).toBe(old.url);
  expect(await read(next, 'from-before')).toBe('the move');
  await write(next, 'through-express', '1');
  await write(old, 'through-app-runner', '2');
  await withinFreshness(async () => {
    assert.equal(await read(old, 'through-express'), '1');
    assert.equal(await read(next, 'through-app-runner'), '2');
  });

  // 3. Switch the clients; both addresses answer, so there is no moment at which it must be done.
  const newUsers = startLoad(users, [next]);
  const oldResult = (await oldUsers.stop()).get('app-runner');
  expect(oldResult).toMatchObject({ failures: [] });
  expect(oldResult?.rounds).toBeGreaterThan(20);

  // 4. Remove App Runner while the new address is in use.
  await stack.setTargets(['ecs-express']);
  await stack.mustRun('up');
  const newResult = (await newUsers.stop()).get('ecs-express');
  expect(newResult).toMatchObject({ failures: [] });
  expect(newResult?.rounds).toBeGreaterThan(20);
  expect(stack.session.cloud.everything().filter(({ token }) => appRunnerTypes.test(token))).toEqual([]);
  await expect(old.client.send(`${old.url}/health`)).rejects.toThrow();

  // No row is lost.
  const last = await stack.visit('ecs-express');
  expect(last.url).toBe(next.url);
  expect(last.outputs.app_url).toBe(next.url);
  for (const [key, value] of acknowledged) expect([key, await read(last, key)]).toEqual([key, value]);

  await stack.mustRun('destroy');
  expect(stack.session.cloud.everything()).toEqual([]);
});
