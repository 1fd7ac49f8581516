import * as kms from '@pulumi/gcp/kms';
import * as storage from '@pulumi/gcp/storage';
import * as pulumi from '@pulumi/pulumi';
import type { GoogleScope } from './scope';

export type GoogleState = {
  bucket: storage.Bucket;
  key: kms.CryptoKey;
  /** For `pulumi login`. */
  backendUrl: pulumi.Output<string>;
  /** For `pulumi stack init --secrets-provider`. */
  secretsProvider: pulumi.Output<string>;
};

const oldVersionsDays = 90;
const rotation = `${90 * 86_400}s`;

/** Where Pulumi keeps the state of all stacks, and the key of the secrets in it. */
export function createState({ project, region, options, protect }: GoogleScope): GoogleState {
  const kept = { ...options, protect };
  // Google never deletes a key ring or a key: a second life of the bootstrap takes them over by `pulumi import`.
  const ring = new kms.KeyRing('state-keys', { name: 'taproom-state', location: region }, kept);
  const key = new kms.CryptoKey(
    'state-key',
    { name: 'taproom-state', keyRing: ring.id, purpose: 'ENCRYPT_DECRYPT', rotationPeriod: rotation },
    kept,
  );
  const bucket = new storage.Bucket(
    'state',
    {
      name: `taproom-state-${project}`,
      location: region.toUpperCase(),
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      versioning: { enabled: true },
      lifecycleRules: [{ action: { type: 'Delete' }, condition: { daysSinceNoncurrentTime: oldVersionsDays } }],
      forceDestroy: !protect,
    },
    kept,
  );
  return {
    bucket,
    key,
    backendUrl: pulumi.interpolate`gs://${bucket.name}`,
    secretsProvider: pulumi.interpolate`gcpkms://${key.id}`,
  };
}
