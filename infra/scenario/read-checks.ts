import assert from 'node:assert/strict';
import type { Check } from '../rehearsal/run/scenario';
import { assertProblem, authorization, check, type PublicVisit, post, withinFreshness } from './ask';

const isCloudRun = ({ name }: PublicVisit) => name === 'cloud-run';

/** What of the contract can be seen without writing a row: also asked of what is really deployed. */
export const readChecks: readonly Check<PublicVisit>[] = [
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
  check('security headers stand on every answer, HSTS where TLS ends in front', async (ask, { url }) => {
    const { headers } = await ask('/');
    const transport = headers['strict-transport-security'] ?? 'none';
    assert.match(transport, url.startsWith('https:') ? /max-age=\d+/ : /^none$/);
    assert.match(headers['content-security-policy'] ?? '', /default-src/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
  }),
];
