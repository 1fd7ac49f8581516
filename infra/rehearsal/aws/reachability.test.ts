import type { Store } from '../runtime/runtime';
import { endpoints, findRoute, type Origin } from './reachability';
import { natSetup, networkSetup } from './testing/network-setup';
import { applySetup, createAwsWorld, type Made, type Mutation, type Step, text } from './testing/setup';

const host = 'db.abc.eu-central-1.rds.amazonaws.com';
const database = { host, port: 5432 };
const store = { kind: 'postgres', name: 'db' } as Store;

/** The way from the group `service`, in the private subnets, to a database in the group `store`. */
async function setUp(steps: readonly Step[], mutation: Partial<Mutation> = {}, isPublic = false) {
  const world = createAwsWorld();
  const made = await applySetup(world, steps, mutation);
  world.cloud.table(endpoints).set(host, {
    store,
    vpcId: text(made, 'network'),
    region: 'eu-central-1',
    address: '10.0.0.20',
    port: 5432,
    securityGroupIds: () => [text(made, 'store-group')],
    subnetIds: () => [text(made, 'private-a'), text(made, 'private-b')],
    isPublic: () => isPublic,
  });
  return {
    world,
    made,
    go: (to: { host: string; port: number }, origin = fromService(made)) => findRoute(world.cloud, origin, to),
  };
}

function fromService(made: Made): Origin {
  return {
    kind: 'vpc',
    region: 'eu-central-1',
    subnetIds: [text(made, 'private-a'), text(made, 'private-b')],
    securityGroupIds: [text(made, 'service-group')],
  };
}

describe('findRoute', () => {
  test('reaches a store that both groups let through', async () => {
    const { go } = await setUp(networkSetup);
    expect(go(database)).toEqual({ kind: 'store', store });
  });

  test.each<[string, Partial<Mutation>, string]>([
    ['no rule at the store', { without: 'ingress-5432' }, 'no ingress rule'],
    ['no rule at the service', { without: 'egress-5432' }, 'no egress rule'],
    [
      'a rule for another port',
      { resource: 'ingress-5432', inputs: { fromPort: 5433, toPort: 5433 } },
      'no ingress rule',
    ],
    ['a rule for UDP', { resource: 'egress-5432', inputs: { ipProtocol: 'udp' } }, 'no egress rule'],
    [
      'a rule for another block of addresses',
      { resource: 'ingress-5432', inputs: { referencedSecurityGroupId: undefined, cidrIpv4: '10.0.0.0/24' } },
      'no ingress rule',
    ],
  ])('is blocked by %s', async (_, mutation, why) => {
    const { go } = await setUp(networkSetup, mutation);
    expect(go(database)).toEqual({ kind: 'timeout', why: expect.stringContaining(why) });
  });

  test('goes by blocks of addresses and inline rules as well', async () => {
    const inline = [{ protocol: '-1', fromPort: 0, toPort: 0, cidrBlocks: ['0.0.0.0/0'] }];
    const { go } = await setUp(networkSetup, {
      without: 'egress-5432',
      resource: 'service-group',
      inputs: { egress: inline },
    });
    expect(go(database).kind).toBe('store');
  });

  test('is refused at a port where nobody listens, and finds no host that does not exist', async () => {
    const { go } = await setUp(networkSetup);
    expect(go({ host, port: 6379 }).kind).toBe('refused');
    expect(go({ host: `x${host}`, port: 5432 }).kind).toBe('unknown host');
  });

  test('resolves no name where the VPC does not', async () => {
    const { go } = await setUp(networkSetup, { resource: 'network', inputs: { enableDnsSupport: false } });
    expect(go(database)).toEqual({ kind: 'unknown host', why: expect.stringContaining('enableDnsSupport') });
  });

  test('leaves the VPC only through a NAT gateway', async () => {
    const away = { host: 'example.org', port: 443 };
    expect((await setUp(networkSetup)).go(away).kind).toBe('timeout');
    expect((await setUp(natSetup)).go(away)).toEqual({ kind: 'refused', why: expect.stringContaining('no internet') });
    expect((await setUp(natSetup, { without: 'way-out' })).go(away).kind).toBe('timeout');
  });

  test('comes in from the internet only to what is public, routed and open', async () => {
    const { go } = await setUp(networkSetup);
    expect(go(database, { kind: 'internet' })).toEqual({
      kind: 'timeout',
      why: expect.stringContaining('no public address'),
    });
    const open = await setUp(networkSetup, {}, true);
    expect(open.go(database, { kind: 'internet' })).toEqual({
      kind: 'timeout',
      why: expect.stringContaining('no route to an internet gateway'),
    });
  });
});
