import { applySetup, createGcpWorld, type Step, testMutations, text } from './testing/setup';

const bucket = 'gcp:storage/bucket:Bucket';
const ring = 'gcp:kms/keyRing:KeyRing';
const account = 'orders@example.com';
const steps: readonly Step[] = [
  { token: 'gcp:projects/service:Service', name: 'kms-api', inputs: { service: 'cloudkms.googleapis.com' } },
  {
    token: bucket,
    name: 'state',
    inputs: {
      name: 'orders-state',
      location: 'EUROPE-WEST1',
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      lifecycleRules: [{ action: { type: 'Delete' }, condition: { daysSinceNoncurrentTime: 30 } }],
    },
  },
  {
    token: 'gcp:storage/bucketIAMMember:BucketIAMMember',
    name: 'reader',
    inputs: { bucket: 'orders-state', role: 'roles/storage.objectViewer', member: `user:${account}` },
  },
  { token: ring, name: 'ring', inputs: { name: 'orders', location: 'europe-west1' } },
  {
    token: 'gcp:kms/cryptoKey:CryptoKey',
    name: 'key',
    inputs: (made) => ({ name: 'orders', keyRing: text(made, 'ring'), rotationPeriod: '7776000s' }),
  },
  {
    token: 'gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember',
    name: 'decrypter',
    inputs: (made) => ({
      cryptoKeyId: text(made, 'key'),
      role: 'roles/cloudkms.cryptoKeyDecrypter',
      member: `user:${account}`,
    }),
  },
];

describe('the rules of gcp.storage and gcp.kms', () => {
  testMutations(steps, [
    { rule: 'gcp.storage.bucket-name', what: 'capitals', resource: 'state', change: { name: 'Orders' } },
    { rule: 'gcp.storage.bucket-name', what: "Google's name", resource: 'state', change: { name: 'google-orders' } },
    {
      rule: 'gcp.storage.public-access-prevention',
      what: 'a word that Google lacks',
      resource: 'state',
      change: { publicAccessPrevention: 'on' },
    },
    {
      rule: 'gcp.storage.class',
      what: 'a class that there is not',
      resource: 'state',
      change: { storageClass: 'GLACIER' },
    },
    {
      rule: 'gcp.storage.lifecycle',
      what: 'an action that there is not',
      resource: 'state',
      change: { 'lifecycleRules.0.action.type': 'Remove' },
    },
    {
      rule: 'gcp.storage.lifecycle',
      what: 'no condition',
      resource: 'state',
      change: { 'lifecycleRules.0.condition': {} },
    },
    { rule: 'gcp.kms.api-enabled', what: 'no API', resource: 'ring', without: ['kms-api'] },
    { rule: 'gcp.kms.name', what: 'a dot', resource: 'ring', change: { name: 'orders.keys' } },
    { rule: 'gcp.kms.purpose', what: 'a purpose that there is not', resource: 'key', change: { purpose: 'ENCRYPT' } },
    { rule: 'gcp.kms.rotation', what: 'every hour', resource: 'key', change: { rotationPeriod: '3600s' } },
    { rule: 'gcp.kms.rotation', what: 'a key that signs', resource: 'key', change: { purpose: 'ASYMMETRIC_SIGN' } },
    {
      rule: 'gcp.kms.key-ring-missing',
      what: 'a missing ring',
      resource: 'key',
      change: { keyRing: 'projects/rehearsal-project/locations/europe-west1/keyRings/none' },
    },
    { rule: 'gcp.iam.member-format', what: 'a bare address', resource: 'reader', change: { member: account } },
    {
      rule: 'gcp.iam.resource-exists',
      what: 'a missing key',
      resource: 'decrypter',
      of: 'decrypter',
      change: { cryptoKeyId: 'projects/rehearsal-project/locations/europe-west1/keyRings/orders/cryptoKeys/none' },
    },
  ]);

  test('a name is taken in all projects, and that of a key ring for ever', async () => {
    const world = createGcpWorld();
    await applySetup(world, steps);
    const other = world.apply(bucket, 'other', { name: 'orders-state', location: 'US', project: 'other-project' });
    await expect(other).rejects.toThrow('Error 409');
    for (const name of ['decrypter', 'key', 'ring']) await world.destroy(name);
    await expect(world.apply(ring, 'ring', { name: 'orders', location: 'europe-west1' })).rejects.toThrow('409');
  });
});
