import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { putImage } from '../cloud/image-engine';
import { dockerBuild } from '../docker-build/docker-build';
import type { Bag } from '../protocol/values';
import { createRuntime } from '../runtime/create-runtime';
import type { Runtime } from '../runtime/runtime';
import { createWorld, type World } from '../testing/world';
import { docker } from './docker';

const types = {
  container: 'docker:index/container:Container',
  image: 'docker:index/remoteImage:RemoteImage',
  network: 'docker:index/network:Network',
  tag: 'docker:index/tag:Tag',
  volume: 'docker:index/volume:Volume',
} as const;

/** A server that answers on 8080, and a command that fails. */
const program = `
const { createServer } = require('node:http');
if (process.argv[2] === 'fail') { console.log('it went wrong'); process.exit(3); }
if (process.argv[2] === 'ask') {
  require('node:dns').lookup('greeter', { all: true }, (error, found) => {
    if (error) { console.log(error.code); process.exit(); }
    const ask = ({ address }) => fetch('http://' + address + ':8080').then((answer) => answer.text());
    Promise.all(found.map(ask)).then((texts) => { console.log(texts.sort().join()); process.exit(); });
  });
  return;
}
if (process.argv[2] === 'once') { console.log(process.env.SECRET); process.exit(0); }
createServer((request, response) => response.end(process.env.GREETING)).listen(8080);
process.on('SIGTERM', () => setTimeout(() => process.exit(0), Number(process.env.DRAIN_MS ?? 0)));
`;
const ask = "fetch('http://127.0.0.1:8080').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))";
const healthcheck = { tests: ['CMD', 'node', '-e', ask] };

let folder: string;
let runtime: Runtime;
let world: World;
let id: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rehearsal-docker-'));
  writeFileSync(
    join(folder, 'Dockerfile'),
    'FROM scratch\nWORKDIR /app\nCOPY . ./\nUSER 1000\nENTRYPOINT ["node", "main.js"]\n',
  );
  writeFileSync(join(folder, 'main.js'), program);
  runtime = await createRuntime();
});

beforeEach(async () => {
  world = createWorld({ packages: [docker, dockerBuild], runtime });
  const built = await world.apply('docker-build:index:Image', 'image', {
    context: { location: folder },
    push: false,
    load: true,
    tags: ['orders:one'],
  });
  id = String(built.digest);
});

afterEach(async () => {
  for (const name of [...made].reverse()) await world.destroy(name);
  made.clear();
});

afterAll(async () => {
  await runtime.close();
  rmSync(folder, { recursive: true, force: true });
});

const made = new Set<string>();

async function apply(type: keyof typeof types, name: string, inputs: Bag): Promise<Bag & { id: string }> {
  made.add(name);
  return world.apply(types[type], name, { name, ...inputs }).catch((error: Error) => {
    if (!world.cloud.everything().some((entity) => entity.name === name)) made.delete(name);
    throw error;
  });
}

async function freePort(): Promise<number> {
  const server = await listen(0);
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, '127.0.0.1', () => resolve(server));
  });
}

describe('a container of a built image', () => {
  test('answers on the port that it publishes, once its own check is well, and no longer when it is removed', async () => {
    const external = await freePort();
    const ports = [{ internal: 8080, external, ip: '127.0.0.1' }];
    await apply('container', 'orders', { image: id, envs: ['GREETING=hello'], ports, wait: true, healthcheck });
    const answer = await fetch(`http://localhost:${external}`);
    expect(await answer.text()).toBe('hello');
    await world.destroy('orders');
    made.delete('orders');
    await expect(fetch(`http://localhost:${external}`)).rejects.toThrow('fetch failed');
  });

  test('tells how it ended when it is attached, and is no failure', async () => {
    const once = { image: id, attach: true, logs: true, mustRun: false };
    const failed = await apply('container', 'failed', { ...once, command: ['fail'] });
    expect([failed.exitCode, failed.containerLogs]).toEqual([3, 'it went wrong']);
  });

  test('reads what was put into its volume by a container that never starts', async () => {
    const { name } = await apply('volume', 'credentials', {});
    const volumes = [{ volumeName: name as string, containerPath: '/run/credentials' }];
    const uploads = [{ file: '/run/credentials/orders.env', content: 'SECRET=hidden\n', permissions: '0444' }];
    await apply('container', 'carrier', { image: 'postgres:17', start: false, mustRun: false, volumes, uploads });
    const entrypoints = ['node', '--env-file=/run/credentials/orders.env', 'main.js'];
    const once = { image: id, attach: true, logs: true, mustRun: false, entrypoints, command: ['once'], volumes };
    expect((await apply('container', 'reader', once)).containerLogs).toBe('hidden');
  });

  test('exists but failed when it does not get healthy', async () => {
    const tests = ['CMD', 'node', '-e', 'process.exit(1)'];
    const inputs = { image: id, wait: true, waitTimeout: 1, healthcheck: { tests } };
    await expect(apply('container', 'sick', inputs)).rejects.toThrow('container failed to be in healthy state');
    expect(world.cloud.everything().some(({ name }) => name === 'sick')).toBe(true);
  });
});

describe('a network', () => {
  const healthy = { wait: true, healthcheck };
  const greet = (name: string, greeting: string, drainMs = 0) =>
    apply('container', name, {
      image: id,
      ...healthy,
      envs: [`GREETING=${greeting}`, `DRAIN_MS=${drainMs}`],
      networksAdvanced: [{ name: 'here', aliases: ['greeter'] }],
      destroyGraceSeconds: 10,
    });
  const ask = async (name: string, network: string) => {
    const once = { image: id, attach: true, logs: true, mustRun: false, command: ['ask'] };
    return (await apply('container', name, { ...once, networksAdvanced: [{ name: network }] })).containerLogs;
  };
  beforeEach(async () => {
    for (const name of ['here', 'there']) await apply('network', name, {});
  });

  test('leads by one alias to all containers that have it, and from another network to none', async () => {
    await greet('one', 'hello');
    await greet('two', 'good day');
    expect(await ask('neighbour', 'here')).toBe('good day,hello');
    expect(await ask('stranger', 'there')).toBe('ENOTFOUND');
  });

  test('leads to a container until it has ended, for which it has the time that it was given', async () => {
    await greet('one', 'hello', 3_000);
    const ending = world.destroy('one');
    expect(await ask('during', 'here')).toBe('hello');
    await ending;
    made.delete('one');
    expect(await ask('after', 'here')).toBe('ENOTFOUND');
  });
});

describe('networks and volumes', () => {
  test('cannot be removed while a container uses them', async () => {
    await apply('network', 'stores', { internal: true });
    await apply('volume', 'data', {});
    const networksAdvanced = [{ name: 'stores', aliases: ['db'] }];
    const volumes = [{ volumeName: 'data', containerPath: '/data' }];
    await apply('container', 'orders', { image: id, networksAdvanced, volumes });
    await expect(world.destroy('stores')).rejects.toThrow('has active endpoints');
    await expect(world.destroy('data')).rejects.toThrow('volume is in use');
  });
});

describe('images', () => {
  test('are found by name, by id and by a tag that was added', async () => {
    const { sourceImageId } = await world.apply(types.tag, 'kept', {
      sourceImage: 'orders:one',
      targetImage: `orders:${id.replace(':', '-')}`,
    });
    expect(sourceImageId).toBe(id);
    await apply('container', 'orders', { image: `orders:${id.replace(':', '-')}`, start: false });
  });

  test('of stores are pulled', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(await apply('image', 'postgres', { name: `postgres:17@${digest}` })).toMatchObject({ imageId: digest });
  });
});

type Mutation = { rule: string; what: string; type: keyof typeof types; inputs: Bag };

const mutations: Mutation[] = [
  { rule: 'docker.container.name', what: 'a space', type: 'container', inputs: { name: 'or ders' } },
  { rule: 'docker.container.memory-minimum', what: '4 MB', type: 'container', inputs: { memory: 4 } },
  {
    rule: 'docker.container.memory-swap',
    what: 'less than memory',
    type: 'container',
    inputs: { memory: 64, memorySwap: 32 },
  },
  { rule: 'docker.container.memory-swap', what: 'no memory', type: 'container', inputs: { memorySwap: 32 } },
  { rule: 'docker.container.cpus', what: 'a thousand', type: 'container', inputs: { cpus: '1000' } },
  { rule: 'docker.container.cpus', what: 'a thousandth', type: 'container', inputs: { cpus: '0.001' } },
  { rule: 'docker.container.env-format', what: 'no name', type: 'container', inputs: { envs: ['=value'] } },
  {
    rule: 'docker.container.empty-argument',
    what: '--save ""',
    type: 'container',
    inputs: { command: ['--save', ''] },
  },
  { rule: 'docker.container.upload-source', what: 'nothing', type: 'container', inputs: { uploads: [{ file: '/x' }] } },
  {
    rule: 'docker.container.upload-source',
    what: 'two things',
    type: 'container',
    inputs: { uploads: [{ file: '/x', content: 'a', source: 'b' }] },
  },
  {
    rule: 'docker.container.upload-permissions',
    what: 'three digits',
    type: 'container',
    inputs: { uploads: [{ file: '/x', content: 'a', permissions: '444' }] },
  },
  {
    rule: 'docker.container.upload-read-only',
    what: 'a read-only file system',
    type: 'container',
    inputs: { readOnly: true, uploads: [{ file: '/x', content: 'a' }] },
  },
  { rule: 'docker.container.restart', what: 'sometimes', type: 'container', inputs: { restart: 'sometimes' } },
  {
    rule: 'docker.container.restart',
    what: 'a number of attempts for always',
    type: 'container',
    inputs: { restart: 'always', maxRetryCount: 3 },
  },
  {
    rule: 'docker.container.health-check-form',
    what: 'a command alone',
    type: 'container',
    inputs: { healthcheck: { tests: ['node', 'check.js'] } },
  },
  {
    rule: 'docker.container.health-check-times',
    what: 'a number',
    type: 'container',
    inputs: { healthcheck: { tests: ['NONE'], interval: '10' } },
  },
  {
    rule: 'docker.container.security-option',
    what: 'one that does not exist',
    type: 'container',
    inputs: { securityOpts: ['no-privileges'] },
  },
  {
    rule: 'docker.container.capability',
    what: 'lower case',
    type: 'container',
    inputs: { capabilities: { drops: ['all of them'] } },
  },
  {
    rule: 'docker.container.volume',
    what: 'a relative path',
    type: 'container',
    inputs: { volumes: [{ volumeName: 'data', containerPath: 'data' }] },
  },
  {
    rule: 'docker.container.volume-name',
    what: 'a space',
    type: 'container',
    inputs: { volumes: [{ volumeName: 'my data', containerPath: '/data' }] },
  },
  {
    rule: 'docker.container.image-exists',
    what: 'an id that the engine does not have',
    type: 'container',
    inputs: { image: `sha256:${'0'.repeat(64)}` },
  },
  {
    rule: 'docker.container.network-exists',
    what: 'a network that is not there',
    type: 'container',
    inputs: { networksAdvanced: [{ name: 'nowhere' }] },
  },
  {
    rule: 'docker.container.wait-needs-health-check',
    what: 'none',
    type: 'container',
    inputs: { wait: true, healthcheck: { tests: ['NONE'] } },
  },
  { rule: 'docker.image.reference', what: 'capitals', type: 'image', inputs: { name: 'Postgres:17' } },
  { rule: 'docker.volume.name', what: 'a slash', type: 'volume', inputs: { name: 'my/data' } },
  { rule: 'docker.network.name', what: 'the name of one that is there', type: 'network', inputs: { name: 'bridge' } },
  { rule: 'docker.network.driver', what: 'one of a swarm', type: 'network', inputs: { driver: 'nat' } },
];

describe('what Docker refuses', () => {
  test.each(mutations)('$rule: $what', async ({ rule, type, inputs }) => {
    const sound: Bag = type === 'container' ? { image: id } : {};
    await expect(apply(type, 'orders', { ...sound, ...inputs })).rejects.toThrow(`[rule ${rule}:`);
  });

  test('docker.tag.reference: a digest as the target', async () => {
    const inputs = { sourceImage: 'orders:one', targetImage: `orders@${id}` };
    await expect(world.apply(types.tag, 'kept', inputs)).rejects.toThrow('[rule docker.tag.reference:');
  });

  test('docker.container.port-allocated: a port that another process, or another container, has', async () => {
    const server = await listen(0);
    const { port: external } = server.address() as { port: number };
    const ports = [{ internal: 8080, external, ip: '127.0.0.1' }];
    const inputs = { image: id, envs: ['GREETING=hello'], ports };
    await expect(apply('container', 'late', inputs)).rejects.toThrow(/address already in use.*port-allocated/);
    await new Promise((resolve) => server.close(resolve));
    await expect(apply('container', 'later', inputs)).rejects.toThrow(/port is already allocated.*port-allocated/);
  });

  test('two containers of one name', async () => {
    await apply('container', 'orders', { image: id, start: false });
    await expect(apply('container', 'again', { name: 'orders', image: id, start: false })).rejects.toThrow(
      'The container name "/orders" is already in use',
    );
  });

  test('a tag of an image that is not there', async () => {
    const inputs = { sourceImage: 'orders:two', targetImage: 'orders:three' };
    await expect(world.apply(types.tag, 'kept', inputs)).rejects.toThrow('No such image: orders:two');
  });

  test('a container whose image runs nothing here', async () => {
    putImage(world.cloud, 'nginx:1', { id: `sha256:${'b'.repeat(64)}`, repoDigest: '' });
    await expect(apply('container', 'web', { image: 'nginx:1' })).rejects.toThrow('not simulated: the program of');
  });
});
