import * as fc from 'fast-check';
import { type Estimate, estimate, pricers, totalsOf } from './estimate';
import { freeTypes } from './free-types';
import { defaultLoad, type Load } from './load';
import { hoursPerMonth } from './price';
import type { PricedResource } from './priced-resource';
import { prices } from './prices';
import { resourcesOf } from './stack-resources';

const none: Load = { requestsPerSecond: 0, msPerRequest: 20, gbOut: 0, storedGb: 0 };
const stackOf = (...resources: (Pick<PricedResource, 'type' | 'inputs'> & { parent?: string })[]): PricedResource[] =>
  resources.map((resource, index) => ({ urn: `urn-${index}`, name: `resource-${index}`, ...resource }));
const one = (type: string, inputs: Record<string, unknown>, load: Load = none): Estimate =>
  estimate(stackOf({ type, inputs }), load);

const fargate = stackOf(
  {
    type: 'aws:ecs/service:Service',
    inputs: { name: 'web', desiredCount: 2, taskDefinition: 'arn:aws:ecs:us-east-1:1:task-definition/web:3' },
  },
  { type: 'aws:ecs/taskDefinition:TaskDefinition', inputs: { family: 'web', cpu: '512', memory: '1024' } },
  {
    type: 'aws:appautoscaling/target:Target',
    inputs: { resourceId: 'service/cluster/web', minCapacity: 2, maxCapacity: 6 },
  },
);

describe('estimate, by hand', () => {
  test('two tasks of half a vCPU and 1 GB run all month', () => {
    // 2 × 730 × (0.5 × 0.04048 + 1 × 0.004445)
    expect(estimate(fargate, none).idleUsd).toBeCloseTo(36.04, 2);
  });

  test('tasks are added for the load, up to the most', () => {
    const load = (requestsPerSecond: number) => ({ ...none, requestsPerSecond });
    const tasks = (found: Estimate) =>
      (found.lines.find(({ what }) => what === 'vCPU on Fargate')?.loadUsd ?? 0) / (0.04048 * 0.5 * hoursPerMonth);
    // 40 a second of 20 ms keep 0.8 vCPU busy: at 60 % of half a vCPU each, three tasks.
    expect(tasks(estimate(fargate, load(40)))).toBeCloseTo(3);
    expect(tasks(estimate(fargate, load(10_000)))).toBeCloseTo(6);
  });

  test('all tasks but the first are on Spot, at its price', () => {
    const [service, ...rest] = fargate;
    if (service === undefined) throw new Error('there is a service');
    const capacityProviderStrategies = [
      { capacityProvider: 'FARGATE', base: 1, weight: 0 },
      { capacityProvider: 'FARGATE_SPOT', weight: 1 },
    ];
    const spot = { ...service, inputs: { ...service.inputs, capacityProviderStrategies } };
    // 730 × 0.024685 on demand, and 30 % of that on Spot.
    expect(estimate([spot, ...rest], none).idleUsd).toBeCloseTo(18.02 * 1.3, 2);
  });

  test('a NAT gateway and its address', () => {
    const found = estimate(
      stackOf({ type: 'aws:ec2/natGateway:NatGateway', inputs: {} }, { type: 'aws:ec2/eip:Eip', inputs: {} }),
      none,
    );
    expect(found.idleUsd).toBeCloseTo(36.5, 2);
  });

  test('four endpoints in one zone, as the settings of ecs-fargate say; a gateway endpoint is free', () => {
    const endpoint = (vpcEndpointType: string) => ({
      type: 'aws:ec2/vpcEndpoint:VpcEndpoint',
      inputs: { vpcEndpointType, subnetIds: ['a'], serviceName: 'com.amazonaws.us-east-1.ecr.api' },
    });
    const found = estimate(stackOf(...Array(4).fill(endpoint('Interface')), endpoint('Gateway')), none);
    expect(found.idleUsd).toBeCloseTo(29.2, 2);
  });

  test('a database in two zones, with its disks', () => {
    const inputs = { instanceClass: 'db.t4g.medium', multiAz: true, allocatedStorage: 20 };
    // 2 × (730 × 0.065 + 20 × 0.115)
    expect(one('aws:rds/instance:Instance', inputs).idleUsd).toBeCloseTo(99.5, 2);
  });

  test('Cloud SQL of two vCPUs and 7.5 GiB in two zones', () => {
    const settings = { tier: 'db-custom-2-7680', availabilityType: 'REGIONAL', diskSize: 10 };
    // As Infracost computes it: 120.60 + 76.65 + 3.40
    expect(one('gcp:sql/databaseInstance:DatabaseInstance', { settings }).idleUsd).toBeCloseTo(200.65, 1);
  });

  test('Memorystore of one GiB, with and without a replica', () => {
    const cost = (tier: string) => one('gcp:redis/instance:Instance', { tier, memorySizeGb: 1 }).idleUsd;
    expect(cost('BASIC')).toBeCloseTo(35.77, 2);
    expect(cost('STANDARD_HA')).toBeCloseTo(46.72, 2);
  });

  test('a service of Cloud Run costs nothing idle when none is kept warm', () => {
    const template = { containers: [{ resources: { cpuIdle: true, limits: { cpu: '1', memory: '512Mi' } } }] };
    expect(one('gcp:cloudrunv2/service:Service', { template }).idleUsd).toBe(0);
    const always = {
      containers: [{ resources: { cpuIdle: false, limits: { cpu: '1', memory: '1Gi' } } }],
      scaling: { minInstanceCount: 1 },
    };
    // 2628000 seconds × (0.000018 + 0.000002)
    expect(one('gcp:cloudrunv2/service:Service', { template: always }).idleUsd).toBeCloseTo(52.56, 2);
  });

  test('a cluster with one node', () => {
    const found = one('aws:eks/cluster:Cluster', { computeConfig: { enabled: true } });
    // 73 + 730 × (0.0765 + 0.00918) + 80 × 0.08
    expect(found.idleUsd).toBeCloseTo(141.95, 2);
  });

  test('a size without a price is an error that names the others', () => {
    expect(() => one('aws:rds/instance:Instance', { instanceClass: 'db.x9' })).toThrow(/db\.x9.*db\.t4g\.micro/);
    expect(() => one('gcp:sql/databaseInstance:DatabaseInstance', { settings: { tier: 'db-x' } })).toThrow(/db-x/);
  });

  test('a type without a price is told', () => {
    expect(one('aws:sqs/queue:Queue', {}).unpriced).toEqual(['aws:sqs/queue:Queue']);
  });
});

const amount = (max: number) => fc.double({ min: 0, max, noNaN: true });
const loads: fc.Arbitrary<Load> = fc.record({
  requestsPerSecond: amount(5_000),
  msPerRequest: amount(2_000),
  gbOut: amount(100_000),
  storedGb: amount(5_000),
});
const everywhere = {
  'taproom:targets': ['app-runner', 'cloud-run', 'docker', 'ecs-express', 'ecs-fargate', 'eks'],
  'taproom:database': { size: 'large' },
};
const aurora = { engine: 'aurora', size: 'large' };
const alerts = {
  enabled: true,
  email: 'oncall@example.com',
  webhook: 'https://oncall.example.com',
  monthlyBudget: 500,
};

describe('estimate, of the program', () => {
  let resources: PricedResource[];
  let withAurora: PricedResource[];
  let withDomain: PricedResource[];

  beforeAll(async () => {
    resources = await resourcesOf('dev', { ...everywhere, 'taproom:settings': { 'ecs-fargate': { waf: true } } });
    withAurora = await resourcesOf('dev', {
      'taproom:targets': ['ecs-fargate', 'eks', 'app-runner', 'ecs-express', 'cloud-run'],
      'taproom:database': aurora,
      'taproom:alerts': alerts,
      'taproom:settings': {
        'ecs-fargate': { egress: 'nat', spot: true },
        eks: { compute: 'node-group', admins: ['arn:aws:iam::123456789012:role/oncall'] },
      },
      'taproom:service': { minInstances: 2 },
    });
    withDomain = await resourcesOf('dev', {
      'taproom:targets': ['ecs-fargate'],
      'taproom:domain': { aws: { name: 'beer.example.com', zone: 'example.com' } },
    });
  }, 120_000);

  test('knows every type: it has a price, or a reason why it has none', () => {
    for (const all of [resources, withAurora, withDomain]) expect(estimate(all, defaultLoad).unpriced).toEqual([]);
  });

  test('is never negative, and its lines add up', () => {
    fc.assert(
      fc.property(loads, (load) => {
        const found = estimate(resources, load);
        for (const { idleUsd, loadUsd } of found.lines) expect(Math.min(idleUsd, loadUsd)).toBeGreaterThanOrEqual(0);
        expect(totalsOf(found.lines)).toEqual({ idleUsd: found.idleUsd, loadUsd: found.loadUsd });
        const groups = Object.values(found.groups);
        expect(groups.reduce((sum, { loadUsd }) => sum + loadUsd, 0)).toBeCloseTo(found.loadUsd, 4);
        expect(groups.reduce((sum, { idleUsd }) => sum + idleUsd, 0)).toBeCloseTo(found.idleUsd, 4);
      }),
      { numRuns: 50 },
    );
  });

  test('never falls when the load grows, for no group', () => {
    fc.assert(
      fc.property(loads, loads, fc.constantFrom(resources, withAurora), (load, more, all) => {
        const grown = Object.fromEntries(
          Object.entries(load).map(([key, value]) => [key, value + more[key as keyof Load]]),
        ) as Load;
        const [before, after] = [estimate(all, load), estimate(all, grown)];
        expect(after.idleUsd).toBeGreaterThanOrEqual(before.idleUsd - 1e-6);
        for (const [group, { loadUsd, idleUsd }] of Object.entries(before.groups)) {
          expect(after.groups[group]?.loadUsd).toBeGreaterThanOrEqual(loadUsd - 1e-6);
          expect(loadUsd).toBeGreaterThanOrEqual(idleUsd - 1e-6);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('puts each target into a group of its own, and what a cloud shares into another', () => {
    const groups = Object.keys(estimate(resources, defaultLoad).groups).sort();
    // On this machine nothing costs.
    expect(groups).toEqual([
      'app-runner',
      'cloud-run',
      'ecs-express',
      'ecs-fargate',
      'eks',
      'shared on aws',
      'shared on gcp',
    ]);
  });
});

describe('the tables', () => {
  test('give no type a price and a reason to have none', () => {
    expect(Object.keys(freeTypes).filter((type) => type in pricers)).toEqual([]);
  });

  test('say of each price where it is from', () => {
    for (const [key, { usd, unit, source, readAt }] of Object.entries(prices)) {
      expect([key, usd > 0, unit.length > 0]).toEqual([key, true, true]);
      for (const link of [source, readAt ?? source]) expect(link).toMatch(/^https:\/\//);
    }
  });
});
