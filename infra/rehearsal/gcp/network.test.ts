import { createWorld } from '../testing/world';
import { gcp } from './gcp';
import { applySetup, createGcpWorld, type Mutation, mutate, testMutations, text } from './testing/setup';
import { networkSteps, types } from './testing/small-program';

const subnetwork = (name: string, ipCidrRange: string): Mutation['add'] => ({
  token: types.subnetwork,
  name,
  inputs: (made) => ({ network: text(made, 'network'), ipCidrRange }),
});

const firewall = (inputs: object): Mutation['add'] => ({
  token: 'gcp:compute/firewall:Firewall',
  name: 'wall',
  inputs: (made) => ({ network: text(made, 'network'), ...inputs }),
});

const mutations: Mutation[] = [
  { rule: 'gcp.compute.api-enabled', what: 'a project without the API', resource: 'network', without: ['compute-api'] },
  { rule: 'gcp.compute.name', what: 'capitals', resource: 'network', change: { name: 'Main' } },
  { rule: 'gcp.compute.name', what: '64 characters', resource: 'egress', change: { name: 'e'.repeat(64) } },
  {
    rule: 'gcp.compute.network-exists',
    what: 'a network that is not there',
    resource: 'egress',
    change: { network: 'nowhere' },
  },
  {
    rule: 'gcp.compute.subnetwork-range',
    what: 'an address inside of the range',
    resource: 'egress',
    change: { ipCidrRange: '10.30.0.5/26' },
  },
  { rule: 'gcp.compute.subnetwork-range', what: 'a /30', resource: 'egress', change: { ipCidrRange: '10.30.0.0/30' } },
  {
    rule: 'gcp.compute.subnetwork-range',
    what: 'link-local addresses',
    resource: 'egress',
    change: { ipCidrRange: '169.254.1.0/24' },
  },
  {
    rule: 'gcp.compute.subnetwork-overlap',
    what: 'a range twice',
    resource: 'second',
    add: subnetwork('second', '10.30.0.32/27'),
  },
  {
    rule: 'gcp.compute.address-purpose',
    what: 'a range without purpose',
    resource: 'range',
    change: { purpose: undefined },
  },
  {
    rule: 'gcp.compute.address-purpose',
    what: 'an external range for peering',
    resource: 'range',
    change: { addressType: 'EXTERNAL' },
  },
  { rule: 'gcp.compute.address-prefix', what: 'a /28', resource: 'range', change: { prefixLength: 28 } },
  {
    rule: 'gcp.compute.address-overlap',
    what: "the subnetwork's range",
    resource: 'range',
    change: { address: '10.30.0.0', prefixLength: 24 },
  },
  {
    rule: 'gcp.compute.firewall-rule',
    what: 'a rule that does nothing',
    resource: 'wall',
    add: firewall({ direction: 'EGRESS' }),
  },
  {
    rule: 'gcp.servicenetworking.api-enabled',
    what: 'a project without the API',
    resource: 'peering',
    without: ['servicenetworking-api'],
  },
  {
    rule: 'gcp.servicenetworking.network-exists',
    what: 'a network that is not there',
    resource: 'peering',
    change: { network: 'nowhere' },
  },
  {
    rule: 'gcp.servicenetworking.ranges',
    what: 'no range',
    resource: 'peering',
    change: { reservedPeeringRanges: [] },
  },
  {
    rule: 'gcp.servicenetworking.ranges-exist',
    what: 'a range that is not there',
    resource: 'peering',
    change: { reservedPeeringRanges: ['none'] },
  },
  {
    rule: 'gcp.projects.service-name',
    what: 'a service without its domain',
    resource: 'run-api',
    change: { service: 'run' },
  },
];

describe('the rules of gcp.compute and gcp.servicenetworking', () => {
  testMutations(networkSteps, mutations);

  test('gcp.compute.subnetwork-shrink refuses a smaller range, and takes a larger one', async () => {
    const world = createGcpWorld();
    const made = await applySetup(world, networkSteps);
    const change = (ipCidrRange: string) =>
      world.apply(types.subnetwork, 'egress', {
        name: 'egress',
        network: text(made, 'network'),
        region: 'europe-west1',
        ipCidrRange,
      });
    await expect(change('10.30.0.0/27')).rejects.toThrow('[rule gcp.compute.subnetwork-shrink:');
    expect(await change('10.30.0.0/25')).toMatchObject({ ipCidrRange: '10.30.0.0/25' });
  });
});

describe('gcp.compute.Network', () => {
  test('stays while something is in it', async () => {
    const world = createGcpWorld();
    await applySetup(world, networkSteps);
    await expect(world.destroy('network')).rejects.toThrow('is already being used by');
    for (const name of ['peering', 'range', 'egress', 'network']) await world.destroy(name);
    expect(world.cloud.everything().filter(({ token }) => token !== types.api)).toEqual([]);
  });

  test('takes time in the clouds, not here', async () => {
    const world = createWorld({ packages: [gcp] });
    await world.apply(types.api, 'compute-api', { service: 'compute.googleapis.com' });
    const startedAtMs = world.cloud.clock.now();
    await world.apply(types.network, 'main', {});
    expect(world.cloud.clock.now() - startedAtMs).toBe(12_000);
  });
});

describe('gcp.compute.GlobalAddress', () => {
  test('takes a range that nobody has', async () => {
    const made = await applySetup(createGcpWorld(), networkSteps);
    expect(made.range?.address).toBe('10.128.0.0');
  });

  test('keeps its range at an update', async () => {
    const world = createGcpWorld();
    await applySetup(world, networkSteps);
    const after = await applySetup(
      world,
      mutate(networkSteps, { resource: 'range', change: { labels: { team: 'a' } } }),
    );
    expect(after.range?.address).toBe('10.128.0.0');
  });
});
