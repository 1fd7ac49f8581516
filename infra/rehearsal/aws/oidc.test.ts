import { applySetup, createAwsWorld, type Step, testMutations } from './testing/setup';

const url = 'https://token.actions.githubusercontent.com';
const steps: readonly Step[] = [
  {
    token: 'aws:iam/openIdConnectProvider:OpenIdConnectProvider',
    name: 'github',
    inputs: { url, clientIdLists: ['sts.amazonaws.com'] },
  },
];

describe('the rules of OpenID Connect', () => {
  testMutations(steps, [
    {
      rule: 'aws.iam.oidc-url',
      what: 'plain HTTP',
      resource: 'github',
      inputs: { url: url.replace('https', 'http') },
    },
    { rule: 'aws.iam.oidc-url', what: 'a query', resource: 'github', inputs: { url: `${url}?a=b` } },
    { rule: 'aws.iam.oidc-audiences', what: 'an empty client id', resource: 'github', inputs: { clientIdLists: [''] } },
    {
      rule: 'aws.iam.oidc-thumbprints',
      what: 'a thumbprint of SHA-256',
      resource: 'github',
      inputs: { thumbprintLists: ['a'.repeat(64)] },
    },
  ]);

  test('one account has a provider once', async () => {
    const world = createAwsWorld();
    const made = await applySetup(world, steps);
    expect(made.github?.arn).toBe('arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com');
    expect(made.github?.thumbprintLists).toHaveLength(1);
    const again = world.apply(steps[0]?.token ?? '', 'again', { url, clientIdLists: ['sts.amazonaws.com'] });
    await expect(again).rejects.toThrow('EntityAlreadyExists');
  });
});
