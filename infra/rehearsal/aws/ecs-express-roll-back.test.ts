import { type Client, createClient } from '../run/client';
import { createRuntime } from '../runtime/create-runtime';
import type { Runtime } from '../runtime/runtime';
import { buildTinyImage } from '../runtime/testing/build-tiny-image';
import type { World } from '../testing/world';
import { containerOf, expressSetup, imageOf } from './testing/ecs-express-setup';
import { pushImageTo } from './testing/push-image';
import { applySetup, createAwsWorld, type Made, text } from './testing/setup';

const type = 'aws:ecs/expressGatewayService:ExpressGatewayService';
const steps = expressSetup.filter(({ token }) => !token.startsWith('aws:rds/'));

/** Healthy, and of its other answers one in so many is a 404: as of an API whose clients ask for what is not there. */
const program = (name: string, onceIn: number) => `
  let count = 0;
  const server = require('node:http').createServer((request, response) => {
    if (request.url === '/startup') return response.end();
    count += 1;
    response.statusCode = count % ${onceIn} === 0 ? 404 : 200;
    response.end('${name}');
  });
  server.listen(8080);
  process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;

let runtime: Runtime;
let client: Client;
let world: World;
let made: Made;
let address: string;

beforeAll(async () => {
  runtime = await createRuntime();
  client = createClient(runtime.frontCertificateAuthority);
  world = createAwsWorld({ runtime });
  const { digest } = await buildTinyImage(runtime, program('first', 1_000_000));
  const withoutImage = steps.filter(({ name }) => name !== 'service');
  made = await applySetup(world, withoutImage);
  const outputs = await world.apply(type, 'service', inputsOf(digest));
  const [path] = outputs.ingressPaths as unknown as { endpoint: string }[];
  address = `https://${path?.endpoint}`;
});

afterAll(async () => {
  client.close();
  await runtime.close();
});

function inputsOf(digest: string) {
  pushImageTo(world, text(made, 'images', 'repositoryUrl'), digest);
  const step = steps.find(({ name }) => name === 'service');
  const right = typeof step?.inputs === 'function' ? step.inputs(made) : {};
  return { ...right, primaryContainer: containerOf(made, { image: imageOf(made, digest) }) };
}

/** Releases an image while users come. Gives what the update says, and what the users got. */
async function releaseUnderLoad(source: string): Promise<{ outcome: string; bodies: string[]; statuses: Set<number> }> {
  const { digest } = await buildTinyImage(runtime, source);
  let isOver = false;
  const bodies: string[] = [];
  const statuses = new Set<number>();
  const user = async () => {
    while (!isOver) {
      const { status, body } = await client.send(`${address}/`);
      bodies.push(body);
      statuses.add(status);
    }
  };
  const users = Array.from({ length: 4 }, user);
  const outcome = await world.apply(type, 'service', inputsOf(digest)).then(
    () => 'released',
    (error: Error) => error.message,
  );
  isOver = true;
  await Promise.all(users);
  return { outcome, bodies, statuses };
}

describe('an update of an ECS Express service, while its users come', () => {
  test('is taken back when more than 1 % of its answers are 404, and says why', async () => {
    const { outcome, bodies, statuses } = await releaseUnderLoad(program('second', 40));
    expect(outcome).toMatch(/rolled back because an alarm was detected: .* were 4xx or 5xx: \d+ of \d+/);
    expect(outcome).toContain('the alarm counts both');
    expect(new Set(bodies)).toEqual(new Set(['first', 'second']));
    expect([...statuses].sort()).toEqual([200, 404]);
    expect((await client.send(address)).body).toBe('first');
  });

  test('passes when fewer are, with a small part of the requests at first', async () => {
    const { outcome, bodies } = await releaseUnderLoad(program('third', 500));
    expect(outcome).toBe('released');
    const early = bodies.slice(0, Math.floor(bodies.length / 4));
    const share = early.filter((body) => body === 'third').length / early.length;
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(0.1);
    expect((await client.send(address)).body).toBe('third');
  });
});
