import swagger from '@fastify/swagger';
import fc from 'fast-check';
import Fastify, { type FastifyInstance } from 'fastify';
import { increment } from './increment';
import { calculatorRoutes } from './routes';

describe('GET /api/:value', () => {
  let app: FastifyInstance;

  beforeAll(async () => {
    app = Fastify({ http: { maxHeaderSize: 32 * 1024 }, routerOptions: { maxParamLength: 40_000 } });
    await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 'calculator', version: '1' } } });
    await app.register(calculatorRoutes);
    await app.ready();
  });

  afterAll(() => app.close());

  const get = (segment: string) => app.inject(`/api/${segment}`);

  test('answers the integer plus one as JSON', async () => {
    const response = await get('5');
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(response.headers['content-length']).toBe('27');
    expect(response.body).toBe('{"success":true,"answer":6}');
  });

  test('answers an integer past 2^53 as a JSON number, digit by digit', async () => {
    expect((await get('9007199254740993')).body).toBe('{"success":true,"answer":9007199254740994}');
  });

  test.each(['10', '010', '+10', '%2B10', '1_0', '%20%E3%80%8010%0A', '%D9%A1%D9%A0'])(
    'refuses the value 10 as %s',
    async (segment) => {
      const response = await get(segment);
      expect(response.statusCode).toBe(400);
      expect(response.headers['content-type']).toBe('text/plain; charset=utf-8');
      expect(response.body).toBe('Caught exception when calculating results: Invalid value!');
    },
  );

  test('answers what is no integer with the message of Python, as UTF-8 text', async () => {
    const response = await get(encodeURIComponent("<b>it's 🍺</b>\n\u200b"));
    expect(response.statusCode).toBe(400);
    expect(response.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(response.body).toBe(
      `Caught exception when calculating results: invalid literal for int() with base 10: "<b>it's 🍺</b>\\n\\u200b"`,
    );
  });

  test('reads the whole decoded segment, whatever its characters', async () => {
    const texts = fc.string({
      unit: fc.oneof(fc.constantFrom(...'0123456789_+- %2BF/?#;&=\\\0'), fc.constantFrom('٣', 'é', '🍺', '\u3000')),
      minLength: 1,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const response = await get(encodeURIComponent(text));
        const expected = increment(text);
        expect(response.statusCode).toBe(expected.ok ? 200 : 400);
        expect(response.body).toBe(expected.ok ? expected.json : expected.message);
      }),
    );
  });

  test('reads an empty segment as int() reads empty text', async () => {
    const response = await get('');
    expect(response.statusCode).toBe(400);
    expect(response.body).toBe("Caught exception when calculating results: invalid literal for int() with base 10: ''");
  });

  test('takes 4300 Arabic digits, percent-encoded, over a connection', async () => {
    const address = await app.listen({ port: 0, host: '127.0.0.1' });
    const response = await fetch(`${address}/api/${encodeURIComponent(`${'٣'.repeat(4_299)}٤`)}`);
    expect(await response.text()).toBe(`{"success":true,"answer":${'3'.repeat(4_299)}5}`);
  });

  test('answers HEAD as GET, without the body', async () => {
    const response = await app.inject({ method: 'HEAD', url: '/api/5' });
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-length']).toBe('27');
    expect(response.body).toBe('');
  });

  test('is documented with every answer', () => {
    const operation = app.swagger().paths?.['/api/{value}']?.get;
    expect(operation?.summary).toBe('An integer plus one');
    expect(operation?.responses).toMatchObject({
      200: { content: { 'application/json': { schema: { properties: { answer: { type: 'integer' } } } } } },
      400: {
        content: {
          'text/plain': { examples: { ten: { value: 'Caught exception when calculating results: Invalid value!' } } },
          'application/problem+json': { schema: { title: 'Problem' } },
        },
      },
    });
  });
});
