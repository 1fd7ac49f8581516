import { get, post, type Stores, useApp } from './routes';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const traceparent = `00-${traceId}-${spanId}-01`;
const secrets = { POSTGRES_PASSWORD: 'unused-secret-password', API_KEY: 'the-secret-api-key-1' };

/** One JSON line for each request, and nothing in it that does not belong there. */
export function describeLogging(stores: Stores): void {
  describe('the log', () => {
    const app = useApp(stores, { API_KEY: secrets.API_KEY });

    test('has one line for each request: method, route, status, duration, ids', async () => {
      const { url } = await app().listen();
      await fetch(`${url}/data/some%20key?limit=1`, { headers: { traceparent, 'x-request-id': 'mine' } });
      const requests = () => app().logs.filter(({ requestId }) => requestId === 'mine');
      while (requests().length === 0) await new Promise(setImmediate);
      expect(requests()).toEqual([
        {
          level: 'info',
          time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          msg: 'request',
          method: 'GET',
          route: '/data/:key',
          status: 404,
          durationMs: expect.any(Number),
          requestId: 'mine',
          traceId,
        },
      ]);
    });

    test.each([
      ['GET', '/nowhere', 404, 'unknown'],
      ['GET', '/data/%ff', 400, 'unknown'],
      ['PUT', '/data', 405, '/data'],
      ['POST', '/data', 401, '/data'],
      ['HEAD', '/users', 200, '/users'],
      ['GET', '/docs/static/nope', 404, 'unknown'],
    ] as const)('has one line for %s %s', async (method, url, status, route) => {
      const logged = app().logs.length;
      await app().app.inject({ method, url });
      expect(app().logs.slice(logged)).toEqual([expect.objectContaining({ msg: 'request', method, status, route })]);
    });

    test.each([
      '',
      'garbage',
      `00-${'0'.repeat(32)}-${spanId}-01`,
      `00-${traceId}-${'0'.repeat(16)}-01`,
      `ff-${traceId}-${spanId}-01`,
      `00-${traceId.toUpperCase()}-${spanId}-01`,
      `00-${traceId}-${spanId}`,
    ])('takes traceparent %p for none', async (header) => {
      const logged = app().logs.length;
      await get(app(), '/health', { traceparent: header });
      expect(app().logs[logged]).not.toHaveProperty('traceId');
    });

    test('has no body, query, key, address or user agent', async () => {
      const headers = {
        authorization: `Bearer ${secrets.API_KEY}`,
        'user-agent': 'agent-secret',
        cookie: 'cookie-secret',
      };
      await post(app(), '/users', { name: 'name-secret', email: 'email-secret@example.com' }, headers);
      await post(app(), '/users', { name: 'name-secret', email: 'email-secret@example.com' }, headers);
      await post(app(), '/users', '{"name":"name-secret"', headers);
      await get(app(), '/data?after=query-secret', headers);
      await get(app(), '/data/path-secret', headers);
      expect(app().logText()).not.toMatch(/secret/);
    });
  });

  describe('the log as Google Cloud reads it', () => {
    const app = useApp(stores, { LOG_FORMAT: 'gcp' });

    test('names severity, message and trace', async () => {
      await get(app(), '/health', { traceparent });
      expect(app().logs).toEqual([
        expect.objectContaining({
          severity: 'INFO',
          message: 'request',
          status: 200,
          'logging.googleapis.com/trace': expect.stringContaining(traceId),
          'logging.googleapis.com/spanId': spanId,
        }),
      ]);
      expect(app().logs[0]).not.toHaveProperty('level');
      expect(app().logs[0]).not.toHaveProperty('msg');
    });
  });

  describe('the log at level error', () => {
    const app = useApp(stores, { LOG_LEVEL: 'error' });

    test('has no line for a request that went well', async () => {
      await get(app(), '/health');
      expect(app().logs).toEqual([]);
    });
  });
}
