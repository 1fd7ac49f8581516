import { setTimeout as delay } from 'node:timers/promises';
import { extractDiagnostics } from './rehearsal/run/diagnostics';
import type { Visit } from './rehearsal/run/scenario';
import { newRelease } from './scenario/changes';
import { openRehearsedStack, type RehearsedStack } from './testing/rehearsed-stack';

jest.setTimeout(600_000);

let stack: RehearsedStack;

beforeAll(async () => {
  stack = await openRehearsedStack();
  await stack.setTargets(['ecs-express']);
  await stack.mustRun('up');
});

afterAll(() => stack.close());

/** Users who ask for what is there, and of whom one in so many asks for what is not: the contract's answer is 404. */
function startUsers({ client, url }: Visit, onceIn: number): () => Promise<void> {
  let isOver = false;
  let count = 0;
  const user = async () => {
    while (!isOver) {
      count += 1;
      await client.send(`${url}${count % onceIn === 0 ? '/data/nobody-wrote-this' : '/health'}`);
      await delay(2);
    }
  };
  const users = [user(), user(), user(), user()];
  return async () => {
    isOver = true;
    await Promise.all(users);
  };
}

async function releaseOf({ client, url }: Visit): Promise<string | undefined> {
  return (await client.send(`${url}/health`)).headers['x-service-version'];
}

describe('a new release on ECS Express, while its users come', () => {
  test('is taken back when more than 1 % of the answers are 404: up fails and says why', async () => {
    const visit = await stack.visit('ecs-express');
    const before = await releaseOf(visit);
    await newRelease(stack.workspace);
    const leave = startUsers(visit, 10);
    const result = await stack.up().finally(leave);
    expect(result.code).not.toBe(0);
    const told = extractDiagnostics(result);
    expect(told).toMatch(/rolled back because an alarm was detected: .* were 4xx or 5xx: \d+ of \d+/);
    expect(told).toContain('[rule aws.ecs-express.rollback-alarm:');
    expect(await releaseOf(visit)).toBe(before);
  });

  test('passes when nobody asks for what is not there', async () => {
    const visit = await stack.visit('ecs-express');
    const before = await releaseOf(visit);
    const leave = startUsers(visit, Number.POSITIVE_INFINITY);
    await stack.mustRun('up').finally(leave);
    expect(await releaseOf(visit)).not.toBe(before);
  });

  test('is destroyed with everything that AWS made around it', async () => {
    await stack.mustRun('destroy');
    expect(stack.session.cloud.everything()).toEqual([]);
  });
});
