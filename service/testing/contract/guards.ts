import { METHODS } from 'node:http';
import type { HTTPMethods } from 'fastify';
import { expectProblem, get, post, type Stores, useApp } from './routes';

const readable = [
  '/',
  '/health',
  '/healthz',
  '/startup',
  '/ready',
  '/readyz',
  '/api/5',
  '/data/k',
  '/users/1',
  '/beers/1',
  '/docs',
  '/openapi.json',
];
const writable = ['/data', '/users', '/beers'];
const allowed: [path: string, methods: string[]][] = [
  ...readable.map((path): [string, string[]] => [path, ['GET', 'HEAD']]),
  ...writable.map((path): [string, string[]] => [path, ['GET', 'HEAD', 'POST']]),
  ['/beers/seed', ['POST']],
];
/** CONNECT has no path, and Node answers it before the router. */
const methods = METHODS.filter((method) => method !== 'CONNECT');
const key = 'current-key-0123456789';
const previousKey = 'previous-key-012345678';
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** What is decided before a body is read: 404, 405, 401, then 415, 413, 400. */
export function describeGuards(stores: Stores): void {
  describe.each([
    ['without a key', undefined],
    ['with a key', { API_KEY: key }],
  ])('a method that a path has not, %s', (_, env) => {
    const app = useApp(stores, env);

    test.each(allowed)('is refused at %s, which has %j', async (url, own) => {
      for (const method of methods) {
        if (own.includes(method)) continue;
        const response = await app().app.inject({
          method: method as HTTPMethods,
          url,
          headers: { 'content-type': 'text/plain' },
          payload: 'x'.repeat(100_000),
        });
        expect([method, response.headers.allow]).toEqual([method, own.join(', ')]);
        if (method === 'HEAD') expect([response.statusCode, response.body]).toEqual([405, '']);
        else expectProblem(response, 405, 'method_not_allowed');
      }
    });

    test('is as unknown as any other on an unknown path', async () => {
      for (const method of methods) {
        const response = await app().app.inject({ method: method as HTTPMethods, url: '/nowhere' });
        expect([method, response.statusCode, response.headers.allow]).toEqual([method, 404, undefined]);
      }
    });
  });

  describe('writes behind a key', () => {
    const app = useApp(stores, { API_KEY: key, API_KEY_PREVIOUS: previousKey });

    test.each(['/data', '/users', '/beers', '/beers/seed'])(
      'POST %s needs one, whatever else is wrong',
      async (path) => {
        for (const type of ['application/json', 'text/plain']) {
          for (const body of ['{}', '{broken', 'x'.repeat(100_000)]) {
            const response = await post(app(), path, body, { 'content-type': type });
            expectProblem(response, 401, 'unauthorized');
            expect(response.headers['www-authenticate']).toMatch(/^Bearer\b/);
          }
        }
      },
    );

    test('a wrong kind of body, then its size, then its content are told to who has the key', async () => {
      const send = (body: string, type: string) => post(app(), '/data', body, { ...bearer(key), 'content-type': type });
      expectProblem(await send('x'.repeat(100_000), 'text/plain'), 415, 'unsupported_media_type');
      expectProblem(await send('x'.repeat(100_000), 'application/json'), 413, 'payload_too_large');
      expectProblem(await send('{', 'application/json'), 400, 'bad_request');
    });

    test.each([`Bearer ${key}`, `bearer ${key}`, `BEARER   ${key}`, `Bearer ${previousKey}`])(
      'Authorization: %s opens them',
      async (authorization) => {
        expect((await post(app(), '/data', { key: 'k', value: 'v' }, { authorization })).statusCode).toBe(200);
      },
    );

    test.each([
      '',
      'Bearer',
      'Bearer ',
      key,
      `Basic ${key}`,
      `Bearer ${key.slice(0, -1)}`,
      `Bearer ${key}x`,
      `Bearer ${key.toUpperCase()}`,
      `Bearer ${key},${key}`,
      `Bearer ${key} ${key}`,
      `Bearer "${key}"`,
      `Bearer ${'x'.repeat(20_000)}`,
      'Bearer \u00e9\u00e9',
    ])('Authorization: %.60s does not', async (authorization) => {
      const response = await post(app(), '/data', { key: 'refused', value: 'v' }, { authorization });
      expectProblem(response, 401, 'unauthorized');
      expectProblem(await get(app(), '/data/refused'), 404, 'record_not_found');
    });

    test('reads need none', async () => {
      for (const path of ['/data', '/users', '/beers', '/', '/docs', '/openapi.json']) {
        expect((await get(app(), path)).statusCode).toBe(200);
      }
    });

    test('neither key shows in an answer or a log line', async () => {
      const answers = await Promise.all([
        post(app(), '/data', '{', bearer(key)),
        post(app(), '/data', { key: 'k', value: 'v' }, bearer(previousKey)),
        post(app(), '/data', '{}', bearer(`${key}x`)),
        get(app(), '/', { accept: 'text/html' }),
        get(app(), '/openapi.json'),
        get(app(), '/docs'),
        get(app(), '/ready'),
      ]);
      const shown = JSON.stringify(answers.map(({ headers, body }) => [headers, body])) + app().logText();
      expect(shown).not.toContain(key);
      expect(shown).not.toContain(previousKey);
    });
  });

  describe('writes without a key', () => {
    const app = useApp(stores);

    test('are open, whatever Authorization says', async () => {
      expect((await post(app(), '/data', { key: 'k', value: 'v' }, bearer('anything'))).statusCode).toBe(200);
    });
  });

  describe('HSTS', () => {
    const hop = { 'x-forwarded-proto': 'https' };

    describe('behind a trusted front end', () => {
      const app = useApp(stores, { TRUST_PROXY_HOPS: '1' });

      test('is told when TLS ends there, on every kind of answer', async () => {
        for (const path of ['/', '/data', '/nowhere', '/users/x']) {
          expect((await get(app(), path, hop)).headers['strict-transport-security']).toMatch(/^max-age=\d+/);
          expect((await get(app(), path)).headers['strict-transport-security']).toBeUndefined();
        }
        expect(
          (await get(app(), '/', { 'x-forwarded-proto': 'http' })).headers['strict-transport-security'],
        ).toBeUndefined();
      });
    });

    describe('without one', () => {
      const app = useApp(stores);

      test('is never told', async () => {
        expect((await get(app(), '/', hop)).headers['strict-transport-security']).toBeUndefined();
      });
    });
  });

  describe('a rate limit', () => {
    const exhaust = async (app: Parameters<typeof get>[0], headers?: Record<string, string>) => {
      for (let n = 0; n < 3; n += 1) expect((await get(app, '/data', headers)).statusCode).not.toBe(429);
    };

    describe('for a client address', () => {
      const app = useApp(stores, { RATE_LIMIT_PER_MINUTE: '3' });

      test('counts every path, spares probes, believes no header', async () => {
        expect((await get(app(), '/nowhere')).statusCode).toBe(404);
        expect((await get(app(), '/users/x')).statusCode).toBe(400);
        expect((await app().app.inject({ method: 'PUT', url: '/data' })).statusCode).toBe(405);
        const refused = await get(app(), '/data', { 'x-forwarded-for': '9.9.9.9', forwarded: 'for=9.9.9.8' });
        const problem = expectProblem(refused, 429, 'rate_limited');
        expect(problem.detail).toContain('3 a minute');
        expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
        expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
        expectProblem(await get(app(), '/nowhere'), 429, 'rate_limited');
        expectProblem(await post(app(), '/data', { key: 'limited', value: 'v' }), 429, 'rate_limited');
        for (const path of ['/health', '/healthz', '/startup', '/ready', '/readyz']) {
          expect((await get(app(), path)).statusCode).toBe(200);
        }
        const other = await app().app.inject({ url: '/data', remoteAddress: '10.1.2.3' });
        expect(other.statusCode).toBe(200);
      });
    });

    describe('behind front ends', () => {
      const app = useApp(stores, { RATE_LIMIT_PER_MINUTE: '3', TRUST_PROXY_HOPS: '2' });

      test('counts the address that the outermost trusted one saw', async () => {
        await exhaust(app(), { 'x-forwarded-for': '1.1.1.1, 8.8.8.8, 10.0.0.1' });
        // The client may write what it likes before what the front ends add.
        expect((await get(app(), '/data', { 'x-forwarded-for': '2.2.2.2, 8.8.8.8, 10.0.0.2' })).statusCode).toBe(429);
        expect((await get(app(), '/data', { 'x-forwarded-for': '1.1.1.1, 8.8.8.9, 10.0.0.1' })).statusCode).toBe(200);
      });

      test('stands any header', async () => {
        for (const value of [',', 'unknown', '::1', '[::1]:80', 'x'.repeat(10_000), '1.1.1.1,'.repeat(1_000)]) {
          expect((await get(app(), '/data', { 'x-forwarded-for': value })).statusCode).toBe(200);
        }
      });
    });
  });
}
