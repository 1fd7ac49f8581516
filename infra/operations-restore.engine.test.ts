import assert from 'node:assert/strict';
import { findLeftovers } from './rehearsal/run/leftovers';
import { startLoad } from './rehearsal/run/load';
import type { Load, Visit } from './rehearsal/run/scenario';
import { authorization, withinFreshness } from './scenario/ask';
import { ask, databasesOf, ownerOf } from './testing/database-access';
import { createRunner } from './testing/documented-commands';
import { openRehearsedStack, type RehearsedStack } from './testing/rehearsed-stack';

jest.setTimeout(900_000);

/** The restores of docs/operations.md, in the file's own commands: rows are lost by mistake, and come back. */
let stack: RehearsedStack;
let run: ReturnType<typeof createRunner>;

beforeEach(async () => {
  stack = await openRehearsedStack();
  run = createRunner(stack, 'docs/operations.md');
});

afterEach(() => stack.close());

type CloudName = 'aws' | 'gcp';

async function write(visit: Visit, key: string): Promise<void> {
  const headers = { ...authorization(visit), 'content-type': 'application/json' };
  const body = JSON.stringify({ key, value: 'kept' });
  const answer = await visit.client.send(`${visit.url}/data`, { method: 'POST', headers, body });
  assert.equal(answer.status, 200, `POST /data on ${visit.name}: ${answer.status}`);
}

async function statusOf(visit: Visit, key: string): Promise<number> {
  return (await visit.client.send(`${visit.url}/data/${key}`)).status;
}

/** A moment that is over, in whole seconds as the setting takes it. */
function noteMoment(): string {
  const { clock } = stack.session.cloud;
  clock.advance({ seconds: 1 });
  const moment = `${clock.timestamp().slice(0, 19)}Z`;
  clock.advance({ minutes: 10 });
  return moment;
}

async function deleteRows(cloud: CloudName): Promise<void> {
  const database = databasesOf(stack, cloud).at(-1);
  assert(database);
  await ask(database, await ownerOf(stack, cloud), 'delete from data_record');
  stack.session.cloud.clock.advance({ minutes: 10 });
}

const readers: Load = {
  round: async (visit) => {
    const answer = await visit.client.send(`${visit.url}/users`);
    assert.equal(answer.status, 200, `GET /users on ${visit.name}`);
    return answer.headers['x-service-version'] ?? 'unknown';
  },
};

/** As the document sets it: a time that is written into the file without quotes would be no text to Pulumi. */
async function set(path: string, value: string): Promise<void> {
  expect((await stack.session.pulumi('config', 'set', '--path', `taproom:${path}`, value)).code).toBe(0);
}

async function mustBeUnchanged(): Promise<void> {
  for (const args of [
    ['refresh', '--skip-preview', '--expect-no-changes'],
    ['up', '--skip-preview', '--expect-no-changes'],
  ]) {
    const { code, stdout, stderr } = await stack.session.pulumi(...args, '--diff', '--color', 'never');
    expect({ args, code, changes: code === 0 ? '' : `${stdout}\n${stderr}`.slice(-3_000) }).toEqual({
      args,
      code: 0,
      changes: '',
    });
  }
}

test('rows that were deleted by mistake come back on both clouds, on a server beside the first', async () => {
  await run('A release');
  const visits = await Promise.all(['app-runner', 'cloud-run'].map((target) => stack.visit(target)));
  const [onAws, onGcp] = visits;
  assert(onAws && onGcp);
  for (const visit of visits) await write(visit, 'precious');
  const at = noteMoment();
  for (const cloud of ['aws', 'gcp'] as const) await deleteRows(cloud);
  await withinFreshness(async () => {
    for (const visit of visits) assert.equal(await statusOf(visit, 'precious'), 404);
  });

  const load = startLoad(readers, visits);
  await run('Restore on AWS', { at });
  await withinFreshness(async () => assert.equal(await statusOf(onAws, 'precious'), 200));
  expect(await statusOf(onGcp, 'precious')).toBe(404);
  await run('Restore on Google Cloud', { at });
  await withinFreshness(async () => assert.equal(await statusOf(onGcp, 'precious'), 200));
  for (const [name, { failures }] of await load.stop()) expect([name, failures]).toEqual([name, []]);
  await run('Check the restored database');
  await mustBeUnchanged();

  // What was written since is on the first servers still.
  for (const cloud of ['aws', 'gcp'] as const) {
    expect(databasesOf(stack, cloud)).toHaveLength(2);
    const [first, second] = databasesOf(stack, cloud);
    assert(first && second);
    const owner = await ownerOf(stack, cloud);
    expect(await ask(first, owner, 'select key from data_record')).toEqual([]);
    expect(await ask(second, owner, 'select key from data_record')).toEqual([{ key: 'precious' }]);
  }

  await run('Drop the server before, on AWS');
  await run('Drop the server before, on Google Cloud');
  for (const visit of visits) {
    await write(visit, 'later');
    expect(await statusOf(visit, 'precious')).toBe(200);
  }
  for (const cloud of ['aws', 'gcp'] as const) expect(databasesOf(stack, cloud)).toHaveLength(1);
  // Where it came from is past.
  for (const cloud of ['aws', 'gcp']) await set(`restore.${cloud}.at`, '2020-01-01T00:00:00Z');
  await mustBeUnchanged();

  // And once more, from the second server.
  const again = noteMoment();
  for (const cloud of ['aws', 'gcp'] as const) await deleteRows(cloud);
  for (const cloud of ['aws', 'gcp']) {
    await set(`restore.${cloud}.server`, '3');
    await set(`restore.${cloud}.at`, again);
  }
  await stack.mustRun('up');
  await withinFreshness(async () => {
    for (const visit of visits) assert.equal(await statusOf(visit, 'later'), 200);
  });
  await mustBeUnchanged();

  await run('Tear down');
  expect(findLeftovers(stack.session.cloud).billable).toEqual([]);
});

test('Aurora too', async () => {
  await stack.setTargets(['app-runner']);
  await stack.workspace.setConfig('taproom:database', { engine: 'aurora' });
  await run('A release');
  const visit = await stack.visit('app-runner');
  await write(visit, 'precious');
  const at = noteMoment();
  await deleteRows('aws');

  await run('Restore on AWS', { at });
  await withinFreshness(async () => assert.equal(await statusOf(visit, 'precious'), 200));
  await run('Check the restored database');
  await run('Drop the server before, on AWS');
  await mustBeUnchanged();
  await run('Tear down');
  expect(findLeftovers(stack.session.cloud).billable).toEqual([]);
});

test('a moment outside of the backups is refused, and the service goes on as before', async () => {
  await stack.setTargets(['app-runner']);
  await run('A release');
  const visit = await stack.visit('app-runner');
  await write(visit, 'precious');
  await expect(run('Restore on AWS', { at: '2020-01-01T00:00:00Z' })).rejects.toThrow('aws.rds.restore-moment');
  expect(await statusOf(visit, 'precious')).toBe(200);
});
