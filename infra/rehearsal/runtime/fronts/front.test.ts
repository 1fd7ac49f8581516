import { request as requestPlainly } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { createRuntime } from '../create-runtime';
import type { Container, Front, FrontSpec, Runtime } from '../runtime';
import { buildTinyImage, noNetwork } from '../testing/build-tiny-image';

/** Says its name and what it was asked; /slow takes 300 ms, /stuck for ever, /cut ends in the middle. */
const program = (name: string) => `
  const server = require('node:http').createServer((request, response) => {
    const answer = () => {
      let body = '';
      request.on('data', (chunk) => { body += chunk; }).on('end', () => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ name: '${name}', method: request.method, url: request.url, headers: request.headers, body }));
      });
    };
    if (request.url === '/stuck') return;
    if (request.url === '/cut') { response.writeHead(200, { 'content-length': 10 }).write('half'); setTimeout(() => response.destroy(), 20); return; }
    if (request.url === '/slow') setTimeout(answer, 300); else answer();
  });
  server.keepAliveTimeout = 30;
  server.listen(8080);
  process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;

const probe = {
  kind: 'tcp',
  port: 8080,
  initialDelaySeconds: 0,
  intervalSeconds: 1,
  timeoutSeconds: 1,
  healthyThreshold: 1,
  unhealthyThreshold: 10,
} as const;

let runtime: Runtime;
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  runtime = await createRuntime();
});

afterAll(async () => {
  agent.destroy();
  await runtime.close();
});

async function start(name: string): Promise<{ container: Container; port: number; weight: number }> {
  const image = await buildTinyImage(runtime, program(name));
  const container = await runtime.startContainer({
    name,
    digest: image.digest,
    env: {},
    network: noNetwork,
    logGroup: name,
  });
  expect(await runtime.waitUntilHealthy(container, probe)).toMatchObject({ healthy: true });
  return { container, port: 8080, weight: 1 };
}

async function open(more: Partial<FrontSpec> = {}): Promise<Front> {
  return runtime.openFront({ name: 'front', requestTimeoutSeconds: 5, ...more });
}

type Answer = { status: number; text: string; json: () => Record<string, unknown> };

function ask(front: Front, path: string, options: RequestOptions & { body?: string } = {}): Promise<Answer> {
  const { body, ...rest } = options;
  const isPlain = front.url.startsWith('http:');
  return new Promise((resolve, reject) => {
    const outgoing = (isPlain ? requestPlainly : request)(
      `${front.url}${path}`,
      { ...(!isPlain && { agent, ca: runtime.frontCertificateAuthority }), ...rest },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('error', reject);
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, json: () => JSON.parse(text) }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

describe('openFront', () => {
  test('passes requests on as the platforms do', async () => {
    const front = await open({ logGroup: 'requests' });
    front.setBackends([await start('one')]);
    const { url } = front;
    const answer = await ask(front, '/a%2Fb?c=d', {
      method: 'POST',
      body: 'text',
      headers: { 'x-forwarded-for': '6.6.6.6', 'x-forwarded-proto': 'http', 'x-own': 'kept' },
    });
    expect(answer.json()).toMatchObject({
      method: 'POST',
      url: '/a%2Fb?c=d',
      body: 'text',
      headers: {
        host: url.slice('https://'.length),
        'x-forwarded-for': '6.6.6.6, 127.0.0.1',
        'x-forwarded-proto': 'https',
        'x-own': 'kept',
      },
    });
    const [line = '{}'] = runtime.logs.read('requests');
    expect(JSON.parse(line)).toMatchObject({ httpRequest: { method: 'POST', path: '/a%2Fb?c=d', status: 200 } });
    await front.close();
  });

  test('answers itself what the platform keeps, and nothing else', async () => {
    const front = await open({
      answer: ({ path }) =>
        path === '/healthz' ? { status: 404, headers: { server: 'GFE' }, body: 'not here' } : undefined,
    });
    front.setBackends([await start('two')]);
    expect(await ask(front, '/healthz?x')).toMatchObject({ status: 404, text: 'not here' });
    expect(await ask(front, '/healthz/')).toMatchObject({ status: 200 });
    await front.close();
  });

  test('speaks plain HTTP, and sets the headers that the platform sets', async () => {
    const front = await open({
      scheme: 'http',
      forwardedFor: 'remove',
      addHeaders: () => ({ 'x-forwarded-port': '80' }),
    });
    expect(front.url).toMatch(/^http:/);
    front.setBackends([await start('plain')]);
    const { headers } = (await ask(front, '/', { headers: { 'x-forwarded-for': '6.6.6.6' } })).json();
    expect(headers).toMatchObject({ 'x-forwarded-proto': 'http', 'x-forwarded-port': '80' });
    expect(headers).not.toHaveProperty('x-forwarded-for');
    await front.close();
  });

  test('chooses among its pools, and fails in the words of the platform', async () => {
    const front = await open({
      answer: ({ path, query, bodyBytes }) => ({ pool: `${path.slice(1)}${query}${bodyBytes}` }),
      failure: (kind) => ({ status: 599, headers: {}, body: kind }),
    });
    front.setBackends([await start('left')], 'a0');
    front.setBackends([await start('right')], 'bc3');
    expect((await ask(front, '/a')).json()).toMatchObject({ name: 'left' });
    expect((await ask(front, '/b?c', { method: 'POST', body: 'x=1' })).json()).toMatchObject({
      name: 'right',
      body: 'x=1',
    });
    expect(await ask(front, '/other')).toMatchObject({ status: 599, text: 'no backend' });
    await front.close();
  });

  test('shows the certificate of its names, also when it gets others', async () => {
    let names = ['beer.example.org'];
    const front = await open({
      certificateNames: () => names,
      answer: () => ({ status: 200, headers: {}, body: 'ok' }),
    });
    const visit = (servername: string) => ask(front, '/', { servername, agent: false });
    expect(await visit('beer.example.org')).toMatchObject({ text: 'ok' });
    await expect(visit('wine.example.org')).rejects.toThrow('altnames');
    names = ['*.example.org'];
    expect(await visit('wine.example.org')).toMatchObject({ text: 'ok' });
    await front.close();
  });

  test('is 503 without a backend, and without one that lives', async () => {
    const front = await open();
    expect(await ask(front, '/')).toMatchObject({ status: 503 });
    const backend = await start('three');
    front.setBackends([backend]);
    await backend.container.stop(1);
    expect(await ask(front, '/')).toMatchObject({ status: 503 });
    await front.close();
  });

  test('gives up what takes too long, and shows an answer that broke off as broken', async () => {
    const front = await open({ requestTimeoutSeconds: 0.3 });
    front.setBackends([await start('four')]);
    expect(await ask(front, '/stuck')).toMatchObject({ status: 504 });
    await expect(ask(front, '/cut')).rejects.toThrow(/aborted|hang up/);
    await front.close();
  });

  test('gives no backend more requests at once than it may have', async () => {
    const front = await open({ maxConcurrency: 1 });
    front.setBackends([await start('five'), await start('six')]);
    const answers = await Promise.all(Array.from({ length: 4 }, () => ask(front, '/slow')));
    expect(answers.map((answer) => answer.json().name).sort()).toEqual(['five', 'five', 'six', 'six']);
    await front.close();
  });

  test('tells who answered, and with what', async () => {
    const seen: unknown[] = [];
    const front = await open({ onAnswer: ({ container, status }) => seen.push([container.name, status]) });
    front.setBackends([await start('seven')]);
    await ask(front, '/');
    expect(seen).toEqual([['seven', 200]]);
    await front.close();
  });

  test('divides requests by weight', async () => {
    const front = await open();
    front.setBackends([
      { ...(await start('old')), weight: 90 },
      { ...(await start('new')), weight: 10 },
    ]);
    const names: unknown[] = [];
    for (let index = 0; index < 50; index += 1) names.push((await ask(front, '/')).json().name);
    const fresh = names.filter((name) => name === 'new').length;
    expect(fresh).toBeGreaterThan(1);
    expect(fresh).toBeLessThan(12);
    await front.close();
  });

  test('fails no request while a release takes over under load', async () => {
    const front = await open();
    let current = await start('release-0');
    front.setBackends([current]);
    let isOver = false;
    const failures: unknown[] = [];
    let count = 0;
    const user = async (path: string, options: { method?: string; body?: string }) => {
      while (!isOver) {
        const answer = await ask(front, path, options).catch((error: Error) => ({ status: 0, text: error.message }));
        count += 1;
        if (answer.status !== 200) failures.push(answer);
      }
    };
    const users = [
      user('/', {}),
      user('/slow', {}),
      user('/', { method: 'POST', body: 'text' }),
      user('/slow', { method: 'POST', body: 'text' }),
    ];
    for (const release of ['release-1', 'release-2', 'release-3']) {
      const next = await start(release);
      front.setBackends([next]);
      await current.container.stop(5);
      current = next;
      // Long enough for kept connections to end by themselves while they are in use.
      await delay(100);
    }
    isOver = true;
    await Promise.all(users);
    expect(failures).toEqual([]);
    expect(count).toBeGreaterThan(50);
    await front.close();
  });
});
