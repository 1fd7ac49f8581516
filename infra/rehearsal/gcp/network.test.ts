import { createWorld } from '../testing/world';
import { gcp } from './gcp';

const network = 'gcp:compute/network:Network';
const subnetwork = 'gcp:compute/subnetwork:Subnetwork';

describe('gcp.compute.Network', () => {
  test('stays while a subnetwork is in it', async () => {
    const world = createWorld({ packages: [gcp] });
    const main = await world.apply(network, 'main', { autoCreateSubnetworks: false });
    await world.apply(subnetwork, 'private', { network: main.id, ipCidrRange: '10.1.0.0/26' });
    await expect(world.destroy('main')).rejects.toThrow('is already being used by');
    await world.destroy('private');
    await world.destroy('main');
    expect(world.cloud.everything()).toEqual([]);
  });

  test('takes time in the clouds, not here', async () => {
    const world = createWorld({ packages: [gcp] });
    const startedAtMs = world.cloud.clock.now();
    await world.apply(network, 'main', {});
    expect(world.cloud.clock.now() - startedAtMs).toBe(12_000);
  });
});

describe('the rules of gcp.compute', () => {
  test('gcp.compute.name refuses capitals', () => {
    const findings = createWorld({ packages: [gcp] }).preview(network, 'main', { name: 'Main' });
    expect(findings.join('\n')).toContain('[rule gcp.compute.name:');
  });

  test('gcp.compute.subnetwork-network refuses a network that is not there', async () => {
    const world = createWorld({ packages: [gcp] });
    await expect(
      world.apply(subnetwork, 'private', { network: 'nowhere', ipCidrRange: '10.1.0.0/26' }),
    ).rejects.toThrow('[rule gcp.compute.subnetwork-network:');
  });
});
