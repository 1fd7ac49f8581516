import { readdirSync } from 'node:fs';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance } from 'fastify';
import { shippedFile } from '../files';
import { pageRoutes } from './routes';

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

describe('GET /', () => {
  let app: FastifyInstance;
  beforeAll(async () => {
    app = Fastify();
    await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 'page', version: '1' } } });
    await app.register(pageRoutes, { companyName: '</title><b>Hop & "Barley"\'s', isKeyRequired: true });
    await app.ready();
  });
  afterAll(() => app.close());
  const get = (headers: Record<string, string> = {}, url = '/') => app.inject({ url, headers });

  test.each([[{}], [{ accept: '*/*' }], [{ accept: 'image/png' }], [{ accept: 'application/json, text/html' }]])(
    'greets in text for %j',
    async (headers) => {
      const response = await get(headers as Record<string, string>);
      expect(response.statusCode).toBe(200);
      expect(response.headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(response.headers.vary).toBe('Accept');
      expect(response.body).toBe('Hello, World!');
    },
  );

  test('tells company and status where JSON is preferred', async () => {
    const response = await get({ accept: 'application/json' });
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(response.headers.vary).toBe('Accept');
    expect(response.body).toBe('{"company":"</title><b>Hop & \\"Barley\\"\'s","status":"running"}');
  });

  test('shows the page to a browser', async () => {
    const response = await get({ accept: browser });
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(response.headers.vary).toMatch(/^Accept\b/);
    expect(response.headers['cache-control']).toBe('no-cache');
    expect(response.body).toMatch(/^<!doctype html>/);
    expect(response.body).not.toContain('{{');
  });

  test('escapes the name of the company wherever it stands', async () => {
    const { body } = await get({ accept: browser });
    const escaped = '&lt;/title&gt;&lt;b&gt;Hop &amp; &quot;Barley&quot;&#39;s';
    expect(body).toContain(`<title>${escaped}</title>`);
    expect(body).toContain(`<h1>${escaped}</h1>`);
    expect(body).not.toContain('<b>');
  });

  test('has nothing inline that its policy forbids', async () => {
    const { body } = await get({ accept: browser });
    expect(body).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)/i);
  });

  test('says whether a key is needed', async () => {
    expect((await get({ accept: browser })).body).toContain('data-required="true"');
    const open = Fastify();
    await open.register(pageRoutes, { companyName: 'Acme', isKeyRequired: false });
    expect((await open.inject({ url: '/', headers: { accept: browser } })).body).toContain('data-required="false"');
    await open.close();
  });

  test('answers HEAD with the headers of GET', async () => {
    const response = await app.inject({ method: 'HEAD', url: '/', headers: { accept: browser } });
    expect([response.statusCode, response.body]).toEqual([200, '']);
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
  });

  test('is in the OpenAPI document with its three types', () => {
    const { paths } = JSON.parse(JSON.stringify(app.swagger()));
    expect(Object.keys(paths)).toEqual(['/']);
    expect(Object.keys(paths['/'].get.responses['200'].content)).toEqual([
      'text/plain',
      'application/json',
      'text/html',
    ]);
  });
});

describe('the files of the page', () => {
  const shipped = readdirSync(shippedFile('page', 'assets')).filter((name) => name !== 'page.html');
  let app: FastifyInstance;
  beforeAll(async () => {
    app = Fastify();
    await app.register(pageRoutes, { companyName: 'Acme', isKeyRequired: false });
  });
  afterAll(() => app.close());
  const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers });
  const types: Record<string, string> = {
    css: 'text/css; charset=utf-8',
    js: 'text/javascript; charset=utf-8',
    svg: 'image/svg+xml',
  };

  test.each(shipped)('%s is served', async (name) => {
    const response = await get(`/${name}`);
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe(types[name.split('.').at(-1) ?? '']);
    expect(response.headers['cache-control']).toBe('no-cache');
    expect(response.headers.vary).toBe('Accept-Encoding');
  });

  test('everything that the page and its scripts name is served', async () => {
    const page = (await get('/', { accept: browser })).body;
    const named = [...page.matchAll(/(?:href|src)="(\/[\w.-]+)"/g)].map(([, path]) => path ?? '');
    for (const script of shipped.filter((name) => name.endsWith('.js'))) {
      const imports = (await get(`/${script}`)).body.matchAll(/from '\.(\/[\w.-]+)'/g);
      named.push(...[...imports].map(([, path]) => path ?? ''));
    }
    const own = named.filter((path) => !['/docs', '/openapi.json'].includes(path));
    expect(own).toEqual(expect.arrayContaining(['/page.css', '/page.js', '/page-rows.js', '/favicon.svg']));
    for (const path of own) expect([path, (await get(path)).statusCode]).toEqual([path, 200]);
  });

  test('every id that a label, a description or a link names exists once', async () => {
    const page = (await get('/', { accept: browser })).body;
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [...page.matchAll(/\s(?:for|aria-labelledby|aria-describedby|href)="(#?[^"/]+)"/g)];
    const named = references.flatMap(([, value]) => (value ?? '').replace('#', '').split(' '));
    expect(named.length).toBeGreaterThan(20);
    for (const id of named) expect(ids).toContain(id);
  });

  test('are compressed for those who take that, and the same when unpacked', async () => {
    const plain = await get('/page.css');
    const brotli = await get('/page.css', { 'accept-encoding': 'gzip, br' });
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(brotli.rawPayload).toString()).toBe(plain.body);
    const gzip = await get('/page.css', { 'accept-encoding': 'gzip' });
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(gzip.rawPayload).toString()).toBe(plain.body);
    expect(brotli.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
  });

  test.each(['/page.js', '/'])('%s is not sent again to who has it', async (path) => {
    const first = await get(path, { accept: browser });
    const etag = String(first.headers.etag);
    for (const tag of [etag, etag.replace('W/', ''), `"other", ${etag}`, '*']) {
      const again = await get(path, { accept: browser, 'if-none-match': tag });
      expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag]);
      expect(again.headers.vary).toBe(first.headers.vary);
    }
    expect((await get(path, { accept: browser, 'if-none-match': '"other"' })).statusCode).toBe(200);
  });
});
