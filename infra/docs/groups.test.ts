import { targets } from '../targets';
import { deployUnderMocks, providerConfig } from '../testing/deploy-under-mocks';
import { findPart, type Parts } from './groups';
import { awsParts } from './parts-aws';
import { dockerParts } from './parts-docker';
import { gcpParts } from './parts-gcp';

const aws = { name: 'api.example.com', zone: 'example.com' };

/** Stacks that make, together, every type of resource that the program knows. */
const stacks: Record<string, { targets: string[] } & Record<string, unknown>> = {
  'all targets': {
    targets: ['app-runner', 'cloud-run', 'ecs-express', 'ecs-fargate', 'eks'],
    database: { size: 'large' },
    service: { maxInstances: 1 },
  },
  'Fargate with all there is': {
    targets: ['ecs-fargate'],
    domain: { aws },
    settings: { 'ecs-fargate': { waf: true, strategy: 'canary', exec: true } },
  },
  'Aurora, without a cache': { targets: ['ecs-fargate'], database: { engine: 'aurora' }, cache: 'none' },
  'EKS on nodes of a group': {
    targets: ['eks'],
    domain: { aws },
    settings: { eks: { compute: 'node-group', admins: ['arn:aws:iam::123456789012:role/admin'] } },
  },
  'Google Cloud by itself': { targets: ['cloud-run'] },
  'this machine': { targets: ['docker'] },
};

function alertsWhereThereAre(names: string[]): object {
  const enabled = names.every((name) => targets[name]?.cloud.hasAlarms);
  return enabled ? { enabled, email: 'on-call@example.com', billingAccount: '012345-567890-ABCDEF' } : {};
}

describe('findPart', () => {
  const met = new Set<string>();

  test.each(Object.entries(stacks))('knows where every resource of the stack stands: %s', async (_, settings) => {
    const named = Object.entries({ ...settings, alerts: alertsWhereThereAre(settings.targets) });
    const own = Object.fromEntries(named.map(([key, value]) => [`taproom:${key}`, value]));
    const { resources } = await deployUnderMocks({ config: { ...providerConfig, ...own } });
    for (const resource of resources) {
      findPart(resource);
      const { type, name } = resource;
      met
        .add(type)
        .add(`${type} ${name}`)
        .add(`${type} ${name.split('-').at(-1)}`);
    }
  });

  test('refuses a type that no group knows, and says where to add it', () => {
    expect(() => findPart({ type: 'aws:sqs/queue:Queue', name: 'jobs' })).toThrow(
      'no group of the pictures knows aws:sqs/queue:Queue (jobs): add it to infra/docs/parts-aws.ts',
    );
  });

  test('knows no type that the program does not make', () => {
    const keys = [awsParts, gcpParts, dockerParts].flatMap((parts: Parts) => Object.values(parts).flatMap(Object.keys));
    expect(keys.filter((key) => !met.has(key))).toEqual([]);
  });
});
