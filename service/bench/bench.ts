import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import autocannon from 'autocannon';
import { build } from 'esbuild';
import { startPostgres } from '../testing/servers/postgres';
import { startRedis } from '../testing/servers/redis';
import { findFreePort } from '../testing/servers/server-process';

/**
 * `npm run bench`: cold start, idle memory, and requests a second of the service beside a bare node:http server, in the
 * same rounds and on the same core, on Postgres and Redis started here. Only the ratios mean something on a machine
 * that others use too. BENCH_NODE names another node program; BENCH_SECONDS (2) and BENCH_ROUNDS (3) the effort.
 */
const node = process.env.BENCH_NODE ?? process.execPath;
const seconds = Number(process.env.BENCH_SECONDS ?? 2);
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const connections = 64;
const dist = join(__dirname, '../../dist');
const hasTaskset = spawnSync('taskset', ['--version']).status === 0;

type Env = Record<string, string>;
type Route = { name: string; path: string; method?: 'POST'; body?: string };

const routes: Route[] = [
  { name: 'GET /', path: '/' },
  { name: 'GET /api/:value', path: '/api/41' },
  { name: 'GET /users/:id (cached)', path: '/users/7' },
  { name: 'GET /users (1,000 rows, cached)', path: '/users' },
  { name: 'GET /data/:key', path: '/data/key-7' },
  { name: 'POST /data', path: '/data', method: 'POST', body: JSON.stringify({ key: 'key-7', value: 'amber' }) },
];

/** Servers run on the first core, the load and the stores on the others. */
function startOnFirstCore(script: string, env: Env): ChildProcess {
  const [program, args] = hasTaskset ? ['taskset', ['-c', '0', node, script]] : [node, [script]];
  return spawn(program, args, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function awaitAnswer(url: string): Promise<void> {
  const end = performance.now() + 30_000;
  while (performance.now() < end) {
    const isAnswered = await fetch(url).then(
      async (response) => (await response.text()) !== '' && response.ok,
      () => false,
    );
    if (isAnswered) return;
    await delay(2);
  }
  throw new Error(`${url} gave no answer in 30 seconds`);
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

function residentMiB(pid: number): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function requestsPerSecond(port: number, { path, method, body }: Route): Promise<number> {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}${path}`,
    method: method ?? 'GET',
    connections,
    duration: seconds,
    ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${path}: ${result.non2xx} answers are errors`);
  return result.requests.average;
}

/** Starts the script until it answers, several times: milliseconds. */
async function measureStart(script: string, path: string, env: Env): Promise<{ startMs: number; idleMiB: number }> {
  const starts: number[] = [];
  let idleMiB = Number.NaN;
  for (let round = 0; round < rounds; round += 1) {
    const port = String(await findFreePort());
    const begin = performance.now();
    const child = startOnFirstCore(script, { ...env, PORT: port });
    await awaitAnswer(`http://127.0.0.1:${port}${path}`);
    starts.push(performance.now() - begin);
    await delay(1_500);
    idleMiB = residentMiB(child.pid as number);
    await stop(child);
  }
  return { startMs: median(starts), idleMiB };
}

async function fill(env: Env, query: (text: string) => Promise<unknown>, redisUrl: URL): Promise<void> {
  const migrated = spawnSync(node, [join(dist, 'server.js'), 'migrate'], { env: { PATH: process.env.PATH, ...env } });
  if (migrated.status !== 0) throw new Error(`migrate failed: ${migrated.stderr}`);
  await query(
    `insert into users (name, email) select 'User ' || n, 'user' || n || '@example.com' from generate_series(1, 1000) n`,
  );
  await query(`insert into data_record (key, value) select 'key-' || n, 'value' from generate_series(1, 1000) n`);
  const { Redis } = await import('ioredis');
  const redis = new Redis(redisUrl.href);
  await redis.set('user:7', JSON.stringify({ id: 7, name: 'User 7', email: 'user7@example.com' }));
  redis.disconnect();
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'taproom-bench-'));
  const bare = join(folder, 'bare-server.js');
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const children: ChildProcess[] = [];
  try {
    await build({
      entryPoints: [join(__dirname, 'bare-server.ts')],
      outfile: bare,
      bundle: true,
      platform: 'node',
      external: ['pg-native'],
    });
    const env: Env = { ...postgres.env, ...redis.env };
    await fill(env, postgres.query, new URL(`redis://${redis.host}:${redis.port}`));

    const service = join(dist, 'server.js');
    const ours = await measureStart(service, '/health', env);
    const theirs = await measureStart(bare, '/', env);
    console.log(
      `node ${spawnSync(node, ['--version']).stdout.toString().trim()}, ${connections} connections, one core`,
    );
    console.log(`cold start to the first 200: ${ours.startMs.toFixed(0)} ms (bare ${theirs.startMs.toFixed(0)} ms)`);
    console.log(`idle memory: ${ours.idleMiB.toFixed(0)} MiB (bare ${theirs.idleMiB.toFixed(0)} MiB)\n`);

    const [ourPort, loggedPort, barePort] = [await findFreePort(), await findFreePort(), await findFreePort()];
    children.push(startOnFirstCore(service, { ...env, PORT: String(ourPort), LOG_LEVEL: 'warn' }));
    children.push(startOnFirstCore(service, { ...env, PORT: String(loggedPort) }));
    children.push(startOnFirstCore(bare, { ...env, PORT: String(barePort) }));
    await Promise.all([ourPort, loggedPort].map((port) => awaitAnswer(`http://127.0.0.1:${port}/startup`)));
    await awaitAnswer(`http://127.0.0.1:${barePort}/`);

    console.log(`${'route'.padEnd(34)}${'bare'.padStart(10)}${'no log'.padStart(10)}${'logged'.padStart(10)}   ratios`);
    for (const route of routes) {
      const figures: [number, number, number][] = [];
      for (let round = 0; round < rounds; round += 1) {
        figures.push([
          await requestsPerSecond(barePort, route),
          await requestsPerSecond(ourPort, route),
          await requestsPerSecond(loggedPort, route),
        ]);
      }
      const column = (index: 0 | 1 | 2) => median(figures.map((figure) => figure[index]));
      const ratio = (index: 1 | 2) => median(figures.map((figure) => figure[index] / figure[0])).toFixed(2);
      const cells = ([0, 1, 2] as const).map((index) => column(index).toFixed(0).padStart(10)).join('');
      console.log(`${route.name.padEnd(34)}${cells}   ${ratio(1)} ${ratio(2)}`);
    }
  } finally {
    await Promise.all(children.map(stop));
    await Promise.all([postgres.stop(), redis.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
