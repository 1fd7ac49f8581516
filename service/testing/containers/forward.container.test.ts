import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { poll } from '../servers/poll';
import { describeContainers } from './describe-containers';
import { awaitHealthy, buildImage, docker, inspect, publishedAddress, runName, tryDocker } from './docker';

const image = `${runName}-forward-image`;
const named = (part: string) => `${runName}-forward-${part}`;
const network = named('network');
const restricted = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];
const onDatabase = ['--env', `DATABASE_URL=postgres://postgres:secret-of-test@${named('database')}/postgres`];
const run = (name: string, ...args: string[]) =>
  docker('run', '--detach', '--name', name, '--network', network, ...restricted, ...args);

/** As the local target's: found by its alias, and given time to drain. */
async function startService(name: string): Promise<void> {
  const release = ['--env', `SERVICE_VERSION=${name}`, '--env', 'DRAIN_SECONDS=3'];
  await run(name, '--network-alias', 'service', ...onDatabase, ...release, '--health-interval', '1s', image);
  await awaitHealthy(name);
}

type Seen = { rounds: number; failures: string[]; releases: Set<string> };

/** Users that come again and again on connections that they keep, or on new ones, until `stop`. */
function startUsers(url: string, agents: readonly Agent[]): { stop(): Promise<Seen> } {
  const seen: Seen = { rounds: 0, failures: [], releases: new Set() };
  let isOver = false;
  const use = async (agent: Agent) => {
    while (!isOver) {
      seen.rounds += 1;
      try {
        const { status, headers } = await ask(`${url}/beers`, agent);
        if (status !== 200) seen.failures.push(`status ${status}`);
        seen.releases.add(String(headers['x-service-version']));
      } catch (error) {
        seen.failures.push((error as Error).message);
      }
      await delay(5);
    }
  };
  const users = agents.map(use);
  return {
    stop: async () => {
      isOver = true;
      await Promise.all(users);
      return seen;
    },
  };
}

function ask(url: string, agent: Agent): Promise<{ status: number | undefined; headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, signal: AbortSignal.timeout(10_000) }, (answer) => {
      answer.resume().once('end', () => resolve({ status: answer.statusCode, headers: answer.headers }));
      answer.once('error', reject);
    });
    asked.once('error', reject).end();
  });
}

describeContainers('the front of the local target', () => {
  let url: string;

  beforeAll(async () => {
    await buildImage(image);
    await docker('network', 'create', network);
    const password = ['--env', 'POSTGRES_PASSWORD=secret-of-test'];
    await docker('run', '--detach', '--name', named('database'), '--network', network, ...password, 'postgres:17');
    await docker('run', '--rm', '--network', network, ...onDatabase, ...restricted, image, 'migrate');
    await run(named('front'), '--publish', '127.0.0.1::8080', '--no-healthcheck', image, 'forward', 'service:8080');
    url = await publishedAddress(named('front'));
    await startService(named('one'));
    const isReached = async () => (await fetch(`${url}/startup`)).status === 200;
    await poll('the front leads to the service', isReached, 60_000);
  });
  afterAll(async () => {
    const containers = (await docker('ps', '--all', '--quiet', '--filter', `name=${named('')}`)).split('\n');
    await tryDocker('rm', '--force', '--volumes', ...containers);
    await tryDocker('network', 'rm', network);
    await tryDocker('image', 'rm', '--force', image);
  });

  test('loses no request while one container takes the place of another', async () => {
    const agents = [true, true, true, false, false].map((keepAlive) => new Agent({ keepAlive }));
    const users = startUsers(url, agents);
    await startService(named('two'));
    await docker('stop', '--time', '15', named('one'));
    expect(await inspect<number>(named('one'), '.State.ExitCode')).toBe(0);
    await docker('rm', named('one'));
    await delay(1_000);
    const seen = await users.stop();
    for (const agent of agents) agent.destroy();

    expect(seen.failures).toEqual([]);
    expect(seen.rounds).toBeGreaterThan(100);
    expect([...seen.releases].sort()).toEqual([named('one'), named('two')]);
    expect((await fetch(`${url}/beers`)).headers.get('x-service-version')).toBe(named('two'));
  });

  test('does not lead to a container that is not ready, under the same name', async () => {
    const nowhere = ['--env', 'DATABASE_URL=postgres://postgres:x@nowhere.invalid/postgres'];
    await run(named('sick'), '--network-alias', 'service', ...nowhere, image);
    const states = async () => (await docker('logs', named('front'))).split('\n').at(-1) ?? '';
    await poll('the front has seen it', async () => /true.*false|false.*true/.test(await states()), 30_000);
    const agent = new Agent({ keepAlive: false });
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(`${url}/beers`, agent)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await docker('rm', '--force', named('sick'));
  });

  test('keeps callers waiting while the only container starts again', async () => {
    await docker('stop', '--time', '15', named('two'));
    const pending = fetch(`${url}/health`);
    await docker('start', named('two'));
    expect((await pending).status).toBe(200);
  });

  test('ends by itself when it is told to', async () => {
    await docker('stop', '--time', '10', named('front'));
    expect(await inspect<number>(named('front'), '.State.ExitCode')).toBe(0);
  });
});
