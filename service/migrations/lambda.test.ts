import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LambdaRuntimeApi, startLambdaRuntimeApi } from '../testing/lambda-runtime-api';
import { type Bundle, buildBundle, killServices, startService } from '../testing/servers/service-process';
import { migrationNames } from './schema-version';

let bundle: Bundle;
let api: LambdaRuntimeApi;
let folder: string;

beforeAll(() => {
  bundle = buildBundle();
});
afterAll(() => bundle.remove());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'taproom-lambda-'));
  api = await startLambdaRuntimeApi();
});
afterEach(async () => {
  await killServices();
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

function startLambda(env: Record<string, string> = {}) {
  const runtimeApi = { AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${api.port}`, DATA_DIR: join(folder, 'data') };
  return startService(bundle, { ...runtimeApi, ...env }, ['migrate-lambda']);
}

describe('migrate-lambda', () => {
  test('migrates at each invocation and tells what it applied', async () => {
    startLambda();
    expect(await api.invoke({})).toEqual({ response: { applied: migrationNames() } });
    expect(await api.invoke({})).toEqual({ response: { applied: [] } });
  });

  test('reads variables from the event before those of the environment', async () => {
    startLambda({ POSTGRES_TLS: 'sometimes', DATA_DIR: '/nowhere' });
    const event = { POSTGRES_TLS: 'off', DATA_DIR: join(folder, 'other') };
    expect(await api.invoke(event)).toEqual({ response: { applied: migrationNames() } });
  });

  test('answers each failure with an error that names the setting, and stays alive', async () => {
    const lambda = startLambda();
    const error = {
      errorType: 'ConfigError',
      errorMessage: expect.stringContaining('POSTGRES_TLS must be one of off, verify-ca, verify-full'),
      stackTrace: [],
    };
    const event = { POSTGRES_TLS: 'sometimes', POSTGRES_PASSWORD: 'never-shown' };
    expect(await api.invoke(event)).toEqual({ error });
    expect(await api.invoke(event)).toEqual({ error });
    expect(lambda.output()).not.toContain('never-shown');
  });

  test.each([['text'], [null], [[]]])('takes the event %j for one without variables', async (event) => {
    startLambda({ POSTGRES_TLS: 'sometimes' });
    expect(await api.invoke(event)).toHaveProperty('error.errorType', 'ConfigError');
  });

  test('waits for an event, and ends only when it is told to', async () => {
    const lambda = startLambda();
    await api.idle();
    lambda.kill('SIGTERM');
    expect(await lambda.exit).toEqual({ code: null, signal: 'SIGTERM' });
  });

  test('stops with a plain message outside of Lambda', async () => {
    const lambda = startService(bundle, {}, ['migrate-lambda']);
    expect((await lambda.exit).code).toBe(1);
    expect(lambda.output()).toContain('AWS_LAMBDA_RUNTIME_API is not set');
  });
});
