import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { TestApp } from '../build-test-app';
import { expectProblem, get, post, type Stores, useApp } from './routes';

const tables = {
  '/data': {
    add: (n: number) => `insert into data_record (key, value) values ('k${String(n).padStart(6, '0')}', 'v${n}')`,
    addMany: (count: number) =>
      `insert into data_record (key, value) select 'k' || lpad(n::text, 6, '0'), 'v' || n from generate_series(1, ${count}) n`,
    position: 'key',
  },
  '/users': {
    add: (n: number) => `insert into users (name, email) values ('n${n}', 'e${n}@example.com')`,
    addMany: (count: number) =>
      `insert into users (name, email) select 'n' || n, 'e' || n || '@example.com' from generate_series(1, ${count}) n`,
    position: 'id',
  },
  '/beers': {
    add: (n: number) => `insert into beers (name) values ('b${n}')`,
    addMany: (count: number) => `insert into beers (name) select 'b' || n from generate_series(1, ${count}) n`,
    position: 'id',
  },
} as const;
const paths = Object.keys(tables) as (keyof typeof tables)[];
type Row = Record<string, unknown>;

/** Follows the links from page to page. */
async function readPages(app: TestApp, first: string): Promise<Row[][]> {
  const pages: Row[][] = [];
  let next: string | undefined = first;
  while (next !== undefined) {
    const page = await get(app, next);
    expect(page.statusCode).toBe(200);
    pages.push(page.json());
    const link = page.headers.link as string | undefined;
    next = link === undefined ? undefined : /^<(\/[^>]+)>; rel="next"$/.exec(link)?.[1];
    expect(link === undefined || next !== undefined).toBe(true);
  }
  return pages;
}

/** What holds for all three lists. */
export function describeLists(stores: Stores): void {
  describe.each(paths)('the list %s', (path) => {
    const app = useApp(stores);
    const { addMany, position } = tables[path];

    test('comes in pages that are the whole list, each linked to the next', async () => {
      await stores().run(addMany(7));
      const all: Row[] = (await get(app(), path)).json();
      expect(all).toHaveLength(7);
      for (const limit of [1, 2, 3, 6, 7, 8, 1_000]) {
        const pages = await readPages(app(), `${path}?limit=${limit}`);
        expect(pages.flat()).toEqual(all);
        expect(pages).toHaveLength(Math.ceil(7 / limit));
      }
    });

    test('continues after any position, whether a row has it or not', async () => {
      const all: Row[] = (await get(app(), path)).json();
      const third = String(all[2]?.[position]);
      expect((await get(app(), `${path}?after=${third}`)).json()).toEqual(all.slice(3));
      expect((await get(app(), `${path}?limit=2&after=${third}`)).json()).toEqual(all.slice(3, 5));
      expect((await get(app(), `${path}?after=${position === 'id' ? '0' : ''}`)).json()).toEqual(all);
      expect((await get(app(), `${path}?after=${position === 'id' ? '9'.repeat(5_000) : 'zzz'}`)).json()).toEqual([]);
    });

    test.each([
      'limit=0',
      'limit=1001',
      'limit=-1',
      'limit=1.5',
      'limit=',
      'limit=a',
      'limit=1e2',
      'limit=%201',
      'limit=1&limit=2',
      'limit=9999999999999999',
      'limit=%EF%BC%91',
      'after=%00',
      'after=a&after=b',
      ...(position === 'id' ? ['after=', 'after=a', 'after=-1', 'after=1.0'] : [`after=${'x'.repeat(129)}`]),
    ])('refuses ?%s', async (query) => {
      const problem = expectProblem(await get(app(), `${path}?${query}`), 400, 'validation_failed');
      expect(problem.errors).toEqual([{ path: `/query/${query.slice(0, 5)}`, message: expect.stringMatching(/\S/) }]);
    });

    test('ignores parameters that it does not know', async () => {
      expect((await get(app(), `${path}?limits=1&__proto__=1&limit[]=1&constructor=x`)).json()).toHaveLength(7);
    });

    test('has an entity tag, and answers 304 to who has it', async () => {
      const { headers, body } = await get(app(), path);
      const etag = headers.etag as string;
      expect(etag).toMatch(/^(W\/)?"[^"]+"$/);
      for (const tag of [etag, etag.replace(/^W\//, ''), `"other", ${etag}`, '*', ` ${etag} `]) {
        const unchanged = await get(app(), path, { 'if-none-match': tag });
        expect([unchanged.statusCode, unchanged.body]).toEqual([304, '']);
        expect(unchanged.headers).toMatchObject({ etag, vary: 'Accept-Encoding', 'cache-control': 'no-cache' });
        expect(unchanged.headers['content-type']).toBeUndefined();
      }
      for (const tag of ['"other"', etag.slice(0, -2), '', 'W/"*"']) {
        const changed = await get(app(), path, { 'if-none-match': tag });
        expect([changed.statusCode, changed.body]).toEqual([200, body]);
      }
      const page = await get(app(), `${path}?limit=2`);
      expect(page.headers.etag).not.toBe(etag);
      expect((await get(app(), `${path}?limit=2`, { 'if-none-match': String(page.headers.etag) })).statusCode).toBe(
        304,
      );
    });

    test('answers HEAD like GET without the body', async () => {
      for (const url of [path, `${path}?limit=1`]) {
        const whole = await get(app(), url);
        const head = await app().app.inject({ method: 'HEAD', url });
        expect([head.statusCode, head.body]).toEqual([200, '']);
        for (const name of ['content-length', 'content-type', 'etag', 'link', 'vary']) {
          expect([name, head.headers[name]]).toEqual([name, whole.headers[name]]);
        }
      }
    });

    test('shows a row as soon as its POST is answered', async () => {
      const inputs = {
        '/data': (n: number) => ({ key: `fresh${n}`, value: 'v' }),
        '/users': (n: number) => ({ name: 'n', email: `fresh${n}@example.com` }),
        '/beers': (n: number) => ({ name: `fresh${n}` }),
      };
      for (let n = 0; n < 20; n += 1) {
        const [before] = await Promise.all([get(app(), path), get(app(), path), get(app(), path)]);
        // Readers that are under way must not put the old list back.
        const readers = Promise.all([get(app(), path), get(app(), path)]);
        const written = await post(app(), path, inputs[path](n));
        expect(written.statusCode).toBeLessThan(300);
        expect((await get(app(), path)).json()).toHaveLength(before.json().length + 1);
        await readers;
        expect((await get(app(), path)).json()).toHaveLength(before.json().length + 1);
      }
    });

    test('tells hits from misses, and does not cache pages', async () => {
      await stores().reset();
      await post(app(), path, path === '/data' ? { key: 'a', value: 'b' } : { name: 'n', email: 'a@b.cd' });
      const state = async (url: string) => (await get(app(), url)).headers['x-cache'];
      expect([await state(path), await state(path), await state(`${path}?limit=5`)]).toEqual(['miss', 'hit', 'bypass']);
    });
  });

  describe.each(paths)('the long list %s', (path) => {
    const app = useApp(stores);
    const { addMany } = tables[path];

    test('comes whole, plain and compressed, past what is cached', async () => {
      await stores().run(addMany(10_001));
      const response = await get(app(), path);
      expect(response.headers).toMatchObject({
        'x-cache': 'bypass',
        vary: 'Accept-Encoding',
        'cache-control': 'no-cache',
      });
      expect(response.headers.etag).toBeUndefined();
      const rows: Row[] = response.json();
      expect(rows).toHaveLength(10_001);
      expect((await readPages(app(), `${path}?limit=1000`)).flat()).toEqual(rows);
      const gzipped = await get(app(), path, { 'accept-encoding': 'gzip' });
      expect(gzipped.headers['content-encoding']).toBe('gzip');
      expect(JSON.parse(gunzipSync(gzipped.rawPayload).toString())).toEqual(rows);
      const brotli = await get(app(), path, { 'accept-encoding': 'br, gzip' });
      expect(brotli.headers['content-encoding']).toBe('br');
      expect(JSON.parse(brotliDecompressSync(brotli.rawPayload).toString())).toEqual(rows);
      const head = await app().app.inject({ method: 'HEAD', url: path });
      expect([head.statusCode, head.body, head.headers['content-length']]).toEqual([200, '', undefined]);
    });
  });

  describe('the list /data', () => {
    const app = useApp(stores);

    test('is past the cache from 1 MiB on, however few rows', async () => {
      await stores().run(
        `insert into data_record (key, value) select 'k' || n, repeat('x', 256) from generate_series(1, 4000) n`,
      );
      const response = await get(app(), '/data');
      expect([response.headers['x-cache'], response.json().length]).toEqual(['bypass', 4_000]);
      await stores().reset();
    });

    test('is in the order of bytes, and pages by every key', async () => {
      const keys = [
        'a',
        'B',
        'ä',
        'Z',
        'z',
        '_',
        '10',
        '9',
        'é',
        '🍺',
        '\uffee',
        'a b',
        'a&b',
        'a=b',
        'a+b',
        'a%2Fb',
        'a/b',
        'a#b',
        'a>b',
        '"',
        "'",
        '\\',
      ];
      await stores().run(
        keys.map((key) => `insert into data_record (key, value) values ('${key.replaceAll("'", "''")}', '');`).join(''),
      );
      const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      const listed: Row[] = (await get(app(), '/data')).json();
      expect(listed.map(({ key }) => key)).toEqual(sorted);
      expect((await readPages(app(), '/data?limit=1')).flat().map(({ key }) => key)).toEqual(sorted);
    });

    test('shows rows of the older apps, and pages by them, while columns change their type', async () => {
      await stores().reset();
      await stores().run(
        `alter table data_record alter column key type varchar, alter column value type varchar;
        insert into data_record (key, value) values ('', ''), ('${'a'.repeat(300)}', '${'v'.repeat(1_000)}'), ('b', 'c')`,
      );
      const listed: Row[] = (await get(app(), '/data')).json();
      expect(listed.map(({ key }) => String(key).length)).toEqual([0, 300, 1]);
      expect((await readPages(app(), '/data?limit=1')).flat()).toEqual(listed);
      expect((await get(app(), `/data/${'a'.repeat(300)}`)).json()).toEqual(listed[1]);
      await stores().run(
        'truncate data_record; alter table data_record alter column key type varchar(128), alter column value type varchar(256)',
      );
    });

    test('gives back every record that was taken, by its key too', async () => {
      const text = (maxLength: number, minLength = 0) =>
        fc
          .string({
            unit: fc.oneof(
              fc.constantFrom(...'%./\\+&=?#; "\'<>éß'),
              fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
            ),
            minLength,
            maxLength,
          })
          .filter((value) => !/[\0\ud800-\udfff]/u.test(value) && value !== '.' && value !== '..');
      await fc.assert(
        fc.asyncProperty(text(40, 1), text(60), async (key, value) => {
          expect((await post(app(), '/data', { key, value })).json()).toMatchObject({ key, value });
          expect((await get(app(), `/data/${encodeURIComponent(key)}`)).json()).toEqual({ key, value });
          const listed: Row[] = (await get(app(), '/data')).json();
          expect(listed).toContainEqual({ key, value });
        }),
        { numRuns: 60 },
      );
    });
  });

  describe('encodings of a list', () => {
    const app = useApp(stores);
    beforeAll(() => stores().run(tables['/data'].addMany(100)));

    test.each([
      ['gzip', 'gzip'],
      ['br', 'br'],
      ['gzip, deflate, br', 'br'],
      ['br;q=0.1, gzip;q=0.9', 'gzip'],
      ['GZIP', 'gzip'],
      ['deflate', undefined],
      ['identity', undefined],
      ['gzip;q=0', undefined],
      ['br;q=0, *;q=0', undefined],
      ['', undefined],
      [';;,q=', undefined],
    ])('for Accept-Encoding: %s is %s', async (accepted, encoding) => {
      const response = await get(app(), '/data', { 'accept-encoding': accepted });
      expect(response.statusCode).toBe(200);
      expect(response.headers.vary).toBe('Accept-Encoding');
      expect(response.headers['content-encoding']).toBe(encoding);
      const decode =
        encoding === 'gzip' ? gunzipSync : encoding === 'br' ? brotliDecompressSync : (body: Buffer) => body;
      const body = decode(response.rawPayload).toString();
      expect(body).toBe((await get(app(), '/data')).body);
      expect(Number(response.headers['content-length'])).toBe(response.rawPayload.length);
      const head = await app().app.inject({ method: 'HEAD', url: '/data', headers: { 'accept-encoding': accepted } });
      expect(head.headers['content-length']).toBe(response.headers['content-length']);
    });

    test('for a short one is none', async () => {
      const response = await get(app(), '/data?limit=1', { 'accept-encoding': 'gzip' });
      expect([response.headers['content-encoding'], response.headers.vary]).toEqual([undefined, 'Accept-Encoding']);
    });
  });

  describe('the cache of /users/:id', () => {
    const app = useApp(stores);

    test('misses once, then hits, and keeps no 404', async () => {
      const state = async () => {
        const response = await get(app(), '/users/1');
        return [response.statusCode, response.headers['x-cache']];
      };
      expect(await state()).toEqual([404, 'miss']);
      await post(app(), '/users', { name: 'n', email: 'n@example.com' });
      expect([await state(), await state()]).toEqual([
        [200, 'miss'],
        [200, 'hit'],
      ]);
    });
  });
}
