import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, RequestOptions } from '../rehearsal/run/client';
import type { Check, Visit } from '../rehearsal/run/scenario';

type Ask = (path: string, options?: RequestOptions) => Promise<Answer>;

/** A check of one or a few routes, as a user at the visit's address. */
function check(name: string, run: (ask: Ask, visit: Visit) => Promise<void>): Check<Visit> {
  return {
    name,
    run: (visit) => run((path, options) => visit.client.send(`${visit.url}${path}`, options), visit),
  };
}

export function authorization({ outputs }: Pick<Visit, 'outputs'>): Record<string, string> {
  return { authorization: `Bearer ${String(outputs.api_key)}` };
}

function post(ask: Ask, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  if (body === undefined) return ask(path, { method: 'POST', headers });
  const typed = { 'content-type': 'application/json', ...headers };
  return ask(path, { method: 'POST', headers: typed, body: JSON.stringify(body) });
}

/** Every error is problem details with a stable code. */
function assertProblem(answer: Answer, status: number, code: string): void {
  assert.equal(answer.status, status);
  assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/);
  const problem = answer.json() as Record<string, unknown>;
  assert.equal(problem.code, code);
  assert.equal(problem.status, status);
  assert.equal(problem.error, problem.detail);
  assert.equal(problem.requestId, answer.headers['x-request-id']);
}

/** Another instance may show what it read before for up to a second: half a second to spare. */
async function withinFreshness(verify: () => Promise<void>): Promise<void> {
  const end = performance.now() + 1_500;
  for (;;) {
    try {
      return await verify();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await delay(50);
  }
}

const unique = () => `${Date.now()}-${Math.floor(Math.random() * 1e9)}`;
const isCloudRun = (visit: Visit) => visit.name === 'cloud-run';
/** Without a Redis program on this machine the cache is a hole that the service lives with. */
const hasCache = ({ runtime }: Visit) =>
  runtime.stores.every(({ store }) => !(store.kind === 'redis' && store.isStandIn));

/** Every route of the contract, over the address that users have. */
export const userChecks: readonly Check<Visit>[] = [
  check('GET / is text, JSON or a page, as the Accept header asks', async (ask) => {
    const text = await ask('/');
    assert.deepEqual([text.status, text.body], [200, 'Hello, World!']);
    const json = await ask('/', { headers: { accept: 'application/json' } });
    assert.deepEqual(json.json(), { company: 'My Company', status: 'running' });
    const page = await ask('/', { headers: { accept: 'text/html' } });
    assert.match(page.headers['content-type'] ?? '', /^text\/html/);
    assert.match(page.body, /My Company/);
  }),
  check('the page brings its script and style', async (ask) => {
    const page = await ask('/', { headers: { accept: 'text/html' } });
    const files = [...page.body.matchAll(/(?:src|href)="(\/[^"#]+\.(?:js|css|svg))"/g)].map(([, file]) => file ?? '');
    assert.notEqual(files.length, 0);
    for (const file of files) assert.equal((await ask(file)).status, 200, file);
  }),
  check('every answer tells the release that gave it, and the id of the request', async (ask, { outputs }) => {
    for (const path of ['/', '/data', '/nowhere']) {
      const { headers } = await ask(path);
      assert.equal(headers['x-service-version'], outputs.image_digest, path);
      assert.ok(headers['x-request-id'], path);
    }
  }),
  check('GET /health, /startup, /readyz answer', async (ask) => {
    for (const path of ['/health', '/startup', '/readyz']) assert.equal((await ask(path)).status, 200, path);
    assert.equal((await ask('/health')).body, 'ok');
  }),
  check('GET /healthz is the service, or on Cloud Run the 404 of its front end', async (ask, visit) => {
    const answer = await ask('/healthz');
    if (!isCloudRun(visit)) assert.deepEqual([answer.status, answer.body], [200, 'ok']);
    else assert.deepEqual([answer.status, answer.headers['x-service-version']], [404, undefined]);
  }),
  check('GET /ready reaches the database and the cache', async (ask, visit) => {
    const answer = await ask('/ready');
    const cache = hasCache(visit) ? 'ok' : 'unavailable';
    assert.deepEqual(answer.json(), { status: 'ready', checks: { database: 'ok', cache } });
  }),
  check('GET /api/:value counts exactly', async (ask) => {
    assert.deepEqual((await ask('/api/5')).json(), { success: true, answer: 6 });
    assert.match((await ask('/api/9007199254740993')).body, /9007199254740994/);
    assert.equal((await ask('/api/10')).status, 400);
    const wrong = await ask('/api/abc');
    assert.deepEqual(
      [wrong.status, wrong.body],
      [400, "Caught exception when calculating results: invalid literal for int() with base 10: 'abc'"],
    );
  }),
  check('writes need the API key', async (ask) => {
    for (const path of ['/data', '/users', '/beers', '/beers/seed']) {
      for (const authorization of [undefined, 'Bearer not-the-right-key-at-all']) {
        const answer = await ask(path, { method: 'POST', headers: authorization ? { authorization } : {} });
        assertProblem(answer, 401, 'unauthorized');
        assert.match(answer.headers['www-authenticate'] ?? '', /^Bearer\b/);
      }
    }
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
  check('an unchanged list is not sent again', async (ask) => {
    await withinFreshness(async () => {
      const { etag = '' } = (await ask('/beers')).headers;
      assert.equal((await ask('/beers', { headers: { 'if-none-match': etag } })).status, 304);
    });
  }),
  check('wrong requests are problem details', async (ask, visit) => {
    const headers = authorization(visit);
    assertProblem(await ask('/nowhere'), 404, 'not_found');
    assertProblem(await ask('/users/x'), 400, 'validation_failed');
    const wrongMethod = await ask('/beers/seed');
    assertProblem(wrongMethod, 405, 'method_not_allowed');
    assert.equal(wrongMethod.headers.allow, 'POST');
    const missing = await post(ask, '/data', { key: 'k' }, headers);
    assertProblem(missing, 400, 'validation_failed');
    assert.equal((missing.json() as { detail: string }).detail, 'Missing "key" or "value" in request');
    const type = { ...headers, 'content-type': 'text/plain' };
    assertProblem(await ask('/data', { method: 'POST', headers: type, body: 'x' }), 415, 'unsupported_media_type');
    const large = { key: 'k', value: 'x'.repeat(70_000) };
    assertProblem(await post(ask, '/data', large, headers), 413, 'payload_too_large');
  }),
  check('HEAD is as GET, without a body', async (ask) => {
    const answer = await ask('/users', { method: 'HEAD' });
    assert.deepEqual([answer.status, answer.body], [200, '']);
  }),
  check('GET /docs and /openapi.json describe it', async (ask) => {
    const document = (await ask('/openapi.json')).json() as { openapi: string; info: { title: string } };
    assert.deepEqual([document.openapi.slice(0, 3), document.info.title], ['3.1', 'My Company API']);
    assert.equal((await ask('/docs')).status, 200);
  }),
  check('security headers stand on every answer, HSTS where TLS ends in front', async (ask, { url }) => {
    const { headers } = await ask('/');
    const transport = headers['strict-transport-security'] ?? 'none';
    assert.match(transport, url.startsWith('https:') ? /max-age=\d+/ : /^none$/);
    assert.match(headers['content-security-policy'] ?? '', /default-src/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
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
