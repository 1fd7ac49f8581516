import { applySetup, createAwsWorld, type Step, testMutations } from './testing/setup';

const name = 'orders-state-eu';
const of = { bucket: name };
const allow = (principal: unknown, resource: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 's3:GetObject', Resource: resource }],
  });
const root = { AWS: 'arn:aws:iam::123456789012:root' };
const lifecycle = (...rules: object[]) => ({ rules: rules as never });
const rule = { id: 'old', status: 'Enabled', noncurrentVersionExpiration: { noncurrentDays: 30 } };
const type = (kind: string) => `aws:s3/${kind}:${kind[0]?.toUpperCase()}${kind.slice(1)}`;
const encryption = (byDefault: object) => ({ rules: [{ applyServerSideEncryptionByDefault: byDefault }] as never });

const steps: readonly Step[] = [
  { token: type('bucket'), name: 'bucket', inputs: of },
  {
    token: type('bucketPublicAccessBlock'),
    name: 'block',
    inputs: { ...of, blockPublicPolicy: true, blockPublicAcls: true },
  },
  {
    token: type('bucketVersioning'),
    name: 'versions',
    inputs: { ...of, versioningConfiguration: { status: 'Enabled' } },
  },
  {
    token: type('bucketServerSideEncryptionConfiguration'),
    name: 'encryption',
    inputs: { ...of, ...encryption({ sseAlgorithm: 'AES256' }) },
  },
  {
    token: type('bucketOwnershipControls'),
    name: 'owner',
    inputs: { ...of, rule: { objectOwnership: 'BucketOwnerEnforced' } },
  },
  { token: type('bucketLifecycleConfiguration'), name: 'lifecycle', inputs: { ...of, ...lifecycle(rule) } },
  {
    token: type('bucketPolicy'),
    name: 'policy',
    inputs: { ...of, policy: allow(root, `arn:aws:s3:::${name}/*`) },
  },
];

describe('the rules of aws.s3', () => {
  testMutations(steps, [
    { rule: 'aws.s3.bucket-name', what: 'capitals', resource: 'bucket', inputs: { bucket: 'Orders' } },
    { rule: 'aws.s3.bucket-name', what: '64 characters', resource: 'bucket', inputs: { bucket: 'o'.repeat(64) } },
    { rule: 'aws.s3.bucket-name', what: 'an address', resource: 'bucket', inputs: { bucket: '10.0.0.1' } },
    {
      rule: 'aws.s3.versioning',
      what: 'a state that S3 lacks',
      resource: 'versions',
      inputs: { versioningConfiguration: { status: 'On' } },
    },
    {
      rule: 'aws.s3.encryption',
      what: 'an algorithm that S3 lacks',
      resource: 'encryption',
      inputs: encryption({ sseAlgorithm: 'AES' }),
    },
    {
      rule: 'aws.s3.encryption',
      what: 'a key for an algorithm without keys',
      resource: 'encryption',
      inputs: encryption({ sseAlgorithm: 'AES256', kmsMasterKeyId: 'alias/orders' }),
    },
    {
      rule: 'aws.s3.ownership',
      what: 'a rule that S3 lacks',
      resource: 'owner',
      inputs: { rule: { objectOwnership: 'Me' } },
    },
    {
      rule: 'aws.s3.lifecycle',
      what: 'a rule that does nothing',
      resource: 'lifecycle',
      inputs: lifecycle({ id: 'idle', status: 'Enabled' }),
    },
    { rule: 'aws.s3.lifecycle', what: 'one id twice', resource: 'lifecycle', inputs: lifecycle(rule, rule) },
    { rule: 'aws.s3.bucket-policy', what: 'no JSON', resource: 'policy', inputs: { policy: '{' } },
    {
      rule: 'aws.s3.policy-resource',
      what: 'another bucket',
      resource: 'policy',
      inputs: { policy: allow(root, 'arn:aws:s3:::other/*') },
    },
    {
      rule: 'aws.s3.public-policy',
      what: 'everybody',
      resource: 'policy',
      inputs: { policy: allow('*', `arn:aws:s3:::${name}/*`) },
    },
    { rule: 'aws.s3.bucket-missing', what: 'a missing bucket', resource: 'versions', inputs: { bucket: 'none' } },
  ]);

  test('a name is taken in all regions', async () => {
    const world = createAwsWorld();
    await applySetup(world, steps);
    const again = world.apply(type('bucket'), 'again', { bucket: name, region: 'us-east-1' });
    await expect(again).rejects.toThrow('BucketAlreadyExists');
  });
});
