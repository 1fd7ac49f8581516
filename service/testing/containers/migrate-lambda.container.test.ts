import { type LambdaRuntimeApi, startLambdaRuntimeApi } from '../lambda-runtime-api';
import { describeContainers } from './describe-containers';
import { buildImage, docker, inspect, runName, tryDocker } from './docker';

const image = `${runName}-lambda-image`;
const [network, database, lambda] = [`${runName}-lambda`, `${runName}-lambda-database`, `${runName}-migrate-lambda`];
const password = 'secret-of-test';

describeContainers('migrate-lambda in the image', () => {
  let api: LambdaRuntimeApi;

  beforeAll(async () => {
    await buildImage(image);
    await docker('network', 'create', network);
    const env = ['--env', `POSTGRES_PASSWORD=${password}`];
    await docker('run', '--detach', '--name', database, '--network', network, ...env, 'postgres:17');
    api = await startLambdaRuntimeApi('0.0.0.0');
    const [{ Gateway: gateway } = { Gateway: '' }] = await inspect<{ Gateway: string }[]>(network, '.IPAM.Config');
    const settings = [
      `AWS_LAMBDA_RUNTIME_API=${gateway}:${api.port}`,
      `POSTGRES_HOST=${database}`,
      'POSTGRES_DB=postgres',
    ];
    // Lambda gives a read-only file system and a user of its own, whom the image does not know.
    const surroundings = ['--network', network, '--read-only', '--user', '993:990', '--cap-drop', 'ALL'];
    const variables = settings.flatMap((setting) => ['--env', setting]);
    await docker('run', '--detach', '--name', lambda, ...surroundings, ...variables, image, 'migrate-lambda');
  });
  afterAll(async () => {
    await tryDocker('rm', '--force', '--volumes', lambda, database);
    await tryDocker('network', 'rm', network);
    await tryDocker('image', 'rm', '--force', image);
    await api?.close();
  });

  test('migrates with the credentials of the event, once', async () => {
    const event = { POSTGRES_PASSWORD: password, SERVICE_ROLE: 'taproom', SERVICE_ROLE_PASSWORD: 'password-of-role' };
    const first = await api.invoke(event);
    expect(first).toEqual({ response: { applied: expect.arrayContaining(['001_create_tables.sql']) } });
    expect(await api.invoke(event)).toEqual({ response: { applied: [] } });
  });

  test('answers an invocation that fails with an error, without the password, and takes the next', async () => {
    const failed = await api.invoke({ POSTGRES_PASSWORD: 'wrong-password' });
    expect(failed).toEqual({
      error: {
        errorType: expect.any(String),
        errorMessage: expect.stringContaining('password authentication failed'),
        stackTrace: [],
      },
    });
    expect(await api.invoke({ POSTGRES_PASSWORD: password })).toEqual({ response: { applied: [] } });
    const { stdout, stderr } = await tryDocker('logs', lambda);
    expect(stdout + stderr).not.toMatch(/wrong-password|secret-of-test|password-of-role/);
  });
});
