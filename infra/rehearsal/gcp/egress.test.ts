import { createEgress } from './egress';
import { applySetup, createGcpWorld, type Step, text } from './testing/setup';
import { storeSteps } from './testing/small-program';

const access = { egress: 'PRIVATE_RANGES_ONLY', networkInterfaces: [{ network: 'main', subnetwork: 'egress' }] };
const postgresAt = { host: '10.128.0.3', port: 5432 };

const wall = (inputs: object): Step => ({
  token: 'gcp:compute/firewall:Firewall',
  name: `wall-${JSON.stringify(inputs).length}`,
  inputs: (made) => ({ network: text(made, 'network'), direction: 'EGRESS', ...inputs }),
});

const denyAll = wall({ priority: 900, denies: [{ protocol: 'all' }], destinationRanges: ['0.0.0.0/0'] });
const allowPostgres = wall({
  priority: 800,
  allows: [{ protocol: 'tcp', ports: ['5000-6000'] }],
  destinationRanges: ['10.128.0.0/20'],
});

async function routeTo(
  { host, port }: { host: string; port: number },
  way: Parameters<typeof createEgress>[1],
  more: readonly Step[] = [],
) {
  const world = createGcpWorld();
  await applySetup(world, [...storeSteps, ...more]);
  return createEgress(world.cloud, way).route(host, port);
}

describe('createEgress', () => {
  test('leads through the network to a store that is peered with it', async () => {
    expect(await routeTo(postgresAt, access)).toMatchObject({ kind: 'store', store: { name: 'orders' } });
  });

  test.each([
    ['without a way into a VPC', postgresAt, undefined, [], 'timeout'],
    ['to another port', { ...postgresAt, port: 5433 }, access, [], 'refused'],
    ['to nobody', { host: '10.9.9.9', port: 80 }, access, [], 'unknown host'],
    ['against a firewall', postgresAt, access, [denyAll], 'timeout'],
    ['past a firewall that lets it', postgresAt, access, [denyAll, allowPostgres], 'store'],
  ] as const)('%s', async (_, target, way, more, kind) => {
    expect((await routeTo(target, way, more)).kind).toBe(kind);
  });

  test('leads nowhere from another network', async () => {
    const other: Step = { token: 'gcp:compute/network:Network', name: 'other', inputs: { name: 'other' } };
    const route = await routeTo(postgresAt, { networkInterfaces: [{ network: 'other' }] }, [other]);
    expect(route).toMatchObject({ kind: 'timeout', why: expect.stringContaining('is reached through') });
  });
});
