import { openPrevious } from './rotation';
import { targets } from './targets';
import { deployUnderMocks, type MockedDeployment, providerConfig } from './testing/deploy-under-mocks';
import { type MockedResource, Secret } from './testing/mock-clouds';

/** Everything that a resource is given, with secrets as their values. */
function textOf({ inputs }: MockedResource): string {
  return JSON.stringify(inputs, (_, value: unknown) => (value instanceof Secret ? value.value : value));
}

const textsOf = ({ resources }: MockedDeployment) => resources.map(textOf).join('\n');
const passwordsOf = ({ resources }: MockedDeployment) =>
  resources.filter(({ type }) => type === 'random:index/randomPassword:RandomPassword').map(({ name }) => name);

describe('openPrevious', () => {
  test.each([
    [1, 0, undefined],
    [2, 0, 1],
    [2, 1, undefined],
    [3, 1, 2],
    [3, 0, 2],
  ])('of %i, where %i is ended, is %j', (current, ended, previous) => {
    expect(openPrevious(current, ended)).toBe(previous);
  });
});

describe.each(Object.keys(targets))('on %s', (name) => {
  const deploy = (rotation: Record<string, number>) =>
    deployUnderMocks({ config: { ...providerConfig, 'taproom:targets': [name], 'taproom:rotation': rotation } });

  test('both values of a secret are there while it is changed, and one when that is ended', async () => {
    const both = await deploy({ apiKey: 2, databaseLogin: 2 });
    expect(both.outputs.api_key).toBe('api-key-2-password-value');
    expect(textsOf(both)).toContain('API_KEY_PREVIOUS');
    expect(textsOf(both)).toContain('taproom_service_b');
    expect(textsOf(both)).not.toContain('SERVICE_ROLE_LOCKED');
    // The login before keeps its password for the way back.
    expect(firstAndSecond(passwordsOf(both))).toEqual([2, 2]);

    const one = await deploy({ apiKey: 2, retiredApiKey: 1, databaseLogin: 2, lockedDatabaseLogin: 1 });
    expect(one.outputs.api_key).toBe('api-key-2-password-value');
    expect(textsOf(one)).not.toContain('API_KEY_PREVIOUS');
    expect(textsOf(one)).toMatch(/SERVICE_ROLE_LOCKED[\\":,value=]+taproom_service\b/);
    expect(firstAndSecond(passwordsOf(one))).toEqual([0, 2]);
  });

  test('a third login has the first role again, which is not locked then', async () => {
    const deployment = await deploy({ databaseLogin: 3, lockedDatabaseLogin: 1 });
    expect(textsOf(deployment)).not.toContain('SERVICE_ROLE_LOCKED');
    expect(textsOf(deployment)).not.toContain('taproom_service_b');
    expect(passwordsOf(deployment)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/postgres-service-2-password$/),
        expect.stringMatching(/postgres-service-3-password$/),
      ]),
    );
  });
});

/** How many of the passwords that can be rotated are the first ones, and how many the second ones. */
function firstAndSecond(names: string[]): [number, number] {
  const count = (pattern: RegExp) => names.filter((name) => pattern.test(name)).length;
  return [count(/(api-key|postgres-service)-password$/), count(/(api-key|postgres-service)-2-password$/)];
}
