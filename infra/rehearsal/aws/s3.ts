import type { s3 } from '@pulumi/aws';
import type { Cloud } from '../cloud/cloud';
import { resource } from '../declare';

export const bucket = resource<s3.Bucket, s3.BucketArgs>({
  token: 'aws:s3/bucket:Bucket',
  naming: { property: 'bucket', maxLength: 63, letters: 'lower' },
  replaceOn: ['bucket', 'bucketPrefix', 'objectLockEnabled'],
  defaults: { forceDestroy: false },
  empty: [
    ...([
      'accelerationStatus',
      'acl',
      'bucketNamespace',
      'bucketPrefix',
      'corsRules',
      'grants',
      'lifecycleRules',
    ] as const),
    ...(['logging', 'objectLockConfiguration', 'objectLockEnabled', 'policy', 'replicationConfiguration'] as const),
    ...(['serverSideEncryptionConfiguration', 'versioning', 'website', 'websiteDomain', 'websiteEndpoint'] as const),
  ],
  seconds: { create: 2, delete: 1 },
  id: ({ inputs }) => inputs.bucket ?? '',
  outputs: ({ inputs, place, id }) => ({
    arn: `arn:aws:s3:::${id}`,
    bucketDomainName: `${id}.s3.amazonaws.com`,
    bucketRegion: place.region ?? '',
    bucketRegionalDomainName: `${id}.s3.${place.region}.amazonaws.com`,
    hostedZoneId: 'Z3AQBSTGFYJSTF',
    requestPayer: inputs.requestPayer ?? 'BucketOwner',
  }),
  // One name for all accounts and regions.
  unique: ({ inputs }) => `bucket ${inputs.bucket}`,
  exists: ({ inputs }) =>
    `BucketAlreadyExists: The requested bucket name is not available. The bucket namespace is shared by all users of the system. (${inputs.bucket})`,
});

export function findBucket(cloud: Cloud, name: string) {
  return cloud.find(bucket, name);
}

export const bucketVersioning = resource<s3.BucketVersioning, s3.BucketVersioningArgs>({
  token: 'aws:s3/bucketVersioning:BucketVersioning',
  replaceOn: ['bucket', 'expectedBucketOwner'],
  seconds: { create: 2, delete: 1 },
  id: ({ inputs }) => inputs.bucket,
  outputs: () => ({}),
});

export const bucketEncryption = resource<
  s3.BucketServerSideEncryptionConfiguration,
  s3.BucketServerSideEncryptionConfigurationArgs
>({
  token: 'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
  replaceOn: ['bucket', 'expectedBucketOwner'],
  seconds: { create: 1, delete: 1 },
  id: ({ inputs }) => inputs.bucket,
  outputs: () => ({}),
});

export const bucketPublicAccessBlock = resource<s3.BucketPublicAccessBlock, s3.BucketPublicAccessBlockArgs>({
  token: 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
  replaceOn: ['bucket'],
  defaults: { blockPublicAcls: false, blockPublicPolicy: false, ignorePublicAcls: false, restrictPublicBuckets: false },
  seconds: { create: 1, delete: 1 },
  id: ({ inputs }) => inputs.bucket,
  outputs: () => ({}),
});

export const bucketOwnershipControls = resource<s3.BucketOwnershipControls, s3.BucketOwnershipControlsArgs>({
  token: 'aws:s3/bucketOwnershipControls:BucketOwnershipControls',
  replaceOn: ['bucket'],
  seconds: { create: 1, delete: 1 },
  id: ({ inputs }) => inputs.bucket,
  outputs: () => ({}),
});

export const bucketPolicy = resource<s3.BucketPolicy, s3.BucketPolicyArgs>({
  token: 'aws:s3/bucketPolicy:BucketPolicy',
  replaceOn: ['bucket'],
  seconds: { create: 1, delete: 1 },
  id: ({ inputs }) => inputs.bucket,
  outputs: () => ({}),
});

export const bucketLifecycle = resource<s3.BucketLifecycleConfiguration, s3.BucketLifecycleConfigurationArgs>({
  token: 'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
  replaceOn: ['bucket', 'expectedBucketOwner'],
  seconds: { create: 5, delete: 1 },
  empty: ['expectedBucketOwner'],
  id: ({ inputs }) => inputs.bucket,
  outputs: ({ inputs }) => ({
    transitionDefaultMinimumObjectSize: inputs.transitionDefaultMinimumObjectSize ?? 'all_storage_classes_128K',
  }),
});
