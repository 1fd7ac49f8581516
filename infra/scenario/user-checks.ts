import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Check, Visit } from '../rehearsal/run/scenario';
import { assertProblem, authorization, check, post, unique, withinFreshness } from './ask';
import { readChecks } from './read-checks';

/** Without a Redis program on this machine the cache is a hole that the service lives with. */
const hasCache = ({ runtime }: Visit) =>
  runtime.stores.every(({ store }) => !(store.kind === 'redis' && store.isStandIn));

/** Every route of the contract, over the address that users have. */
export const userChecks: readonly Check<Visit>[] = [
  ...readChecks,
  check('GET / is text, JSON or a page, as the Accept header asks', async (ask) => {
    const text = await ask('/');
    assert.deepEqual([text.status, text.body], [200, 'Hello, World!']);
    const json = await ask('/', { headers: { accept: 'application/json' } });
    assert.deepEqual(json.json(), { company: 'My Company', status: 'running' });
    const page = await ask('/', { headers: { accept: 'text/html' } });
    assert.match(page.headers['content-type'] ?? '', /^text\/html/);
    assert.match(page.body, /My Company/);
  }),
  check('GET /ready reaches the database and the cache', async (ask, visit) => {
    const answer = await ask('/ready');
    const cache = hasCache(visit) ? 'ok' : 'unavailable';
    assert.deepEqual(answer.json(), { status: 'ready', checks: { database: 'ok', cache } });
  }),
  check('POST /data inserts, updates, and is read at once', async (ask, visit) => {
    const [key, headers] = [`key-${unique()}`, authorization(visit)];
    const inserted = await post(ask, '/data', { key, value: 'one' }, headers);
    assert.deepEqual(inserted.json(), { message: 'Inserted new record.', key, value: 'one' });
    assert.deepEqual((await ask(`/data/${key}`)).json(), { key, value: 'one' });
    const updated = await post(ask, '/data', { key, value: 'two' }, headers);
    assert.deepEqual(updated.json(), { message: 'Updated existing record.', key, value: 'two' });
    await withinFreshness(async () => {
      const list = (await ask('/data')).json() as { key: string; value: string }[];
      assert.deepEqual(
        list.find((record) => record.key === key),
        { key, value: 'two' },
      );
    });
    assert.equal((await ask(`/data/missing-${unique()}`)).status, 404);
  }),
  check('POST /users makes a user once', async (ask, visit) => {
    const headers = authorization(visit);
    const email = `user-${unique()}@example.com`;
    const made = await post(ask, '/users', { name: 'Ada', email }, headers);
    const user = made.json() as { id: number };
    assert.deepEqual([made.status, made.headers.location], [201, `/users/${user.id}`]);
    assert.deepEqual((await ask(`/users/${user.id}`)).json(), { id: user.id, name: 'Ada', email });
    const again = await post(ask, '/users', { name: 'Ada', email }, headers);
    assertProblem(again, 409, 'email_taken');
    await withinFreshness(async () => {
      const list = (await ask('/users')).json() as { id: number }[];
      assert.ok(list.some(({ id }) => id === user.id));
    });
    assertProblem(await ask('/users/999999999'), 404, 'user_not_found');
  }),
  check('POST /beers and /beers/seed make beers', async (ask, visit) => {
    const headers = authorization(visit);
    assert.equal((await post(ask, '/beers/seed', undefined, headers)).status, 200);
    const again = (await post(ask, '/beers/seed', undefined, headers)).json();
    assert.deepEqual(again, { message: 'Database already seeded.', inserted: 0 });
    const made = await post(ask, '/beers', { name: 'Helles', abv: 5.1 }, headers);
    const beer = made.json() as { id: number };
    assert.deepEqual(beer, { id: beer.id, name: 'Helles', style: null, abv: '5.1' });
    assert.deepEqual((await ask(`/beers/${beer.id}`)).json(), beer);
    await withinFreshness(async () => assert.ok(((await ask('/beers')).json() as unknown[]).length >= 4));
    assertProblem(await ask('/beers/999999999'), 404, 'beer_not_found');
  }),
  check('a second reader is answered from the cache', async (ask, visit) => {
    const { id } = (
      await post(ask, '/users', { name: 'Bob', email: `bob-${unique()}@example.com` }, authorization(visit))
    ).json() as { id: number };
    await withinFreshness(async () => {
      const states = [await ask(`/users/${id}`), await ask(`/users/${id}`)].map(({ headers }) => headers['x-cache']);
      if (hasCache(visit)) assert.equal(states[1], 'hit');
      else assert.ok(states.every((state) => ['hit', 'miss', 'bypass'].includes(state ?? '')));
    });
  }),
  check('lists come in pages', async (ask, visit) => {
    for (const name of ['Pils', 'Stout']) await post(ask, '/beers', { name }, authorization(visit));
    const page = await ask('/beers?limit=1');
    assert.equal((page.json() as unknown[]).length, 1);
    const [, next] = /^<([^>]+)>; rel="next"$/.exec(page.headers.link ?? '') ?? [];
    assert.equal(((await ask(next ?? '')).json() as unknown[]).length, 1);
  }),
  check('GET /docs and /openapi.json describe it', async (ask) => {
    const document = (await ask('/openapi.json')).json() as { openapi: string; info: { title: string } };
    assert.deepEqual([document.openapi.slice(0, 3), document.info.title], ['3.1', 'My Company API']);
    assert.equal((await ask('/docs')).status, 200);
  }),
  check('the platform has the start-up line and a line for each request', async (ask, { runtime }) => {
    const id = `rehearsal-${unique()}`;
    await ask('/data?limit=1', { headers: { 'x-request-id': id } });
    const findGroup = () =>
      runtime.logs.groups().find((group) => runtime.logs.read(group).some((line) => line.includes(id)));
    for (let attempt = 0; findGroup() === undefined && attempt < 50; attempt += 1) await delay(20);
    const group = findGroup();
    assert.ok(group !== undefined, 'no log group has the line of the request');
    const lines = runtime.logs.read(group);
    assert.ok(
      lines.some((line) => /ready: open http/.test(line)),
      `${group} has no line of the start`,
    );
    const line = lines.find((candidate) => candidate.includes(id)) ?? '';
    assert.match(line, /"route":"\/data"/);
    assert.match(line, /"status":200/);
  }),
];
