import { runCommand, tryCommand } from '../../service/testing/containers/run-command';
import { poll } from '../../service/testing/servers/poll';
import { type PostgresServer, startPostgres } from '../../service/testing/servers/postgres';
import { findFreePort } from '../../service/testing/servers/server-process';
import type { ImageOutputs } from './image-stack';
import { describeImage } from './image-tier';
import { startWorkbench, type Workbench } from './workbench';

/** As strict as a platform can be; the machine's own network, where the database is. */
const surroundings = ['--network', 'host', '--read-only', '--cap-drop', 'ALL'];

describeImage('the image of the digest that was deployed', () => {
  let bench: Workbench;
  let postgres: PostgresServer;
  let deployed: ImageOutputs;
  let reference: string;
  const docker = (...args: string[]) => runCommand('docker', args, { env: { DOCKER_CONFIG: bench.dockerConfig } });
  const variables = (env: Record<string, string>) =>
    Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  const migrate = () => docker('run', '--rm', ...surroundings, ...variables(postgres.env), reference, 'migrate');
  const imageId = (name: string) => docker('inspect', '--format', '{{.Id}}', name);

  beforeAll(async () => {
    bench = await startWorkbench();
    postgres = await startPostgres();
    deployed = await (await bench.openStack()).up(bench.settings('deployed'));
    reference = deployed.references.aws ?? '';
    for (const each of Object.values(deployed.references)) await docker('pull', '--quiet', each);
  });
  afterAll(async () => {
    await tryCommand('docker', ['image', 'rm', '--force', ...Object.values(deployed?.references ?? {})]);
    await postgres?.stop();
    await bench?.stop();
  });

  test('is the same image from both registries', async () => {
    const [here, there] = await Promise.all(Object.values(deployed.references).map(imageId));
    expect(here).toMatch(/^sha256:/);
    expect(there).toBe(here);
  });

  test('migrates a real Postgres, and finds nothing to do the second time', async () => {
    await postgres.query('drop schema public cascade; create schema public');
    expect(await migrate()).toContain('"migrations applied"');
    expect(await migrate()).toContain('"the schema is current"');
  });

  test('serves from it', async () => {
    await migrate();
    const port = await findFreePort();
    const env = { ...postgres.env, PORT: String(port), HOST: '127.0.0.1', SERVICE_VERSION: deployed.digest };
    const container = await docker('run', '--detach', ...surroundings, ...variables(env), reference);
    try {
      const address = `http://127.0.0.1:${port}`;
      await poll('the service is ready', async () => (await fetch(`${address}/ready`)).status === 200, 60_000);
      const headers = { 'content-type': 'application/json' };
      const written = await fetch(`${address}/data`, {
        method: 'POST',
        headers,
        body: '{"key":"beer","value":"stout"}',
      });
      expect(await written.json()).toMatchObject({ message: 'Inserted new record.' });
      expect(written.headers.get('x-service-version')).toBe(deployed.digest);
      expect(await postgres.query("select value from data_record where key = 'beer'")).toEqual([{ value: 'stout' }]);
    } finally {
      await docker('rm', '--force', container);
    }
  });
});
