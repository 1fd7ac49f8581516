import { isReachableByListener, probeOf } from './target-group-targets';
import { blockTarget } from './target-path';
import { createFakeRuntime } from './testing/fake-runtime';
import { loadBalancerSetup } from './testing/load-balancer-setup';
import { applySetup, createAwsWorld, type Mutation, text } from './testing/setup';

async function judge(mutation: Partial<Mutation> = {}) {
  const world = createAwsWorld({ runtime: createFakeRuntime() });
  const made = await applySetup(world, loadBalancerSetup, mutation);
  const target = { subnetIds: [text(made, 'public-a')], securityGroupIds: [text(made, 'task-group')], port: 8080 };
  return { blocked: blockTarget(world.cloud, text(made, 'blue'), target), world, made };
}

describe('blockTarget', () => {
  test('finds nothing between a load balancer and a target that lets it in', async () => {
    expect((await judge()).blocked).toBeUndefined();
  });

  test.each<[string, Partial<Mutation>, string]>([
    ['a target that lets nobody in', { of: 'task-group', inputs: { ingress: [] } }, 'no ingress rule of sg-'],
    ['a load balancer that may not leave', { of: 'front-group', inputs: { egress: [] } }, 'no egress rule of sg-'],
    ['a health check on another port', { of: 'blue', inputs: { healthCheck: { port: '9090' } } }, 'TCP 9090 in'],
  ])('finds %s', async (_, mutation, expected) => {
    expect((await judge(mutation)).blocked).toMatch(/^Target\.Timeout: Request timed out/);
    expect((await judge(mutation)).blocked).toContain(expected);
  });

  test('finds the way by the addresses of the subnets', async () => {
    const ingress = [{ protocol: 'tcp', fromPort: 8080, toPort: 8080, cidrBlocks: ['10.0.0.0/23'] }];
    expect((await judge({ of: 'task-group', inputs: { ingress } })).blocked).toBeUndefined();
    const half = [{ protocol: 'tcp', fromPort: 8080, toPort: 8080, cidrBlocks: ['10.0.0.0/24'] }];
    expect((await judge({ of: 'task-group', inputs: { ingress: half } })).blocked).toContain('no ingress rule');
  });
});

describe('a target group', () => {
  test('is probed as its health check says, and has a listener or none', async () => {
    const { world, made } = await judge();
    const probe = probeOf(world.cloud, text(made, 'blue'), 8080);
    expect(probe).toMatchObject({
      kind: 'http',
      port: 8080,
      path: '/ready',
      intervalSeconds: 10,
      timeoutSeconds: 5,
      healthyThreshold: 3,
      unhealthyThreshold: 3,
    });
    expect([199, 200, 201, 302].map((status) => probe.accepts?.(status))).toEqual([false, true, false, false]);
    expect(isReachableByListener(world.cloud, text(made, 'blue'))).toBe(true);
    expect(isReachableByListener(world.cloud, text(made, 'green'))).toBe(false);
    expect(() => probeOf(world.cloud, 'arn:nothing')).toThrow('TargetGroupNotFound');
  });
});
