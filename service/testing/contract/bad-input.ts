import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expectProblem, get, post, type Stores, useApp } from './routes';

const beer = '🍺';
const atLimit = { key: beer.repeat(128), value: beer.repeat(256) };
const longEmail = (length: number) => `${'é'.repeat(length - 12)}@example.com`;

/** Each writing route, with a body that it takes. */
const writes = {
  '/data': { key: 'k', value: 'v' },
  '/users': { name: 'n', email: 'n@example.com' },
  '/beers': { name: 'n', style: 's', abv: 'a' },
} as const;
type WritePath = keyof typeof writes;
const paths = Object.keys(writes) as WritePath[];

/** Field, wrong value. Of every route that has the field. */
const wrongFields: Record<WritePath, [string, unknown][]> = {
  '/data': [
    ['key', ''],
    ['key', 1],
    ['key', true],
    ['key', ['k']],
    ['key', { k: 1 }],
    ['key', 'a\0'],
    ['key', '\ud800'],
    ['key', 'a\udc00b'],
    ['key', 'x'.repeat(129)],
    ['key', beer.repeat(129)],
    ['value', {}],
    ['value', []],
    ['value', ['v']],
    ['value', '\0'],
    ['value', '\udfff'],
    ['value', 'x'.repeat(257)],
    ['value', beer.repeat(257)],
    ['value', 2 ** 53],
    ['value', -(2 ** 53)],
    ['value', 1e21],
    ['value', Number.POSITIVE_INFINITY],
  ],
  '/users': [
    ['name', ''],
    ['name', null],
    ['name', 5],
    ['name', false],
    ['name', ['n']],
    ['name', {}],
    ['name', 'n\0'],
    ['name', '\ud83c'],
    ['name', beer.repeat(101)],
    ['email', ''],
    ['email', null],
    ['email', 5],
    ['email', ['n@example.com']],
    ['email', 'n'],
    ['email', '@example.com'],
    ['email', 'n@'],
    ['email', 'n@example'],
    ['email', 'n@@example.com'],
    ['email', 'n@a@example.com'],
    ['email', 'n n@example.com'],
    ['email', 'n@exa mple.com'],
    ['email', 'n@example.com\n'],
    ['email', 'n@.com'],
    ['email', 'n@example.'],
    ['email', 'n@exam\0ple.com'],
    ['email', 'n\ud800@example.com'],
    ['email', longEmail(256)],
    ['email', `n@${'a.'.repeat(30_000)}`],
  ],
  '/beers': [
    ['name', ''],
    ['name', null],
    ['name', 5],
    ['name', ['n']],
    ['name', '\0'],
    ['name', '\ud800'],
    ['name', beer.repeat(201)],
    ['style', null],
    ['style', 5],
    ['style', ['s']],
    ['style', '\0'],
    ['style', beer.repeat(201)],
    ['abv', null],
    ['abv', true],
    ['abv', {}],
    ['abv', [5]],
    ['abv', '\0'],
    ['abv', beer.repeat(17)],
    ['abv', 0.123_456_789_012_345_6],
    ['abv', 2 ** 53],
    ['abv', Number.POSITIVE_INFINITY],
  ],
};
const required: Record<WritePath, string[]> = {
  '/data': ['key', 'value'],
  '/users': ['name', 'email'],
  '/beers': ['name'],
};

/** As JSON, with numbers that JSON has and JavaScript has not. */
function toJson(body: object): string {
  return JSON.stringify(body, (_, value) => (value === Number.POSITIVE_INFINITY ? 'INFINITE' : value)).replace(
    '"INFINITE"',
    '1e400',
  );
}

/** What is refused, and how: nothing a client sends is a 500 or a partial write. */
export function describeBadInput(stores: Stores): void {
  describe.each(paths)('POST %s with a bad body', (path) => {
    const app = useApp(stores);
    const valid = writes[path];
    afterEach(async () => expect((await get(app(), `${path}?limit=1`)).body).toBe('[]'));

    test.each(wrongFields[path])('refuses %s: %j', async (field, value) => {
      const problem = expectProblem(
        await post(app(), path, toJson({ ...valid, [field]: value })),
        400,
        'validation_failed',
      );
      expect(new Set(problem.errors.map((error: { path: string }) => error.path))).toEqual(new Set([`/${field}`]));
      expect(problem.detail.length).toBeLessThan(300);
    });

    test.each(required[path])('refuses a body without %s', async (field) => {
      const { [field]: _, ...rest } = valid as Record<string, unknown>;
      const problem = expectProblem(await post(app(), path, rest), 400, 'validation_failed');
      expect(problem.errors).toEqual([{ path: `/${field}`, message: 'is required' }]);
    });

    test.each([
      'null',
      '[]',
      '[{}]',
      '1',
      '"text"',
      'true',
      '{}',
      '{"__proto__":{"key":"k","value":"v","name":"n","email":"n@b.cd"}}',
    ])('refuses the body %s', async (body) => {
      expectProblem(await post(app(), path, body), 400, 'validation_failed');
    });

    test.each([
      '',
      ' ',
      '{',
      '{"key":"k","value":"v"',
      "{'key':1}",
      '{"key":NaN}',
      'undefined',
      '{}{}',
      '[1,]',
      '"\u0001"',
      '[',
      '['.repeat(60_000),
    ])('refuses %.20j, which is no JSON', async (body) => {
      expectProblem(await post(app(), path, body), 400, 'bad_request');
    });

    test('refuses bytes that are no UTF-8', async () => {
      for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]]) {
        const text = JSON.stringify(valid);
        const body = Buffer.concat([Buffer.from(text.slice(0, -2)), Buffer.from(bytes), Buffer.from('"}')]);
        expectProblem(await post(app(), path, body), 400, 'bad_request');
      }
      expectProblem(await post(app(), path, Buffer.from(JSON.stringify(valid), 'utf16le')), 400, 'bad_request');
    });

    test.each([
      'text/plain',
      'text/json',
      'application/jsonx',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/vnd.api+json',
      'application/problem+json',
      'json',
      ';',
      ';application/json',
      'application/',
      '*/*',
    ])('refuses the content type %s', async (type) => {
      expectProblem(await post(app(), path, valid, { 'content-type': type }), 415, 'unsupported_media_type');
    });

    test('refuses a body without a content type', async () => {
      const response = await app().app.inject({
        method: 'POST',
        url: path,
        payload: Buffer.from(JSON.stringify(valid)),
      });
      expectProblem(response, 415, 'unsupported_media_type');
    });

    test('refuses a compressed body', async () => {
      const body = gzipSync(JSON.stringify(valid));
      expectProblem(await post(app(), path, body, { 'content-encoding': 'gzip' }), 415, 'unsupported_media_type');
    });

    test('refuses no body at all', async () => {
      expectProblem(await post(app(), path), 400, 'validation_failed');
    });

    test('refuses more than 64 KiB, whatever is in it', async () => {
      expectProblem(await post(app(), path, 'x'.repeat(64 * 1024 + 1)), 413, 'payload_too_large');
      expectProblem(await post(app(), path, 'x'.repeat(64 * 1024)), 400, 'bad_request');
      const padded = JSON.stringify({ ...valid, padding: '' });
      const tooMuch = padded.replace('""', `"${'x'.repeat(64 * 1024 - padded.length + 1)}"`);
      expectProblem(await post(app(), path, tooMuch), 413, 'payload_too_large');
    });
  });

  describe.each(paths)('POST %s with any body', (path) => {
    const app = useApp(stores);
    const valid = writes[path];

    test('never answers 500 to any JSON', async () => {
      const keys = fc.constantFrom(...Object.keys(valid), '__proto__', 'constructor', 'toString', 'x');
      const value = fc.oneof(
        fc.jsonValue({ noUnicodeString: false }),
        fc.string({ unit: 'binary' }),
        fc.double().map(Number),
        fc.constant(null),
      );
      const body = fc.oneof(fc.jsonValue(), fc.dictionary(keys, value));
      await fc.assert(
        fc.asyncProperty(body, async (json) => {
          const response = await post(app(), path, JSON.stringify(json));
          expect([200, 201, 400, 409]).toContain(response.statusCode);
          if (response.statusCode === 400) expectProblem(response, 400, response.json().code);
        }),
        { numRuns: 150 },
      );
    });
  });

  describe('POST /data without key or value', () => {
    const app = useApp(stores);

    test.each([
      '{}',
      '{"key":"k"}',
      '{"value":"v"}',
      '{"key":null,"value":"v"}',
      '{"key":"k","value":null}',
      '{"a":1}',
    ])('answers the words of the older app to %s', async (body) => {
      const problem = expectProblem(await post(app(), '/data', body), 400, 'validation_failed');
      expect(problem.error).toBe('Missing "key" or "value" in request');
    });
  });

  describe('what is taken', () => {
    const app = useApp(stores);

    test('is as long as code points allow', async () => {
      expect((await post(app(), '/data', atLimit)).json()).toMatchObject(atLimit);
      expect((await get(app(), `/data/${encodeURIComponent(atLimit.key)}`)).json()).toEqual(atLimit);
      const user = { name: beer.repeat(100), email: longEmail(255) };
      expect((await post(app(), '/users', user)).json()).toMatchObject(user);
      const full = { name: beer.repeat(200), style: beer.repeat(200), abv: beer.repeat(16) };
      expect((await post(app(), '/beers', full)).json()).toMatchObject(full);
    });

    test('may have fields that nobody knows, deep ones too', async () => {
      const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
      const body = `{"key":"deep","value":"v","deep":${deep},"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}`;
      expect((await post(app(), '/data', body)).json()).toEqual({
        message: 'Inserted new record.',
        key: 'deep',
        value: 'v',
      });
      expect(({} as { polluted?: number }).polluted).toBeUndefined();
    });

    test('may begin with a byte order mark, name its charset, repeat a field', async () => {
      const type = { 'content-type': 'APPLICATION/JSON ; charset=utf-8' };
      expect((await post(app(), '/data', '\ufeff{"key":"x","key":"bom","value":"v"}', type)).json()).toMatchObject({
        key: 'bom',
      });
    });

    test.each([
      'a@b.cd',
      'ä@ö.ü',
      'a+b@c-d.e.f',
      "o'hara@example.com",
      '"q"@example.com',
      'n@[127.0.0.1]',
      `${beer}@example.com`,
    ])('may be the email %s', async (email) => {
      expect((await post(app(), '/users', { name: 'n', email })).json()).toMatchObject({ email });
    });

    test('may be a key with any character of a path', async () => {
      for (const key of [
        'a/b',
        '%',
        '%41',
        'a b',
        'a?b',
        'a#b',
        ';',
        '\\',
        '"',
        '..;',
        'ä',
        '\u0001',
        '\u2028',
        '$1',
        "'; drop table users; --",
      ]) {
        await post(app(), '/data', { key, value: key });
        expect((await get(app(), `/data/${encodeURIComponent(key)}`)).json()).toEqual({ key, value: key });
      }
    });
  });

  describe('GET with a bad path', () => {
    const app = useApp(stores);

    test.each([
      '/data/%00',
      '/data/a%00b',
      `/data/${'x'.repeat(129)}`,
      `/data/${encodeURIComponent(beer).repeat(129)}`,
    ])('refuses the key of %.20s', async (path) => {
      const problem = expectProblem(await get(app(), path), 400, 'validation_failed');
      expect(problem.errors).toEqual([{ path: '/params/key', message: expect.stringMatching(/\S/) }]);
    });

    test.each([
      '/data/%',
      '/data/%zz',
      '/data/%ff',
      '/data/%c0%80',
      '/data/%ed%a0%80',
      '/users/%e0',
      '/api/%',
      '/%f5',
      '/%',
    ])('refuses %s, which cannot be decoded', async (path) => {
      expectProblem(await get(app(), path), 400, 'bad_request');
    });

    test.each([
      '/nowhere',
      '/data/',
      '/data/a/b',
      '//data',
      '/DATA',
      '/data;x',
      '/users/',
      '/beers/1/',
      '/index.html',
      '/.env',
      '/metrics',
      '/healthz/',
    ])('does not know %s', async (path) => {
      expectProblem(await get(app(), path), 404, 'not_found');
    });
  });
}
