import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deployUnderMocks, providerConfig } from '../testing/deploy-under-mocks';
import type { MockedResource } from '../testing/mock-clouds';
import { judge } from './judge';
import { googleLabelled, taggedByAws } from './tagged-types';
import { stackOfMocks } from './testing/stack-of-mocks';

// Connections of all targets of AWS together.
const large = { size: 'large' };
const everywhere = ['app-runner', 'cloud-run', 'docker', 'ecs-express', 'ecs-fargate', 'eks'];

async function deploy(config: Record<string, unknown>): Promise<MockedResource[]> {
  return (await deployUnderMocks({ config: { ...providerConfig, 'taproom:database': large, ...config } })).resources;
}

describe('the program', () => {
  test.each([false, true])('violates nothing, with protection %s', async (isProtected) => {
    const resources = await deploy({ 'taproom:targets': everywhere, 'taproom:protect': isProtected });
    const violations = await judge(stackOfMocks(resources, isProtected));
    const mandatory = violations.filter(({ rule }) => rule.level === 'mandatory');
    expect(mandatory.map(({ message }) => message)).toEqual([]);
    // Without a domain there is no certificate; the cluster's API is open to those with credentials.
    expect(violations.map(({ rule }) => rule.id)).toEqual([
      'load-balancer-https',
      'ingress-https',
      'eks-api-for-known-ranges',
    ]);
  });

  test('answers by HTTPS only under a name of its own', async () => {
    const resources = await deploy({
      'taproom:targets': ['ecs-fargate', 'cloud-run'],
      'taproom:domain': { aws: { name: 'beer.example.com', zone: 'example.com' } },
    });
    expect(await judge(stackOfMocks(resources, false))).toEqual([]);
  });

  test('is judged on the tags and labels of every type that takes any', async () => {
    const resources = await deploy({ 'taproom:targets': everywhere });
    const types = [...new Set(resources.map(({ type }) => type))];
    expect(types.filter((type) => type.startsWith('aws:') && takes(type, 'tags')).sort()).toEqual(
      types.filter((type) => taggedByAws.includes(type)).sort(),
    );
    expect(types.filter((type) => type.startsWith('gcp:') && takes(type, 'labels')).sort()).toEqual(
      types.filter((type) => googleLabelled[type] === 'labels').sort(),
    );
  });
});

/** As the provider package's typings have it: `aws:ecs/service:Service` is ecs/service.d.ts. */
function takes(type: string, property: 'tags' | 'labels'): boolean {
  const [provider = '', path = '', name = ''] = type.split(':');
  const folder = dirname(require.resolve(`@pulumi/${provider}/package.json`));
  const file = join(folder, `${path}.d.ts`);
  if (!existsSync(file)) return false;
  const args = readFileSync(file, 'utf8').split(`export interface ${name}Args`)[1] ?? '';
  return new RegExp(`^\\s+${property}\\?: pulumi\\.Input<`, 'm').test(args);
}
