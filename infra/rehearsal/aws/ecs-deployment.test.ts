import { createSeed } from '../cloud/seed';
import type { Bag, Value } from '../protocol/values';
import type { Container, ContainerSpec } from '../runtime/runtime';
import { eventsOf } from './ecs-running-service';
import { getService } from './ecs-service-function';
import { registeredTargets } from './listener-fronts';
import { containersOf, digestA, digestB, ecsSetup, pushEcsImages, shiftedBalancers } from './testing/ecs-setup';
import { createFakeRuntime } from './testing/fake-runtime';
import { applySetup, type Changes, createAwsWorld, type Made, text } from './testing/setup';

const token = 'aws:ecs/service:Service';
const serviceId = 'arn:aws:ecs:eu-central-1:123456789012:service/orders/orders';

type Options = { inputs?: (made: Made) => Changes; healthy?: (spec: ContainerSpec) => boolean };

/** A service that runs image A, and what a program does to it next. */
async function setUp({ inputs = () => ({}), healthy = () => true }: Options = {}) {
  const runtime = createFakeRuntime({ healthy });
  const world = createAwsWorld({ runtime });
  const steps = ecsSetup.filter(({ name }) => !['scaling', 'policy'].includes(name));
  const mutation = { resource: 'service', inputs };
  const made = await applySetup(world, steps, mutation, { step: 'service', act: pushEcsImages });
  const step = steps.find(({ name }) => name === 'service');
  const right: Changes = { ...(typeof step?.inputs === 'function' ? step.inputs(made) : {}), ...inputs(made) };
  const targets = (group: string): readonly Container[] =>
    (world.cloud.table(registeredTargets).get(text(made, group)) ?? []).map(({ container }) => container);
  return {
    runtime,
    world,
    made,
    digests: (group: string) => targets(group).map(({ digest }) => digest),
    events: () => runtime.logs.read(eventsOf(serviceId)).join('\n'),
    update: (changes: Changes) => world.apply(token, 'service', withoutUndefined({ ...right, ...changes })),
    /** Another revision of the definition, with another image. */
    release: async (digest: string) => {
      const definition = steps.find(({ name }) => name === 'definition');
      const own = typeof definition?.inputs === 'function' ? definition.inputs(made) : {};
      const image = `${text(made, 'images', 'repositoryUrl')}@${digest}`;
      const next = { ...own, containerDefinitions: containersOf(made, { image }) };
      const { arn } = await world.apply('aws:ecs/taskDefinition:TaskDefinition', `definition-${digest.at(-1)}`, next);
      return { taskDefinition: String(arn) };
    },
  };
}

function withoutUndefined(changes: Changes): Bag {
  return Object.fromEntries(
    Object.entries(changes).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  );
}

const isA = ({ digest }: ContainerSpec) => digest === digestA;

describe('aws.ecs.Service', () => {
  test('runs its tasks with their variables and secrets, in their subnets, behind the load balancer', async () => {
    const { runtime, made, digests, events } = await setUp();
    expect(runtime.started.containers).toHaveLength(2);
    expect(runtime.started.containers[0]).toMatchObject({
      digest: digestA,
      env: { COMPANY: 'Orders', PASSWORD: 'hush', PORT: '8080' },
      logGroup: '/ecs/orders',
      limits: { memoryMiB: 512 },
    });
    const host = text(made, 'database', 'address');
    expect(runtime.started.containers[0]?.network.route(host, 5432).kind).toBe('store');
    expect(digests('blue')).toEqual([digestA, digestA]);
    expect(events()).toContain('has reached a steady state');
  });

  test('replaces task by task, and is never without one that is healthy', async () => {
    const { digests, release, update, runtime } = await setUp();
    await update(await release(digestB));
    expect(digests('blue')).toEqual([digestB, digestB]);
    expect(runtime.running().filter((name) => name.startsWith('orders-'))).toHaveLength(2);
  });

  test('goes back to what ran before when the circuit breaker opens, and the update fails', async () => {
    const { digests, release, update, events, world } = await setUp({ healthy: isA });
    await expect(update(await release(digestB))).rejects.toThrow(
      'update: Service deployment rolled back because the circuit breaker threshold was exceeded.',
    );
    expect(digests('blue')).toEqual([digestA, digestA]);
    expect(events()).toContain('rolling back');
    expect((await world.refresh('service'))?.taskDefinition).toMatch(/orders:1$/);
  });

  test('does nothing at the same update again, as the provider, and deploys again after a refresh', async () => {
    let isFixed = false;
    const { digests, release, update, world } = await setUp({ healthy: (spec) => isFixed || isA(spec) });
    const next = await release(digestB);
    await expect(update(next)).rejects.toThrow('rolled back');
    isFixed = true;
    await update(next);
    expect(digests('blue')).toEqual([digestA, digestA]);
    await world.refresh('service');
    await update(next);
    expect(digests('blue')).toEqual([digestB, digestB]);
  });

  test('has nothing to go back to at first', async () => {
    await expect(setUp({ healthy: () => false })).rejects.toThrow('No rollback candidate was found');
  });

  test('is told with the revision that runs, and how many of its tasks', async () => {
    const { release, update, world } = await setUp({ healthy: isA });
    await update(await release(digestB)).catch(() => {});
    const [service] = world.cloud.list<unknown, { cluster: string }>({ token });
    const inputs = { serviceName: 'orders', clusterArn: service?.outputs.cluster ?? '' };
    const place = { region: 'eu-central-1' };
    const found = getService.call({ inputs, cloud: world.cloud, place, config: {}, seed: createSeed('') });
    expect(found).toMatchObject({ desiredCount: 2, pendingCount: 0, runningCount: 2 });
    expect(found.taskDefinition).toMatch(/orders:1$/);
  });

  test('keeps the old tasks without a roll-back, and fails', async () => {
    const inputs = () => ({ deploymentCircuitBreaker: { enable: true, rollback: false } });
    const { digests, release, update } = await setUp({ healthy: isA, inputs });
    await expect(update(await release(digestB))).rejects.toThrow('Service deployment stopped');
    expect(digests('blue')).toEqual([digestA, digestA]);
  });

  test('waits in vain without a circuit breaker', async () => {
    const inputs = () => ({ deploymentCircuitBreaker: undefined });
    const { release, update, world } = await setUp({ healthy: isA, inputs });
    const next = await release(digestB);
    const startedAtMs = world.cloud.clock.now();
    await expect(update(next)).rejects.toThrow("timeout while waiting for state to become 'tfSTABLE'");
    expect(world.cloud.clock.now() - startedAtMs).toBeGreaterThanOrEqual(20 * 60_000);
  });

  test('tells only its events what went wrong when nobody waits', async () => {
    const inputs = () => ({ waitForSteadyState: false });
    const { digests, release, update, events, world } = await setUp({ healthy: isA, inputs });
    await world.refresh('service');
    await update(await release(digestB));
    await world.refresh('service');
    expect(digests('blue')).toEqual([digestA, digestA]);
    expect(events()).toContain('circuit breaker threshold was exceeded');
  });

  test('changes the number of tasks without a deployment', async () => {
    const { digests, update, runtime } = await setUp();
    await update({ desiredCount: 1 });
    expect(digests('blue')).toEqual([digestA]);
    await update({ desiredCount: 2 });
    expect(runtime.started.containers).toHaveLength(3);
    expect(digests('blue')).toEqual([digestA, digestA]);
  });

  test('is drained before its tasks end, and leaves its cluster to be deleted', async () => {
    const { digests, runtime, world } = await setUp();
    await expect(world.destroy('cluster')).rejects.toThrow('ClusterContainsServicesException');
    await expect(world.destroy('capacity')).rejects.toThrow('is in use and cannot be removed');
    await world.destroy('service');
    await world.destroy('capacity');
    await world.destroy('cluster');
    expect(digests('blue')).toEqual([]);
    expect(runtime.running()).toEqual(['orders']);
  });
});

describe('a strategy that shifts requests', () => {
  const shifted = (deploymentConfiguration: Record<string, unknown>) => (made: Made) =>
    ({ loadBalancers: shiftedBalancers(made), deploymentConfiguration }) as Changes;

  const weightsOf = (rule: unknown) => JSON.stringify(rule).match(/"weight":\d+/g);

  test('starts the new tasks in the other group, gives it the requests, and then stops the old ones', async () => {
    const { digests, release, update, world, made } = await setUp({
      inputs: shifted({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: '30' }),
    });
    expect([digests('blue'), digests('green')]).toEqual([[digestA, digestA], []]);
    const startedAtMs = world.cloud.clock.now();
    await update(await release(digestB));
    expect([digests('blue'), digests('green')]).toEqual([[], [digestB, digestB]]);
    expect(weightsOf((await world.refresh('rule'))?.actions)).toEqual(['"weight":0', '"weight":100']);
    expect(world.cloud.clock.now() - startedAtMs).toBeGreaterThanOrEqual(30 * 60_000);
    await update({ taskDefinition: text(made, 'definition', 'arn') });
    expect([digests('blue'), digests('green')]).toEqual([[digestA, digestA], []]);
  });

  test.each([
    [{ strategy: 'CANARY', bakeTimeInMinutes: '0' }, ['5', '100'], 10],
    [{ strategy: 'LINEAR', bakeTimeInMinutes: '5', linearConfiguration: { stepPercent: 40 } }, ['40', '80', '100'], 17],
  ])('takes the steps of %j', async (configuration, steps, minutes) => {
    const { release, update, events, world } = await setUp({ inputs: shifted(configuration) });
    const startedAtMs = world.cloud.clock.now();
    await update(await release(digestB));
    const shares = [...events().matchAll(/shifted (\d+) percent/g)].map(([, percent]) => percent);
    expect(shares.slice(1)).toEqual(steps);
    expect(world.cloud.clock.now() - startedAtMs).toBeGreaterThanOrEqual(minutes * 60_000);
  });

  test('gives the new tasks no request when they do not get healthy', async () => {
    const { digests, release, update, world } = await setUp({
      inputs: shifted({ strategy: 'CANARY' }),
      healthy: isA,
    });
    await expect(update(await release(digestB))).rejects.toThrow('Service deployment rolled back');
    expect([digests('blue'), digests('green')]).toEqual([[digestA, digestA], []]);
    expect(weightsOf((await world.refresh('rule'))?.actions)).toEqual(['"weight":100', '"weight":0']);
  });
});
