import { connect } from 'node:net';
import fc from 'fast-check';
import { exchangeRaw, type RawAnswer } from '../raw-socket';
import { post, type Stores, useApp } from './routes';

const host = 'Host: localhost\r\n';
const json = 'Content-Type: application/json\r\n';
const close = 'Connection: close\r\n';
const record = (key: string, value = 'x') => JSON.stringify({ key, value });
const postRecord = (key: string, headers = '', value = 'x') =>
  `POST /data HTTP/1.1\r\n${host}${json}${headers}Content-Length: ${record(key, value).length}\r\n\r\n${record(key, value)}`;
const chunked = (rest: string) => `POST /data HTTP/1.1\r\n${host}${json}Transfer-Encoding: chunked\r\n\r\n${rest}`;

const refused: [what: string, bytes: string | Buffer, status: number, code: string][] = [
  ['a line that is no HTTP', 'GARBAGE\r\n\r\n', 400, 'bad_request'],
  ['a method that nobody knows', `FOO /data HTTP/1.1\r\n${host}\r\n`, 400, 'bad_request'],
  ['a version that nobody knows', `GET / HTTP/9.9\r\n${host}\r\n`, 400, 'bad_request'],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'bad_request'],
  ['TLS', Buffer.from('16030102000100', 'hex'), 400, 'bad_request'],
  ['no Host', `GET /data HTTP/1.1\r\n${close}\r\n`, 400, 'bad_request'],
  ['a head past 32 KiB', `GET /data HTTP/1.1\r\n${host}X: ${'a'.repeat(33_000)}\r\n\r\n`, 431, 'headers_too_large'],
  ['a path past 32 KiB', `GET /data/${'a'.repeat(33_000)} HTTP/1.1\r\n${host}\r\n`, 431, 'headers_too_large'],
  ['a header with NUL', `GET /data HTTP/1.1\r\n${host}X: a\0b\r\n\r\n`, 400, 'bad_request'],
  ['a header without a name', `GET /data HTTP/1.1\r\n${host}: x\r\n\r\n`, 400, 'bad_request'],
  [
    'a folded header',
    `GET /data HTTP/1.1\r\n${host}X: a\r\n b\r\n Y\r\n\r\n`.replace('X: a', 'X : a'),
    400,
    'bad_request',
  ],
  ['a path of bytes', Buffer.from(`GET /data/\xff HTTP/1.1\r\n${host}\r\n`, 'latin1'), 400, 'bad_request'],
  ['a path that cannot be decoded', `GET /data/%zz HTTP/1.1\r\n${host}${close}\r\n`, 400, 'bad_request'],
  ['a bad chunk', chunked('zz\r\n{}\r\n0\r\n\r\n'), 400, 'bad_request'],
  [
    'two lengths',
    `POST /data HTTP/1.1\r\n${host}${json}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}`,
    400,
    'bad_request',
  ],
  [
    'a length and chunks',
    chunked('0\r\n\r\n').replace('Transfer', 'Content-Length: 5\r\nTransfer'),
    400,
    'bad_request',
  ],
  ['a negative length', `POST /data HTTP/1.1\r\n${host}${json}Content-Length: -1\r\n\r\n`, 400, 'bad_request'],
  [
    'a length past the limit',
    `POST /data HTTP/1.1\r\n${host}${json}Content-Length: 99999999\r\n\r\n{`,
    413,
    'payload_too_large',
  ],
  ['chunks past the limit', chunked(`11000\r\n${' '.repeat(0x11000)}\r\n0\r\n\r\n`), 413, 'payload_too_large'],
  ['an expectation that nobody meets', postRecord('e', 'Expect: banana\r\n'), 417, 'expectation_failed'],
  ['a tunnel', `CONNECT example.com:443 HTTP/1.1\r\n${host}\r\n`, 400, 'bad_request'],
  ['OPTIONS *', `OPTIONS * HTTP/1.1\r\n${host}${close}\r\n`, 405, 'method_not_allowed'],
  ['TRACE', `TRACE /data HTTP/1.1\r\n${host}${close}\r\n`, 405, 'method_not_allowed'],
];

function expectRawProblem(answer: RawAnswer | undefined, status: number, code: string): void {
  expect(answer?.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  const problem = JSON.parse(answer?.body ?? '');
  expect(problem).toMatchObject({ type: 'about:blank', status, code, error: problem.detail });
  expect(answer?.status).toBe(status);
  expect(problem.requestId).toBe(answer?.headers['x-request-id']);
  expect(answer?.headers['x-service-version']).toBe('dev');
}

/** What reaches the service over a connection that is no ordinary client's. */
export function describeProtocol(stores: Stores): void {
  describe('a connection', () => {
    const app = useApp(stores);
    beforeAll(() => app().listen());
    const exchange = async (bytes: string | Buffer, count?: number) =>
      exchangeRaw((await app().listen()).port, bytes, count);

    test.each(refused)('with %s gets problem details and one log line', async (_, bytes, status, code) => {
      const logged = app().logs.length;
      const answers = await exchange(bytes, 1);
      expect(answers).toHaveLength(1);
      expectRawProblem(answers[0], status, code);
      const deadline = Date.now() + 15_000;
      while (app().logs.length === logged && Date.now() < deadline) await new Promise(setImmediate);
      const { requestId } = JSON.parse(answers[0]?.body ?? '');
      expect(app().logs.slice(logged)).toEqual([expect.objectContaining({ msg: 'request', status, requestId })]);
    });

    test('that goes on sending past the limit of a body gets its answer, and can be used again', async () => {
      const size = 8 * 1024 * 1024;
      const head = `POST /data HTTP/1.1\r\n${host}${json}Content-Length: ${size}\r\n\r\n`;
      const answers = await exchange(`${head}${' '.repeat(size)}${postRecord('after', close)}`);
      expect(answers.map(({ status }) => status)).toEqual([413, 200]);
    });

    test('that closes its connection afterwards gets its answer however much it still sends', async () => {
      const size = 5 * 1024 * 1024;
      const head = `POST /nowhere HTTP/1.1\r\n${host}${json}${close}Content-Length: ${size}\r\n\r\n`;
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => exchange(Buffer.concat([Buffer.from(head), Buffer.alloc(size, ' ')]))),
      );
      expect(answers.flat().map(({ status }) => status)).toEqual(Array(10).fill(404));
    });

    test('of HTTP/1.0 needs no Host', async () => {
      expect((await exchange('GET /health HTTP/1.0\r\n\r\n')).map(({ status }) => status)).toEqual([200]);
    });

    test('may name the whole address', async () => {
      const [answer] = await exchange(`GET http://localhost/health HTTP/1.1\r\n${host}${close}\r\n`);
      expect([answer?.status, answer?.body]).toEqual([200, 'ok']);
    });

    test('may ask to upgrade, and is not', async () => {
      const [answer] = await exchange(
        `GET /health HTTP/1.1\r\n${host}Connection: upgrade\r\nUpgrade: websocket\r\n\r\n`,
        1,
      );
      expect([answer?.status, answer?.body]).toEqual([200, 'ok']);
    });

    test('may wait for 100 Continue', async () => {
      const answers = await exchange(postRecord('continued', `Expect: 100-continue\r\n${close}`));
      expect(answers.map(({ status }) => status)).toEqual([100, 200]);
    });

    test('may send requests ahead, which are answered in order', async () => {
      const answers = await exchange(
        `${postRecord('a')}GET /data/a HTTP/1.1\r\n${host}\r\nGET /nowhere HTTP/1.1\r\n${host}${close}\r\n`,
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 404]);
    });

    test('may send writes ahead, which happen in order', async () => {
      const count = 20;
      const writes = Array.from({ length: count }, (_, index) => postRecord('ahead', '', String(index)));
      const reads = `GET /data/ahead HTTP/1.1\r\n${host}\r\n`;
      const answers = await exchange(
        `${writes.map((write) => write + reads).join('')}GET /health HTTP/1.1\r\n${host}${close}\r\n`,
      );
      const values = answers
        .filter((_, index) => index % 2 === 1 && index < 2 * count)
        .map(({ body }) => JSON.parse(body).value);
      expect(values).toEqual(Array.from({ length: count }, (_, index) => String(index)));
    });

    test('is told that its write is stored, though what follows is no HTTP', async () => {
      const [answer, ...rest] = await exchange(`${postRecord('stored')}GARBAGE\r\n\r\nmore\r\n\r\n`);
      expect([answer?.status, JSON.parse(answer?.body ?? '').message]).toEqual([200, 'Inserted new record.']);
      for (const other of rest) expectRawProblem(other, 400, 'bad_request');
    });

    test('that ends within a request leaves one log line and nothing stored', async () => {
      const { port } = await app().listen();
      const logged = app().logs.length;
      await new Promise<void>((resolve) => {
        const socket = connect({ port, host: '127.0.0.1' }, () => {
          socket.write(postRecord('half').slice(0, -3), () => setTimeout(() => socket.destroy(), 50));
        });
        socket.on('close', () => resolve());
      });
      const deadline = Date.now() + 15_000;
      while (app().logs.length === logged && Date.now() < deadline) await new Promise(setImmediate);
      expect(app().logs.slice(logged)).toEqual([
        expect.objectContaining({ msg: 'request', method: 'POST', route: '/data', status: 400 }),
      ]);
      expect((await app().app.inject('/data/half')).statusCode).toBe(404);
    });

    test('gets no 5xx and no silence, whatever the request line and headers', async () => {
      const token = fc.string({ unit: fc.constantFrom(...'GETPOSdata/%?&=#: ;,*~\\"\t\x7f\x01é09az'), maxLength: 30 });
      const line = fc.oneof(
        fc
          .tuple(fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'X'), token)
          .map(([method, path]) => `${method} /${path} HTTP/1.1`),
        token,
      );
      const header = fc.tuple(
        fc.oneof(
          fc.constantFrom(
            'Accept',
            'Accept-Encoding',
            'If-None-Match',
            'Authorization',
            'Content-Type',
            'Content-Length',
            'Transfer-Encoding',
            'Range',
            'Expect',
            'Upgrade',
            'Connection',
            'traceparent',
            'X-Forwarded-For',
            'X-Request-Id',
            'Host',
          ),
          token,
        ),
        token,
      );
      await fc.assert(
        fc.asyncProperty(line, fc.array(header, { maxLength: 6 }), token, async (first, headers, body) => {
          const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
          const answers = await exchange(Buffer.from(`${first}\r\n${host}${lines}${close}\r\n${body}`, 'latin1'), 1);
          for (const { status } of answers) expect(status).toBeLessThan(500);
        }),
        { numRuns: 150 },
      );
      expect((await post(app(), '/data', { key: 'alive', value: 'v' })).statusCode).toBe(200);
    });
  });
}
