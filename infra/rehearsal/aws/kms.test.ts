import { applySetup, createAwsWorld, type Step, testMutations, text } from './testing/setup';

const steps: readonly Step[] = [
  { token: 'aws:kms/key:Key', name: 'key', inputs: { enableKeyRotation: true, deletionWindowInDays: 30 } },
  {
    token: 'aws:kms/alias:Alias',
    name: 'alias',
    inputs: (made) => ({ name: 'alias/orders', targetKeyId: text(made, 'key', 'keyId') }),
  },
];

describe('the rules of aws.kms', () => {
  testMutations(steps, [
    {
      rule: 'aws.kms.deletion-window',
      what: 'a week less a day',
      resource: 'key',
      inputs: { deletionWindowInDays: 6 },
    },
    { rule: 'aws.kms.rotation', what: 'a period of a month', resource: 'key', inputs: { rotationPeriodInDays: 30 } },
    {
      rule: 'aws.kms.rotation',
      what: 'a pair of keys',
      resource: 'key',
      inputs: { customerMasterKeySpec: 'RSA_2048' },
    },
    { rule: 'aws.kms.key-policy', what: 'no effect', resource: 'key', inputs: { policy: '{"Statement":[{}]}' } },
    { rule: 'aws.kms.alias-name', what: 'a bare name', resource: 'alias', inputs: { name: 'orders' } },
    { rule: 'aws.kms.alias-name', what: 'a name of AWS', resource: 'alias', inputs: { name: 'alias/aws/s3' } },
    { rule: 'aws.kms.key-missing', what: 'a missing key', resource: 'alias', inputs: { targetKeyId: 'none' } },
  ]);

  test('a key tells its number and its policy, an alias its key', async () => {
    const made = await applySetup(createAwsWorld(), steps);
    expect(text(made, 'key', 'arn')).toBe(`arn:aws:kms:eu-central-1:123456789012:key/${text(made, 'key', 'keyId')}`);
    expect(JSON.parse(text(made, 'key', 'policy'))).toMatchObject({ Statement: [{ Action: 'kms:*' }] });
    expect(text(made, 'alias', 'targetKeyArn')).toBe(text(made, 'key', 'arn'));
    expect(made.key?.rotationPeriodInDays).toBe(365);
  });
});
