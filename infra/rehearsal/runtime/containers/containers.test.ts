import { poll } from '../../../../service/testing/servers/poll';
import { createRuntime } from '../create-runtime';
import type { Container, ContainerSpec, Network, Route, Runtime } from '../runtime';
import { buildTinyImage, noNetwork } from '../testing/build-tiny-image';

let runtime: Runtime;

beforeAll(async () => {
  runtime = await createRuntime();
});

afterAll(() => runtime.close());

const tcpProbe = {
  kind: 'tcp',
  port: 8080,
  initialDelaySeconds: 0,
  intervalSeconds: 1,
  timeoutSeconds: 1,
  healthyThreshold: 1,
  unhealthyThreshold: 10,
} as const;

let count = 0;

async function start(
  program: string,
  more: Partial<ContainerSpec> = {},
): Promise<{ container: Container; group: string }> {
  const image = await buildTinyImage(runtime, program);
  count += 1;
  const spec = { name: `tiny-${count}`, digest: image.digest, env: {}, network: noNetwork, logGroup: `tiny-${count}` };
  return { container: await runtime.startContainer({ ...spec, ...more }), group: spec.logGroup };
}

/** Runs a program to its end and gives what it has printed. */
async function run(program: string, more: Partial<ContainerSpec> = {}): Promise<readonly string[]> {
  const { container, group } = await start(program, more);
  await container.ended;
  return runtime.logs.read(group);
}

const to = (answer: Route): Network => ({ route: () => answer });
const connecting = `
  const socket = require('node:net').connect(5432, 'db.internal');
  socket.setTimeout(300, () => { console.log('gave up'); socket.destroy(); });
  socket.on('connect', () => { console.log('connected'); socket.destroy(); });
  socket.on('error', (error) => { console.log(error.code, error.message); });
`;

describe('startContainer', () => {
  test('gives the process exactly the environment that it is told', async () => {
    const lines = await run('console.log(JSON.stringify(process.env))', {
      env: { GREETING: 'hello', NODE_OPTIONS: '--no-deprecation' },
    });
    const { PATH, ...env } = JSON.parse(lines[0] ?? '') as Record<string, string>;
    expect(env).toEqual({ GREETING: 'hello', NODE_OPTIONS: '--no-deprecation', HOME: '/', HOSTNAME: `tiny-${count}` });
    expect(PATH).toContain('/usr/local/bin');
  });

  test('passes the command to the entry point, and what is given in place of either', async () => {
    const program = 'console.log(process.argv.slice(2).join())';
    expect(await run(program, { command: ['migrate', 'now'] })).toEqual(['migrate,now']);
    expect(await run('', { entrypoint: ['node', '-p'], command: ['process.cwd().endsWith("/app")'] })).toEqual([
      'true',
    ]);
  });

  test('tells how the process ended, and of a program that is not there', async () => {
    const failing = await start('process.exit(3)');
    expect(await failing.container.ended).toEqual({ exitCode: 3, signal: null });
    const missing = await start('', { entrypoint: ['no-such-program'] });
    expect(await missing.container.ended).toMatchObject({ exitCode: 127 });
    expect(runtime.logs.read(missing.group).join()).toContain('cannot start');
  });

  test('lets two containers listen on one port, and shows each the port that it asked for', async () => {
    const program = `
      const server = require('node:net').createServer().listen(8080, '0.0.0.0', () => console.log(JSON.stringify(server.address())));
    `;
    const both = await Promise.all([start(program), start(program)]);
    for (const { container, group } of both) {
      expect(await runtime.waitUntilHealthy(container, tcpProbe)).toMatchObject({ healthy: true });
      expect(JSON.parse(runtime.logs.read(group)[0] ?? '')).toEqual({ address: '0.0.0.0', family: 'IPv4', port: 8080 });
    }
    await Promise.all(both.map(({ container }) => container.stop(0)));
  });

  test('hides a port that only the container itself may reach', async () => {
    const { container, group } = await start(`
      const net = require('node:net');
      net.createServer().listen(8080, '127.0.0.1', () => net.connect(8080, 'localhost', () => console.log('from inside')));
    `);
    expect(await runtime.waitUntilHealthy(container, { ...tcpProbe, unhealthyThreshold: 1 })).toMatchObject({
      healthy: false,
      lastAnswer: 'nothing listens on port 8080',
    });
    await poll('it has reached itself', () => runtime.logs.read(group).includes('from inside'));
    await container.stop(0);
  });

  test('refuses a port that is taken in the container', async () => {
    const lines = await run(`
      const net = require('node:net');
      net.createServer().listen(8080, () => {
        net.createServer().on('error', (error) => { console.log(error.code); process.exit(); }).listen(8080);
      });
    `);
    expect(lines).toEqual(['EADDRINUSE']);
  });

  test.each<[string, Route, string]>([
    ['an unknown host', { kind: 'unknown host', why: 'no zone' }, 'ENOTFOUND getaddrinfo ENOTFOUND db.internal'],
    ['a refusal', { kind: 'refused', why: 'no listener' }, 'ECONNREFUSED connect ECONNREFUSED db.internal:5432'],
    ['silence', { kind: 'timeout', why: 'no security group lets it in' }, 'gave up'],
  ])('meets %s where the network says so', async (_what, route, line) => {
    expect(await run(connecting, { network: to(route) })).toEqual([line]);
  });

  test('says why a connection failed', async () => {
    const { container } = await start(connecting, { network: to({ kind: 'refused', why: 'the store is gone' }) });
    await container.ended;
    expect(runtime.failedConnections(container)).toEqual(['db.internal:5432 was refused: the store is gone']);
  });

  test('reaches another container on the port that it listens on, and by the addresses of its name', async () => {
    const listening = `
      require('node:net').createServer((socket) => socket.end('hello')).listen(8080, () => console.log('listening'));
    `;
    const other = await start(listening);
    await poll('it listens', () => runtime.logs.read(other.group).includes('listening'));
    const lookup = (host: string) => (host === 'other' ? ['172.31.0.2', '172.31.0.3'] : []);
    const network: Network = { route: () => ({ kind: 'container', container: other.container }), lookup };
    const asking = `
      const net = require('node:net');
      const ask = (port, host, then) => net.connect(port, host)
        .on('data', (text) => { console.log(host, String(text)); then?.(); })
        .on('error', ({ code }) => console.log(port, code));
      require('node:dns').promises.lookup('other', { all: true }).then((found) => {
        console.log(found.map(({ address }) => address).join());
        ask(8080, 'other', () => ask(8080, found[1].address, () => ask(8081, 'other')));
      });
    `;
    const { container, group } = await start(asking, { network });
    await container.ended;
    expect(runtime.logs.read(group)).toEqual([
      '172.31.0.2,172.31.0.3',
      'other hello',
      '172.31.0.3 hello',
      '8081 ECONNREFUSED',
    ]);
    expect(runtime.failedConnections(container)).toEqual([
      `other:8081 was refused: ${other.container.name} does not listen there`,
    ]);
    await other.container.stop(0);
  });

  test('leads no lookup and no fetch out of the cloud', async () => {
    const lines = await run(`
      const dns = require('node:dns');
      dns.lookup('example.com', (error) => console.log(error.code));
      dns.promises.lookup('example.com').catch((error) => console.log(error.code));
      fetch('https://example.com').catch((error) => console.log(error.cause.code));
    `);
    expect(lines).toEqual(['ENOTFOUND', 'ENOTFOUND', 'ENOTFOUND']);
  });

  test('asks the network anew for every connection', async () => {
    const asked: string[] = [];
    const network: Network = {
      route: (host, port) => {
        asked.push(`${host}:${port}`);
        return { kind: 'refused', why: 'closed' };
      },
    };
    await run(
      `${connecting} socket.on('close', () => require('node:net').connect(6379, '10.0.0.9').on('error', () => {}))`,
      {
        network,
      },
    );
    expect(asked).toEqual(['db.internal:5432', '10.0.0.9:6379']);
  });

  test('sends SIGTERM, and SIGKILL when the grace is over', async () => {
    const polite = await start(
      "process.on('SIGTERM', () => process.exit(0)); require('node:net').createServer().listen(8080)",
    );
    const deaf = await start("process.on('SIGTERM', () => {}); require('node:net').createServer().listen(8080)");
    for (const { container } of [polite, deaf]) await runtime.waitUntilHealthy(container, tcpProbe);
    await Promise.all([polite.container.stop(5), deaf.container.stop(0.1)]);
    expect(await polite.container.ended).toEqual({ exitCode: 0, signal: null });
    expect(await deaf.container.ended).toEqual({ exitCode: null, signal: 'SIGKILL' });
    expect(deaf.container.isRunning()).toBe(false);
  });

  test('ends a process that uses more memory than it has', async () => {
    const { container, group } = await start('globalThis.kept = Buffer.alloc(200e6, 1); setInterval(() => {}, 1000)', {
      limits: { memoryMiB: 128 },
    });
    expect(await container.ended).toEqual({ exitCode: null, signal: 'SIGKILL' });
    expect(runtime.logs.read(group).join()).toMatch(/memory limit of 128 MiB exceeded with \d+ MiB used/);
  });

  test('notes an image that runs as root', async () => {
    const image = await runtime.images.build({
      contextFolder: __dirname,
      dockerfile: 'FROM scratch\nCMD ["node", "-p", "1"]\n',
      platform: 'linux/amd64',
      buildArgs: {},
    });
    const container = await runtime.startContainer({
      name: 'root',
      digest: image.digest,
      env: {},
      network: noNetwork,
      logGroup: 'root',
    });
    await container.ended;
    expect(runtime.notes().join()).toContain('runs as root');
  });
});
