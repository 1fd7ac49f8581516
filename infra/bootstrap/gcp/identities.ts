import * as artifactregistry from '@pulumi/gcp/artifactregistry';
import * as iam from '@pulumi/gcp/iam';
import * as kms from '@pulumi/gcp/kms';
import * as projects from '@pulumi/gcp/projects';
import * as serviceaccount from '@pulumi/gcp/serviceaccount';
import * as storage from '@pulumi/gcp/storage';
import * as pulumi from '@pulumi/pulumi';
import { type GitHubRepository, issuerHost } from '../github-subjects';
import { googlePermissions, listPermissions } from '../permissions/google-permissions';
import type { Purpose } from '../purposes';
import { attributeCondition, attributeMapping } from './condition';
import type { ImageRepository } from './image-repository';
import type { GoogleScope } from './scope';
import type { GoogleState } from './state';
import { stateCondition } from './state-condition';

export type Identity = {
  /** `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER` */
  provider: pulumi.Output<string>;
  /** E-mail address. */
  account: pulumi.Output<string>;
};

type Request = {
  github: GitHubRepository;
  purposes: readonly Purpose[];
  images: ImageRepository;
  state: GoogleState | undefined;
};

/** A pool, its one provider and an account for each purpose: whoever passes the provider's condition is the account. */
export function createIdentities(
  scope: GoogleScope,
  { github, purposes, images, state }: Request,
): { identities: Record<string, Identity> } {
  const roles = {
    read: createRole(scope, 'read'),
    write: createRole(scope, 'write'),
  };
  const identities: Record<string, Identity> = {};
  for (const purpose of purposes) {
    const identity = createIdentity(scope, github, purpose);
    const { account } = identity;
    identities[purpose.name] = { provider: identity.provider, account: account.email };
    grantImages(scope, purpose, { images, account });
    if (purpose.use === 'none') continue;
    new projects.IAMMember(
      `${purpose.name}-stacks`,
      { project: scope.project, role: roles[purpose.use].name, member: account.member },
      scope.options,
    );
    if (state !== undefined) grantState(scope, purpose, { state, account });
  }
  return { identities };
}

function createRole({ options }: GoogleScope, use: 'read' | 'write'): projects.IAMCustomRole {
  return new projects.IAMCustomRole(
    `stacks-${use}`,
    {
      // Of letters, digits, dots and underscores.
      roleId: `taproom_ci_${use}`,
      title: `Taproom: ${use === 'read' ? 'look at' : 'deploy'} stacks`,
      permissions: listPermissions(Object.values(googlePermissions), use),
    },
    options,
  );
}

function createIdentity({ project, options }: GoogleScope, github: GitHubRepository, { name, callers }: Purpose) {
  const id = `taproom-ci-${name}`;
  const pool = new iam.WorkloadIdentityPool(name, { workloadIdentityPoolId: id, displayName: id }, options);
  const provider = new iam.WorkloadIdentityPoolProvider(
    name,
    {
      workloadIdentityPoolId: pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: 'github',
      attributeMapping,
      attributeCondition: attributeCondition(github, callers),
      oidc: { issuerUri: `https://${issuerHost}` },
    },
    options,
  );
  const account = new serviceaccount.Account(
    name,
    { accountId: id, displayName: `${project}: the delivery, ${name}` },
    options,
  );
  new serviceaccount.IAMMember(
    `${name}-from-github`,
    {
      serviceAccountId: account.name,
      role: 'roles/iam.workloadIdentityUser',
      // Everybody of the pool, since its condition lets in nobody else.
      // Source: https://docs.cloud.google.com/iam/docs/principal-identifiers
      member: pulumi.interpolate`principalSet://iam.googleapis.com/${pool.name}/*`,
    },
    options,
  );
  return { provider: provider.name, account };
}

type Granted<What> = What & { account: serviceaccount.Account };

function grantImages(
  { options }: GoogleScope,
  { name, pushesImages }: Purpose,
  { images: { repository }, account }: Granted<{ images: ImageRepository }>,
): void {
  new artifactregistry.RepositoryIamMember(
    `${name}-images`,
    {
      repository: repository.repositoryId,
      location: repository.location,
      role: `roles/artifactregistry.${pushesImages ? 'writer' : 'reader'}`,
      member: account.member,
    },
    options,
  );
}

function grantState(
  { options }: GoogleScope,
  { name, stacks, use }: Purpose,
  { state: { bucket, key }, account }: Granted<{ state: GoogleState }>,
): void {
  const { member } = account;
  new storage.BucketIAMMember(
    `${name}-state-list`,
    { bucket: bucket.name, role: 'roles/storage.legacyBucketReader', member },
    options,
  );
  new storage.BucketIAMMember(
    `${name}-state`,
    {
      bucket: bucket.name,
      role: `roles/storage.${use === 'write' ? 'objectUser' : 'objectViewer'}`,
      member,
      condition: {
        title: 'own-stacks',
        expression: bucket.name.apply((bucketName) => stateCondition(bucketName, stacks)),
      },
    },
    options,
  );
  new kms.CryptoKeyIAMMember(
    `${name}-state-key`,
    { cryptoKeyId: key.id, role: 'roles/cloudkms.cryptoKeyEncrypterDecrypter', member },
    options,
  );
}
