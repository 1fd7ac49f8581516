import { parseGraph } from '../graph/graph';
import { secretRules } from './secret-rules';
import { findSecretValue, parseSecretReference, type SecretReference } from './secrets';
import { applySetup, createAwsWorld, type Step, testMutations, text } from './testing/setup';

const steps: readonly Step[] = [
  { token: 'aws:secretsmanager/secret:Secret', name: 'secret', inputs: { name: 'service', recoveryWindowInDays: 7 } },
  {
    token: 'aws:secretsmanager/secretVersion:SecretVersion',
    name: 'version',
    inputs: (made) => ({
      secretId: text(made, 'secret'),
      secretString: JSON.stringify({ PASSWORD: 'one', PORT: 5432 }),
    }),
  },
  {
    token: 'aws:secretsmanager/secretPolicy:SecretPolicy',
    name: 'policy',
    inputs: (made) => ({
      secretArn: text(made, 'secret', 'arn'),
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Principal: '*', Action: 'secretsmanager:DeleteSecret', Resource: '*' }],
      }),
    }),
  },
];

describe('the rules of aws.secretsmanager', () => {
  testMutations(steps, [
    { rule: 'aws.secretsmanager.name', what: 'a space', resource: 'secret', inputs: { name: 'my secret' } },
    { rule: 'aws.secretsmanager.name', what: 'too long a name', resource: 'secret', inputs: { name: 'a'.repeat(513) } },
    {
      rule: 'aws.secretsmanager.recovery-window',
      what: 'a window of three days',
      resource: 'secret',
      inputs: { recoveryWindowInDays: 3 },
    },
    {
      rule: 'aws.secretsmanager.version-value',
      what: 'no value',
      resource: 'version',
      inputs: { secretString: undefined },
    },
    {
      rule: 'aws.secretsmanager.version-value',
      what: 'an empty value',
      resource: 'version',
      inputs: { secretString: '' },
    },
    {
      rule: 'aws.secretsmanager.version-value',
      what: 'two values',
      resource: 'version',
      inputs: { secretBinary: 'eA==' },
    },
    {
      rule: 'aws.secretsmanager.version-value',
      what: 'too long a value',
      resource: 'version',
      inputs: { secretString: 'x'.repeat(65_537) },
    },
    {
      rule: 'aws.secretsmanager.secret-missing',
      what: 'a missing secret',
      resource: 'version',
      inputs: { secretId: 'none' },
    },
    { rule: 'aws.secretsmanager.policy', what: 'no JSON', resource: 'policy', inputs: { policy: 'deny' } },
    {
      rule: 'aws.secretsmanager.policy-secret-missing',
      what: 'a missing secret',
      resource: 'policy',
      inputs: { secretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:none-AbCdEf' },
    },
  ]);

  test('aws.secretsmanager.name-in-deletion refuses a deleted name until it cannot be restored', async () => {
    const world = createAwsWorld();
    await applySetup(world, steps);
    await world.destroy('secret');
    const again = () => world.apply('aws:secretsmanager/secret:Secret', 'again', { name: 'service' });
    await expect(again()).rejects.toThrow('[rule aws.secretsmanager.name-in-deletion:');
    world.cloud.clock.advance({ hours: 24 * 7 });
    await again();
  });

  test.each([
    ['plain', 1],
    [{ '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270', ciphertext: 'x' }, 0],
  ])('aws.secretsmanager.value-in-plain judges the state (%#)', async (secretString, count) => {
    const type = 'aws:secretsmanager/secretVersion:SecretVersion';
    const resources = [
      { urn: `urn:pulumi:a::b::${type}::v`, type, custom: true, inputs: { secretString }, outputs: {} },
    ];
    const rule = secretRules.find(({ id }) => id === 'aws.secretsmanager.value-in-plain');
    if (rule?.stage !== 'graph') throw new Error('no such rule');
    expect(await rule.check(parseGraph({ deployment: { resources } }))).toHaveLength(count);
  });
});

describe('parseSecretReference', () => {
  const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:service-AbCdEf';

  test.each<[string, SecretReference | undefined]>([
    [arn, { arn }],
    [`${arn}:PASSWORD::`, { arn, key: 'PASSWORD' }],
    [`${arn}:PASSWORD:AWSPREVIOUS:`, { arn, key: 'PASSWORD', stage: 'AWSPREVIOUS' }],
    [`${arn}:PASSWORD::1234`, { arn, key: 'PASSWORD', version: '1234' }],
    [`${arn}:::1234`, { arn, version: '1234' }],
    ['service', undefined],
    [`${arn}:a:b:c:d`, undefined],
  ])('reads %s', (text, reference) => {
    expect(parseSecretReference(text)).toEqual(reference);
  });
});

describe('findSecretValue', () => {
  test('finds whole values, keys, stages and versions', async () => {
    const world = createAwsWorld();
    const made = await applySetup(world, steps);
    const arn = text(made, 'secret', 'arn');
    const first = text(made, 'version', 'versionId');
    const next = { secretId: arn, secretString: JSON.stringify({ PASSWORD: 'two' }) };
    await world.apply('aws:secretsmanager/secretVersion:SecretVersion', 'version-2', next);
    const read = (reference: Partial<SecretReference>) => findSecretValue(world.cloud, { arn, ...reference });
    expect(read({})).toMatchObject({ value: next.secretString });
    expect(read({ key: 'PASSWORD' })).toMatchObject({ value: 'two' });
    expect(read({ key: 'PASSWORD', stage: 'AWSPREVIOUS' })).toMatchObject({ value: 'one' });
    expect(read({ key: 'PORT', version: first })).toMatchObject({ value: '5432' });
    expect(read({ key: 'PORT' })).toEqual({
      found: false,
      why: expect.stringContaining('did not contain json key PORT'),
    });
    expect(read({ version: 'none' })).toEqual({ found: false, why: expect.stringContaining('version ID: none') });
    expect(read({ arn: `${arn}x` })).toEqual({
      found: false,
      why: expect.stringContaining("can't find the specified secret"),
    });
  });
});
