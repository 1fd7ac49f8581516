import type { Cloud } from '../cloud/cloud';
import type { Container, ContainerSpec } from '../runtime/runtime';
import { checkContainerHealth } from './ecs-container-health';

const spec: ContainerSpec = {
  name: 'task-service',
  digest: 'sha256:0',
  env: { PORT: '8080' },
  network: {} as ContainerSpec['network'],
  logGroup: 'group',
};

/** A check whose commands end with these codes, one after the other. */
async function check(command: string[] | undefined, exitCodes: number[], isRunning = true) {
  const executed: ContainerSpec[] = [];
  const probed: string[] = [];
  const runtime = {
    execute: async (_container: Container, asked: ContainerSpec) => {
      executed.push(asked);
      return exitCodes[executed.length - 1] ?? 1;
    },
    waitUntilHealthy: async (_container: Container, { path }: { path: string }) => {
      probed.push(path);
      return { healthy: true, attempts: 1 };
    },
  };
  const container = { isRunning: () => isRunning } as Container;
  const healthCheck = command && { command, retries: 2, startPeriod: 0 };
  const definition = { name: 'service', image: 'image', ...(healthCheck && { healthCheck }) };
  const cloud = { runtime } as unknown as Cloud;
  const why = await checkContainerHealth(cloud, { container, definition, spec }, new AbortController().signal);
  return { why, executed, probed };
}

describe('checkContainerHealth', () => {
  test('asks nothing where there is no check', async () => {
    expect(await check(undefined, [])).toEqual({ why: undefined, executed: [], probed: [] });
    expect(await check(['NONE'], [])).toEqual({ why: undefined, executed: [], probed: [] });
  });

  test("runs the image's command in the container's environment until it ends well", async () => {
    const { why, executed } = await check(['CMD', 'node', 'server.js', 'health-check'], [1, 0]);
    expect(why).toBeUndefined();
    expect(executed).toHaveLength(2);
    expect(executed[0]).toMatchObject({
      entrypoint: ['node', 'server.js', 'health-check'],
      command: [],
      env: spec.env,
    });
  });

  test('gives a shell what is meant for it', async () => {
    const { executed } = await check(['CMD-SHELL', 'test -f /ready'], [0]);
    expect(executed[0]).toMatchObject({ entrypoint: ['/bin/sh', '-c'], command: ['test -f /ready'] });
  });

  test('says how often it failed, and how', async () => {
    const { why } = await check(['CMD', 'node', 'nothing.js'], [1, 127]);
    expect(why).toBe('Task failed container health checks: service after 2 attempts: the command ended with 127');
  });

  test('ends with the container', async () => {
    const { why, executed } = await check(['CMD', 'node', 'server.js', 'health-check'], [1], false);
    expect(why).toMatch(/the container has ended$/);
    expect(executed).toEqual([]);
  });

  test('asks a URL of localhost by itself', async () => {
    const { probed, executed } = await check(['CMD-SHELL', 'curl -f http://localhost:8080/health || exit 1'], []);
    expect(probed).toEqual(['/health']);
    expect(executed).toEqual([]);
  });
});
