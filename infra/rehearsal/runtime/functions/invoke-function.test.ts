import { createRuntime } from '../create-runtime';
import type { FunctionResult, Runtime } from '../runtime';
import { buildTinyImage, noNetwork } from '../testing/build-tiny-image';

let runtime: Runtime;

beforeAll(async () => {
  runtime = await createRuntime();
});

afterAll(() => runtime.close());

/** A function as runtimes are: it asks for an event, and answers what `handle` gives. */
const loop = (handle: string) => `
  const base = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation';
  (async () => {
    for (;;) {
      const next = await fetch(base + '/next');
      const id = next.headers.get('lambda-runtime-aws-request-id');
      const event = await next.json();
      const post = (path, body) => fetch(base + '/' + id + '/' + path, { method: 'POST', body: JSON.stringify(body) });
      ${handle}
    }
  })();
`;

async function invoke(program: string, timeoutSeconds = 10): Promise<FunctionResult> {
  const { digest } = await buildTinyImage(runtime, program);
  const spec = { name: 'tiny', digest, env: {}, network: noNetwork, logGroup: '/aws/lambda/tiny' };
  return runtime.invokeFunction(spec, '{"count":2}', timeoutSeconds);
}

describe('invokeFunction', () => {
  test('gives what the function answers', async () => {
    expect(await invoke(loop("await post('response', { doubled: event.count * 2 });"))).toEqual({
      ok: true,
      payload: '{"doubled":4}',
    });
  });

  test('gives its error', async () => {
    const handle =
      "await post('error', { errorType: 'MigrationError', errorMessage: 'no such table', stackTrace: [] });";
    expect(await invoke(loop(handle))).toEqual({
      ok: false,
      errorType: 'MigrationError',
      errorMessage: 'no such table',
    });
    expect(runtime.logs.read('/aws/lambda/tiny').join('\n')).toContain('[ERROR] MigrationError: no such table');
  });

  test.each([
    ['ends before it answers', 'process.exit(7)', 'Runtime.ExitError', 'exit status 7'],
    ['takes too long', 'setInterval(() => {}, 1000)', 'Sandbox.Timedout', 'Task timed out after 0.50 seconds'],
  ])('fails a function that %s', async (_what, program, errorType, message) => {
    expect(await invoke(program, 0.5)).toMatchObject({
      ok: false,
      errorType,
      errorMessage: expect.stringContaining(message),
    });
  });
});
