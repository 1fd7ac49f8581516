import { applyRule, inputRule } from '../rules';
import { asList, parsePolicy, refusePolicy, statementsOf } from './policy-document';
import {
  bucket,
  bucketEncryption,
  bucketLifecycle,
  bucketOwnershipControls,
  bucketPolicy,
  bucketPublicAccessBlock,
  bucketVersioning,
  findBucket,
} from './s3';

const parts = [
  bucketEncryption,
  bucketLifecycle,
  bucketOwnershipControls,
  bucketPolicy,
  bucketPublicAccessBlock,
  bucketVersioning,
] as const;
const actions = ['expiration', 'noncurrentVersionExpiration', 'transitions', 'noncurrentVersionTransitions'] as const;

const rules = [
  inputRule({
    id: 'aws.s3.bucket-name',
    refuses:
      'Names of buckets other than 3 to 63 lower-case letters, digits, hyphens and single dots, or like an address.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html',
    types: bucket,
    check: ({ inputs: { bucket: name = 'generated' } }) =>
      /^(?!xn--|sthree-|amzn-s3-demo-)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
      !/^\d+(\.\d+){3}$|-s3alias$|--ol-s3$|--x-s3$/.test(name)
        ? undefined
        : `InvalidBucketName: The specified bucket is not valid (bucket: 3 to 63 lower-case letters, digits, hyphens and dots)`,
  }),
  inputRule({
    id: 'aws.s3.versioning',
    refuses: 'A state of versioning other than Enabled, Suspended and Disabled.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html',
    types: bucketVersioning,
    check: ({
      inputs: {
        versioningConfiguration: { status },
      },
    }) =>
      ['Enabled', 'Suspended', 'Disabled'].includes(status)
        ? undefined
        : `expected versioningConfiguration.status to be one of ["Enabled" "Suspended" "Disabled"], got ${status}`,
  }),
  inputRule({
    id: 'aws.s3.encryption',
    refuses: 'An algorithm that S3 does not have, or a key of KMS for one that takes none.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html',
    types: bucketEncryption,
    check: ({ inputs: { rules: wanted } }) =>
      wanted.flatMap(({ applyServerSideEncryptionByDefault: byDefault }) => {
        if (byDefault === undefined) return [];
        const { sseAlgorithm, kmsMasterKeyId } = byDefault;
        if (!['AES256', 'aws:kms', 'aws:kms:dsse'].includes(sseAlgorithm)) {
          return [`expected sseAlgorithm to be one of ["AES256" "aws:kms" "aws:kms:dsse"], got ${sseAlgorithm}`];
        }
        return sseAlgorithm === 'AES256' && kmsMasterKeyId
          ? ['InvalidArgument: a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms']
          : [];
      }),
  }),
  inputRule({
    id: 'aws.s3.ownership',
    refuses: 'A rule of ownership that S3 does not have.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html',
    types: bucketOwnershipControls,
    check: ({
      inputs: {
        rule: { objectOwnership },
      },
    }) =>
      ['BucketOwnerPreferred', 'ObjectWriter', 'BucketOwnerEnforced'].includes(objectOwnership)
        ? undefined
        : `expected rule.objectOwnership to be BucketOwnerPreferred, ObjectWriter or BucketOwnerEnforced, got ${objectOwnership}`,
  }),
  inputRule({
    id: 'aws.s3.lifecycle',
    refuses: 'A rule of a lifecycle that does nothing, is neither Enabled nor Disabled, or has the id of another one.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html',
    types: bucketLifecycle,
    check: ({ inputs: { rules: wanted = [] } }) => [
      ...wanted.flatMap((rule) => {
        const doesNothing =
          rule.abortIncompleteMultipartUpload === undefined && actions.every((action) => rule[action] === undefined);
        return doesNothing ? ['InvalidRequest: At least one action needs to be specified in a rule. (rules)'] : [];
      }),
      ...wanted
        .filter(({ status }) => !['Enabled', 'Disabled'].includes(status))
        .map(({ status }) => `expected status to be Enabled or Disabled, got ${status}`),
      ...wanted
        .filter(({ id }, index) => wanted.findIndex((other) => other.id === id) < index)
        .map(({ id }) => `InvalidArgument: Rule ID must be unique. Found same ID for more than one rule: ${id}`),
    ],
  }),
  inputRule({
    id: 'aws.s3.bucket-policy',
    refuses: 'A policy of a bucket that is malformed.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html',
    types: bucketPolicy,
    check: ({ inputs: { policy } }) => refusePolicy('policy', policy, 'resource'),
  }),
  applyRule({
    id: 'aws.s3.bucket-missing',
    refuses: 'A setting of a bucket that does not exist.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html',
    types: parts,
    check: ({ inputs, cloud }) =>
      findBucket(cloud, inputs.bucket) === undefined
        ? `NoSuchBucket: The specified bucket does not exist (bucket: ${inputs.bucket})`
        : undefined,
  }),
  applyRule({
    id: 'aws.s3.policy-resource',
    refuses: 'A policy of a bucket about another bucket.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html',
    types: bucketPolicy,
    check: ({ inputs: { policy, bucket: name } }) => {
      const own = `arn:aws:s3:::${name}`;
      const resources = statementsOf(parsePolicy(policy)).flatMap(({ Resource = [] }) => asList(Resource));
      return resources.every((text) => text === own || text.startsWith(`${own}/`))
        ? undefined
        : 'MalformedPolicy: Policy has invalid resource (policy)';
    },
  }),
  applyRule({
    id: 'aws.s3.public-policy',
    refuses: 'A policy that lets everybody in, on a bucket that blocks public policies.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html',
    types: bucketPolicy,
    check: ({ inputs: { policy, bucket: name }, cloud }) => {
      const block = cloud.list(bucketPublicAccessBlock).find(({ inputs }) => inputs.bucket === name);
      // New buckets block them by themselves, until a setting says otherwise.
      if (block !== undefined && block.inputs.blockPublicPolicy !== true) return undefined;
      const isPublic = statementsOf(parsePolicy(policy)).some(
        ({ Effect, Principal, Condition }) => Effect === 'Allow' && isEverybody(Principal) && Condition === undefined,
      );
      return isPublic
        ? 'AccessDenied: User is not authorized to perform: s3:PutBucketPolicy because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.'
        : undefined;
    },
  }),
];

function isEverybody(principal: unknown): boolean {
  if (principal === '*') return true;
  const byAws = typeof principal === 'object' && principal !== null && 'AWS' in principal ? principal.AWS : undefined;
  return asList(byAws).includes('*');
}

export const s3Simulation = { resources: [bucket, ...parts], functions: [], rules };
