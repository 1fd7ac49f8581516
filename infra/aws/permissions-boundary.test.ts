import * as pulumi from '@pulumi/pulumi';
import deployStack from '../index';
import { providerConfig, setStackConfig } from '../testing/deploy-under-mocks';
import { mockClouds } from '../testing/mock-clouds';

const boundary = 'arn:aws:iam::123456789012:policy/taproom-ci/taproom-ci-up-dev-boundary';

/** As a whole stack, which the transformation is of. */
async function rolesWith(settings: Record<string, unknown>) {
  setStackConfig({ ...providerConfig, 'taproom:targets': ['app-runner'], ...settings });
  const resources = await mockClouds({ project: 'taproom', stack: 'dev' });
  await pulumi.runtime.runInPulumiStack(async () => deployStack());
  await pulumi.runtime.disconnect();
  return resources.filter(({ type }) => type === 'aws:iam/role:Role').map(({ inputs }) => inputs.permissionsBoundary);
}

beforeAll(() => {
  jest.spyOn(console, 'log').mockReturnValue();
});

describe('taproom:permissionsBoundary', () => {
  test('bounds every role of the stack', async () => {
    const bounds = await rolesWith({ 'taproom:permissionsBoundary': boundary });
    expect(bounds.length).toBeGreaterThan(2);
    expect(new Set(bounds)).toEqual(new Set([boundary]));
  });

  test('is left out when it is empty', async () => {
    const bounds = await rolesWith({});
    expect(bounds.length).toBeGreaterThan(2);
    expect(new Set(bounds)).toEqual(new Set([undefined]));
  });
});
