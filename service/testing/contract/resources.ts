import { expectProblem, get, post, type Stores, useApp } from './routes';

const jsonType = 'application/json; charset=utf-8';

/** Every row of the route table. */
export function describeResources(stores: Stores): void {
  describe('GET /', () => {
    const app = useApp(stores, { COMPANY_NAME: 'Bräu & Söhne "1" <b>' });

    test('greets in text with neither a preference nor a final newline', async () => {
      const response = await get(app(), '/');
      expect([response.statusCode, response.headers['content-type'], response.body]).toEqual([
        200,
        'text/plain; charset=utf-8',
        'Hello, World!',
      ]);
      expect(response.headers.vary).toMatch(/\bAccept\b/);
    });

    test.each([
      '*/*',
      'text/plain',
      'image/png',
      'application/json;q=0',
      'a/b;;;',
      ',',
      'application/json, text/plain',
    ])('greets in text for Accept: %s', async (accept) => {
      const response = await get(app(), '/', { accept });
      expect([response.statusCode, response.body]).toEqual([200, 'Hello, World!']);
    });

    test.each([
      'application/json',
      'application/json, text/html;q=0.5',
      'APPLICATION/JSON',
      'text/html;q=0, application/json',
    ])('tells company and status in JSON for Accept: %s', async (accept) => {
      const response = await get(app(), '/', { accept });
      expect([response.statusCode, response.headers['content-type']]).toEqual([200, jsonType]);
      expect(response.body).toBe(JSON.stringify({ company: 'Bräu & Söhne "1" <b>', status: 'running' }));
    });

    test('gives a browser the page, with the name escaped', async () => {
      const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
      const response = await get(app(), '/', { accept });
      expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(response.body).toContain('Bräu &amp; Söhne');
      expect(response.body).not.toContain('<b>');
    });
  });

  describe('probes', () => {
    const app = useApp(stores);

    test.each(['/health', '/healthz', '/startup'])('GET %s answers ok', async (path) => {
      const response = await get(app(), path);
      expect([response.statusCode, response.body]).toEqual([200, 'ok']);
      expect(response.headers['content-type']).toBe('text/plain; charset=utf-8');
    });

    test.each(['/ready', '/readyz'])('GET %s tells what is usable', async (path) => {
      const response = await get(app(), path);
      const cache = stores().kind === 'embedded' ? 'in-process' : 'ok';
      expect([response.statusCode, response.body]).toEqual([
        200,
        `{"status":"ready","checks":{"database":"ok","cache":"${cache}"}}`,
      ]);
    });

    test('before the start only probes are answered, the rest is 503 with Retry-After', async () => {
      app().lifecycle.isStarted = false;
      try {
        expect((await get(app(), '/health')).statusCode).toBe(200);
        const startup = await get(app(), '/startup');
        expectProblem(startup, 503, 'starting');
        expect(startup.headers['retry-after']).toBe('2');
        expect((await get(app(), '/ready')).json()).toMatchObject({ status: 'unavailable', checks: {} });
        const data = await post(app(), '/data', { key: 'early', value: 'v' });
        expectProblem(data, 503, 'starting');
        expect(data.headers['retry-after']).toBe('2');
        expectProblem(await get(app(), '/nowhere'), 404, 'not_found');
        expectProblem(await app().app.inject({ method: 'PUT', url: '/data' }), 405, 'method_not_allowed');
      } finally {
        app().lifecycle.isStarted = true;
      }
      expectProblem(await get(app(), '/data/early'), 404, 'record_not_found');
    });

    test('while draining /ready says no and everything else answers', async () => {
      app().lifecycle.isDraining = true;
      try {
        const ready = await get(app(), '/ready');
        expect([ready.statusCode, ready.json().status]).toEqual([503, 'unavailable']);
        for (const path of ['/health', '/startup', '/data']) expect((await get(app(), path)).statusCode).toBe(200);
      } finally {
        app().lifecycle.isDraining = false;
      }
    });
  });

  describe('GET /api/:value', () => {
    const app = useApp(stores);

    test('adds one, exactly at any size', async () => {
      const response = await get(app(), '/api/9007199254740993');
      expect([response.statusCode, response.headers['content-type'], response.body]).toEqual([
        200,
        jsonType,
        '{"success":true,"answer":9007199254740994}',
      ]);
      expect((await get(app(), `/api/${'9'.repeat(4_299)}`)).body).toBe(
        `{"success":true,"answer":1${'0'.repeat(4_299)}}`,
      );
    });

    test.each([
      ['10', 'Invalid value!'],
      ['abc', "invalid literal for int() with base 10: 'abc'"],
      ['%00', "invalid literal for int() with base 10: '\\x00'"],
      [
        '1'.repeat(4_301),
        'Exceeds the limit (4300 digits) for integer string conversion: value has 4301 digits; use sys.set_int_max_str_digits() to increase the limit',
      ],
      [
        '9'.repeat(4_300),
        'Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit',
      ],
    ])('answers %.10s in the words of Python', async (value, reason) => {
      const response = await get(app(), `/api/${value}`);
      expect([response.statusCode, response.headers['content-type'], response.body]).toEqual([
        400,
        'text/plain; charset=utf-8',
        `Caught exception when calculating results: ${reason}`,
      ]);
    });

    test('is unknown without a value', async () => {
      for (const path of ['/api', '/api/']) expectProblem(await get(app(), path), 404, 'not_found');
    });
  });

  describe('/data', () => {
    const app = useApp(stores);

    test('inserts, updates, reads and lists records', async () => {
      const empty = await get(app(), '/data');
      expect([empty.statusCode, empty.headers['content-type'], empty.body]).toEqual([200, jsonType, '[]']);
      const inserted = await post(app(), '/data', { key: 'colour', value: 'amber' });
      expect([inserted.statusCode, inserted.headers['content-type'], inserted.body]).toEqual([
        200,
        jsonType,
        '{"message":"Inserted new record.","key":"colour","value":"amber"}',
      ]);
      expect((await post(app(), '/data', { key: 'colour', value: 'black' })).body).toBe(
        '{"message":"Updated existing record.","key":"colour","value":"black"}',
      );
      expect((await get(app(), '/data/colour')).body).toBe('{"key":"colour","value":"black"}');
      expect((await get(app(), '/data')).body).toBe('[{"key":"colour","value":"black"}]');
    });

    test('answers 404 for an unknown key, another letter case included', async () => {
      expectProblem(await get(app(), '/data/Colour'), 404, 'record_not_found');
      expectProblem(await get(app(), '/data/'), 404, 'not_found');
    });

    test.each([
      [5, '5'],
      [5.5, '5.5'],
      [-1, '-1'],
      [true, 'true'],
      [false, 'false'],
      ['', ''],
      [Number.MAX_SAFE_INTEGER, '9007199254740991'],
      [1e-7, '1e-7'],
    ])('stores the value %p as %p', async (value, text) => {
      const response = await post(app(), '/data', { key: 'typed', value });
      expect(response.json()).toMatchObject({ key: 'typed', value: text });
      expect((await get(app(), '/data/typed')).json()).toEqual({ key: 'typed', value: text });
    });

    test.each([
      ['5.0', '5'],
      ['-0', '0'],
      ['1E2', '100'],
    ])('stores the number %s as JSON prints it', async (number, text) => {
      expect((await post(app(), '/data', `{"key":"n","value":${number}}`)).json().value).toBe(text);
    });

    test('of many first writes at one time exactly one inserts', async () => {
      const writes = Array.from({ length: 60 }, (_, n) => post(app(), '/data', { key: 'raced', value: String(n) }));
      const answers = (await Promise.all(writes)).map((response) => response.json());
      const inserted = answers.filter(({ message }) => message === 'Inserted new record.');
      expect(inserted).toHaveLength(1);
      expect(answers.filter(({ message }) => message === 'Updated existing record.')).toHaveLength(59);
      expect(answers.map(({ value }) => value)).toEqual(Array.from({ length: 60 }, (_, n) => String(n)));
      const stored = (await get(app(), '/data/raced')).json().value;
      expect(answers.map(({ value }) => value)).toContain(stored);
    });
  });

  describe('/users', () => {
    const app = useApp(stores);

    test('adds, reads and lists users', async () => {
      const created = await post(app(), '/users', { name: 'Ada', email: 'ada@example.com' });
      expect([created.statusCode, created.headers['content-type'], created.headers.location, created.body]).toEqual([
        201,
        jsonType,
        '/users/1',
        '{"id":1,"name":"Ada","email":"ada@example.com"}',
      ]);
      for (const path of ['/users/1', '/users/01', '/users/0000000000000000001']) {
        const found = await get(app(), path);
        expect([found.statusCode, found.body]).toEqual([200, '{"id":1,"name":"Ada","email":"ada@example.com"}']);
      }
      expect((await get(app(), '/users')).body).toBe('[{"id":1,"name":"Ada","email":"ada@example.com"}]');
    });

    test('answers 409 for an email that is taken', async () => {
      await post(app(), '/users', { name: 'First', email: 'taken@example.com' });
      const problem = expectProblem(
        await post(app(), '/users', { name: 'Other', email: 'taken@example.com' }),
        409,
        'email_taken',
      );
      expect(problem).toMatchObject({ detail: 'Email already exists', error: 'Email already exists' });
    });

    test('of many users with one email at one time exactly one is added', async () => {
      const writes = Array.from({ length: 30 }, () => post(app(), '/users', { name: 'n', email: 'raced@example.com' }));
      const statuses = (await Promise.all(writes)).map(({ statusCode }) => statusCode).sort();
      expect(statuses).toEqual([201, ...Array(29).fill(409)]);
    });
  });

  describe('/beers', () => {
    const app = useApp(stores);

    test.each([
      [{ name: 'Pils' }, '{"id":1,"name":"Pils","style":null,"abv":null}'],
      [{ name: 'Pils', style: '', abv: '' }, '{"id":2,"name":"Pils","style":"","abv":""}'],
      [{ name: 'Bock', style: 'Dark', abv: 6.5 }, '{"id":3,"name":"Bock","style":"Dark","abv":"6.5"}'],
      [{ name: 'Bock', abv: '6.5%' }, '{"id":4,"name":"Bock","style":null,"abv":"6.5%"}'],
    ])('adds %j, two of one name too', async (input, text) => {
      const created = await post(app(), '/beers', input);
      const { id } = JSON.parse(text);
      expect([created.statusCode, created.headers.location, created.body]).toEqual([201, `/beers/${id}`, text]);
      expect((await get(app(), `/beers/0${id}`)).body).toBe(text);
      expect((await get(app(), '/beers')).json()[id - 1]).toEqual(JSON.parse(text));
    });
  });

  describe.each([
    ['users', 'User not found', 'user_not_found'],
    ['beers', 'Beer not found', 'beer_not_found'],
  ])('GET /%s/:id', (resource, detail, code) => {
    const app = useApp(stores);

    test.each(['0', '00', '7', '2147483647', '2147483648', '9007199254740993', '9'.repeat(9_000)])(
      'answers 404 for the id %.20s',
      async (id) => {
        expect(expectProblem(await get(app(), `/${resource}/${id}`), 404, code)).toMatchObject({
          detail,
          error: detail,
        });
      },
    );

    test.each([
      'a',
      '-1',
      '+1',
      '1.0',
      '1e0',
      '0x1',
      '%201',
      '1%20',
      '%D9%A1',
      '%EF%BC%91',
      '%00',
      '1%0A',
      '%F0%9F%8D%BA',
    ])('answers 400 for the id %s', async (id) => {
      const problem = expectProblem(await get(app(), `/${resource}/${id}`), 400, 'validation_failed');
      expect(problem.errors).toEqual([{ path: '/params/id', message: expect.any(String) }]);
    });

    test('answers 404 for a path below it', async () => {
      for (const path of [`/${resource}/`, `/${resource}/1/`, `/${resource}/1/2`]) {
        expectProblem(await get(app(), path), 404, 'not_found');
      }
    });
  });

  describe('POST /beers/seed', () => {
    const app = useApp(stores);

    test('seeds once, however many ask at a time', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => post(app(), '/beers/seed')));
      const bodies = answers.map(({ body }) => body).sort();
      expect(bodies).toEqual([
        ...Array(19).fill('{"message":"Database already seeded.","inserted":0}'),
        '{"message":"Database seeded with sample beers.","inserted":4}',
      ]);
      expect((await get(app(), '/beers')).json()).toEqual([
        { id: 1, name: 'Sapporo Premium', style: 'Lager', abv: '5.0%' },
        { id: 2, name: 'Kirin Ichiban', style: 'Pale Lager', abv: '5.0%' },
        { id: 3, name: 'Yebisu', style: 'Premium Lager', abv: '5.5%' },
        { id: 4, name: 'Asahi Super Dry', style: 'Dry Lager', abv: '5.2%' },
      ]);
    });

    test.each([
      ['', 'application/json'],
      ['{broken', 'application/json'],
      ['[]', 'application/json'],
      ['a=b', 'application/x-www-form-urlencoded'],
      ['text', 'text/plain'],
      ['text', 'no type at all'],
      ['text', ';;;'],
      ['\xff\0', 'application/octet-stream'],
    ])('takes the body %p of type %p for none', async (body, type) => {
      const response = await post(app(), '/beers/seed', body, { 'content-type': type });
      expect([response.statusCode, response.body]).toEqual([
        200,
        '{"message":"Database already seeded.","inserted":0}',
      ]);
    });

    test('takes an empty body without a type', async () => {
      expect((await post(app(), '/beers/seed')).statusCode).toBe(200);
    });
  });

  describe('documents', () => {
    const app = useApp(stores, { COMPANY_NAME: 'Acme' });

    test('GET /docs is a page, its files and /openapi.json are served', async () => {
      const docs = await get(app(), '/docs');
      expect([docs.statusCode, docs.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      const files = [...docs.body.matchAll(/(?:src|href)="\.?\/?(docs\/static\/[^"]+)"/g)].map(([, path]) => path);
      expect(files.length).toBeGreaterThan(3);
      for (const file of files) expect((await get(app(), `/${file}`)).statusCode).toBe(200);
      const document = await get(app(), '/openapi.json');
      expect([document.statusCode, document.headers['content-type']]).toEqual([200, jsonType]);
      expect(document.json().info).toMatchObject({ title: 'Acme API', description: 'API for Acme' });
    });

    test.each(['/docs/nope', '/docs/static/nope.js', '/docs/static/..%2f..%2fpackage.json', '/docs/static/%00'])(
      'GET %s is unknown',
      async (path) => {
        const response = await get(app(), path);
        expect(response.statusCode).toBeGreaterThanOrEqual(400);
        expect(response.statusCode).toBeLessThan(500);
        expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      },
    );
  });

  describe('every answer', () => {
    const app = useApp(stores, { SERVICE_VERSION: 'sha256:abc' });
    const paths = ['/', '/health', '/ready', '/data', '/data/none', '/nowhere', '/users/x', '/api/10', '/data/%ff'];

    test.each(paths)('of GET %s names the version and the request', async (path) => {
      const { headers } = await get(app(), path);
      expect(headers['x-service-version']).toBe('sha256:abc');
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers['x-content-type-options']).toBe('nosniff');
    });

    test('carries the id that the client gave, when it can stand in a log line', async () => {
      expect((await get(app(), '/health', { 'x-request-id': 'client-1:a.b' })).headers['x-request-id']).toBe(
        'client-1:a.b',
      );
      for (const id of ['a b', 'é', '"', 'x'.repeat(129), '']) {
        expect((await get(app(), '/health', { 'x-request-id': id })).headers['x-request-id']).toMatch(
          /^[0-9a-f-]{36}$/,
        );
      }
    });
  });
}
