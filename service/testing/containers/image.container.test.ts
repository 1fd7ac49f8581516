import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describeContainers } from './describe-containers';
import { awaitHealthy, buildImage, docker, inspect, publishedAddress, runName, tryDocker } from './docker';
import { runCommand } from './run-command';

const image = `${runName}-image`;
const base = 'node:24-bookworm-slim';
/** As strict as a platform can be: nothing may be written, and no right is left. */
const restricted = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];

type ImageConfig = { User: string; Env: string[]; Labels: Record<string, string>; ExposedPorts: object };

describeContainers('the image', () => {
  beforeAll(() => buildImage(image, '--no-cache', '--build-arg', 'VERSION=1.2.3', '--build-arg', 'REVISION=0123abc'));
  afterAll(() => tryDocker('image', 'rm', '--force', image));

  describe('as it is built', () => {
    test('runs as a user without rights, by number, in production mode', async () => {
      const config = await inspect<ImageConfig>(image, '.Config');
      expect(config.User).toMatch(/^[1-9][0-9]+:[1-9][0-9]+$/);
      expect(config.Env).toEqual(expect.arrayContaining(['NODE_ENV=production', 'EMBEDDED_STORES=refused']));
      expect(Object.keys(config.ExposedPorts)).toEqual(['8080/tcp']);
    });

    test('carries the OCI labels, with version and revision from arguments', async () => {
      const { Labels } = await inspect<ImageConfig>(image, '.Config');
      expect(Labels).toMatchObject({
        'org.opencontainers.image.title': 'Taproom',
        'org.opencontainers.image.description': expect.stringContaining('Fastify'),
        'org.opencontainers.image.licenses': 'Apache-2.0',
        'org.opencontainers.image.source': expect.any(String),
        'org.opencontainers.image.version': '1.2.3',
        'org.opencontainers.image.revision': '0123abc',
        'org.opencontainers.image.base.name': base,
      });
    });

    test('adds less than 5 MB to its base', async () => {
      const added = (await inspect<number>(image, '.Size')) - (await inspect<number>(base, '.Size'));
      process.stderr.write(`containers: the image adds ${(added / 1e6).toFixed(2)} MB to ${base}\n`);
      expect(added).toBeGreaterThan(0);
      expect(added).toBeLessThan(5_000_000);
    });

    test('holds the bundle and what it reads, and no package, source or embedded database', async () => {
      const list = (...find: string[]) => docker('run', '--rm', '--user', '0', '--entrypoint', 'find', image, ...find);
      const files = (await list('/app', '-type', 'f')).split('\n');
      expect(files).toEqual(expect.arrayContaining(['/app/server.js', '/app/LICENSE', '/app/docs/swagger-ui.css']));
      expect(
        files.filter((file) => !/^\/app\/(server|LICENSE|docs\/|migrations\/[0-9]{3}_|page\/)/.test(file)),
      ).toEqual([]);
      const unwanted = ['(', '-iname', '*pglite*', '-o', '-name', 'esbuild', '-o', '-name', '@pulumi', ')'];
      expect(await list('/', '-xdev', '-path', '/proc', '-prune', '-o', ...unwanted, '-print')).toBe('');
    });

    test('gives nobody but root the right to change its files', async () => {
      const writable = ['/app', '(', '-not', '-user', 'root', '-o', '-perm', '/022', ')'];
      expect(await docker('run', '--rm', '--user', '0', '--entrypoint', 'find', image, ...writable)).toBe('');
    });
  });

  describe('built once more, cold', () => {
    const program = findBuildKitProgram();
    const testBuildKit = program === undefined ? test.skip : test;
    testBuildKit('has the same layers when BuildKit builds it', async () => {
      const again = `${image}-again`;
      const env = { DOCKER_BUILDKIT: '1' };
      const context = join(__dirname, '../../..');
      await runCommand(program as string, ['build', '--no-cache', '--tag', again, context], { env });
      const layers = (name: string) => inspect<string[]>(name, '.RootFS.Layers');
      // BuildKit writes an empty layer for WORKDIR, which the classic builder leaves out.
      expect((await layers(again)).slice(0, (await layers(image)).length)).toEqual(await layers(image));
      await docker('image', 'rm', again);
    });
  });

  describe('without a database', () => {
    test.each([['server'], ['migrate'], ['seed']])('%s stops, naming what to set', async (command) => {
      const { code, stderr } = await tryDocker('run', '--rm', ...restricted, image, command);
      expect(code).toBe(1);
      expect(stderr).toContain('POSTGRES_HOST or DATABASE_URL must be set');
    });
  });

  describe('with a database', () => {
    const [network, database] = [`${runName}-network`, `${runName}-database`];
    const url = `DATABASE_URL=postgres://postgres:secret-of-test@${database}/postgres`;
    const run = (...args: string[]) => ['run', '--network', network, '--env', url, ...restricted, ...args];

    beforeAll(async () => {
      await docker('network', 'create', network);
      const password = ['--env', 'POSTGRES_PASSWORD=secret-of-test'];
      await docker('run', '--detach', '--name', database, '--network', network, ...password, 'postgres:17');
    });
    afterAll(async () => {
      await tryDocker('rm', '--force', '--volumes', database);
      await tryDocker('network', 'rm', network);
    });

    test('migrates, and finds nothing to do the second time', async () => {
      expect(await docker(...run('--rm', image, 'migrate'))).toContain('"migrations applied"');
      expect(await docker(...run('--rm', image, 'migrate'))).toContain('"the schema is current"');
    });

    test('serves on a read-only file system, becomes healthy, and ends with 0 within 10 s of SIGTERM', async () => {
      const name = `${runName}-service`;
      const health = ['--health-interval', '1s'];
      await docker(...run('--detach', '--name', name, '--publish', '127.0.0.1::8080', ...health, image));
      try {
        await awaitHealthy(name);
        const address = await publishedAddress(name);
        await poll503(`${address}/startup`);
        const written = await fetch(`${address}/data`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"key":"a","value":"b"}',
        });
        expect(await written.json()).toMatchObject({ message: 'Inserted new record.' });
        expect(await docker('exec', name, 'id', '-u')).toBe('10001');
        expect((await tryDocker('exec', name, 'touch', '/app/x')).code).not.toBe(0);
        const begin = performance.now();
        await docker('stop', '--time', '30', name);
        expect(performance.now() - begin).toBeLessThan(10_000);
        expect(await inspect<number>(name, '.State.ExitCode')).toBe(0);
      } finally {
        await tryDocker('rm', '--force', name);
      }
    });
  });
});

/** Waits while the answer is 503. */
async function poll503(url: string): Promise<void> {
  while ((await fetch(url)).status === 503) await delay(100);
}

/** A docker program that can speak to BuildKit: by its plug-in buildx or, before version 23, by itself. */
function findBuildKitProgram(): string | undefined {
  const programs = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'docker'));
  return programs.filter(existsSync).find((program) => {
    try {
      execFileSync(program, ['build', '--help'], { env: { ...process.env, DOCKER_BUILDKIT: '1' }, stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}
