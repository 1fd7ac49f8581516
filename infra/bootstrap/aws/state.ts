import * as kms from '@pulumi/aws/kms';
import * as s3 from '@pulumi/aws/s3';
import * as pulumi from '@pulumi/pulumi';
import type { AwsScope } from './scope';

export type AwsState = {
  bucketArn: pulumi.Output<string>;
  keyArn: pulumi.Output<string>;
  /** For `pulumi login`. */
  backendUrl: pulumi.Output<string>;
  /** For `pulumi stack init --secrets-provider`. */
  secretsProvider: pulumi.Output<string>;
};

const oldVersionsDays = 90;
const keyAlias = 'alias/taproom-state';

/** Where Pulumi keeps the state of all stacks, and the key of the secrets in it. */
export function createState({ region, account, options, protect }: AwsScope): AwsState {
  const kept = { ...options, protect };
  const key = new kms.Key(
    'state-key',
    { description: 'secrets in the state of taproom', enableKeyRotation: true, deletionWindowInDays: 30 },
    kept,
  );
  new kms.Alias('state-key-alias', { name: keyAlias, targetKeyId: key.keyId }, options);
  const bucket = new s3.Bucket(
    'state',
    { bucket: pulumi.interpolate`taproom-state-${account}-${region}`, forceDestroy: !protect },
    kept,
  );
  const of = { bucket: bucket.bucket };
  new s3.BucketPublicAccessBlock(
    'state-is-private',
    { ...of, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    options,
  );
  new s3.BucketOwnershipControls('state-owner', { ...of, rule: { objectOwnership: 'BucketOwnerEnforced' } }, options);
  const versioning = new s3.BucketVersioning(
    'state-versions',
    { ...of, versioningConfiguration: { status: 'Enabled' } },
    options,
  );
  const encryption = { sseAlgorithm: 'aws:kms', kmsMasterKeyId: key.arn };
  new s3.BucketServerSideEncryptionConfiguration(
    'state-encryption',
    { ...of, rules: [{ applyServerSideEncryptionByDefault: encryption, bucketKeyEnabled: true }] },
    options,
  );
  new s3.BucketLifecycleConfiguration(
    'state-lifecycle',
    {
      ...of,
      rules: [
        {
          id: 'old-versions',
          status: 'Enabled',
          filter: { prefix: '' },
          noncurrentVersionExpiration: { noncurrentDays: oldVersionsDays },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        },
      ],
    },
    { ...options, dependsOn: [versioning] },
  );
  new s3.BucketPolicy('state-policy', { ...of, policy: bucket.arn.apply(onlyOverTls) }, options);
  return {
    bucketArn: bucket.arn,
    keyArn: key.arn,
    backendUrl: pulumi.interpolate`s3://${bucket.bucket}?region=${region}&awssdk=v2`,
    secretsProvider: pulumi.output(`awskms://${keyAlias}?region=${region}`),
  };
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html#transit */
function onlyOverTls(bucketArn: string): string {
  const statement = {
    Sid: 'OnlyOverTls',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}
