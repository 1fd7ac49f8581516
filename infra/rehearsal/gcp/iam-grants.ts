import type { artifactregistry, cloudrunv2, kms, projects, secretmanager, serviceaccount, storage } from '@pulumi/gcp';
import type { Unwrap } from '@pulumi/pulumi';
import type { Place } from '../cloud/cloud';
import type { OutputsOf } from '../declare';
import { applyRule, inputRule } from '../rules';
import { fullName, googleResource } from './declare';
import { googleError, notFound } from './google-error';
import { customRoles, grants } from './iam';
import { serviceAccount } from './service-account';

type GrantInputs = { role: string; member?: string; members?: readonly string[] };

/** A type that grants a role on one kind of resource, to one member or to several. */
function grantType<Resource, Args>(
  token: string,
  resourceOf: (inputs: Unwrap<Args>, place: Place) => string,
): ReturnType<typeof googleResource<Resource, Args>> {
  // Every grant has these, which Unwrap cannot tell of an unknown Args.
  const grantOf = (inputs: Unwrap<Args>) => inputs as unknown as GrantInputs;
  const membersOf = ({ member, members }: GrantInputs) => members ?? (member === undefined ? [] : [member]);
  return googleResource<Resource, Args>({
    token,
    replaceOn: replacesOn(token),
    unordered: ['members'],
    seconds: { create: 5, update: 5, delete: 5 },
    id: ({ inputs, place }) => {
      const { role, member } = grantOf(inputs);
      return [resourceOf(inputs, place), role, ...(member === undefined ? [] : [member])].join('/');
    },
    outputs: ({ seed }) => ({ etag: `BwY${seed.alphanumeric(8)}=` }) as unknown as Partial<OutputsOf<Resource>>,
    create: ({ cloud, id, inputs, place }) => {
      const grant = grantOf(inputs);
      cloud.table(grants).set(id, { resource: resourceOf(inputs, place), role: grant.role, members: membersOf(grant) });
    },
    update: ({ cloud, id, inputs, place }) => {
      const grant = grantOf(inputs);
      cloud.table(grants).set(id, { resource: resourceOf(inputs, place), role: grant.role, members: membersOf(grant) });
    },
    delete: ({ cloud, id }) => {
      cloud.table(grants).delete(id);
      return 'gone';
    },
  });
}

/** A member is replaced by every change; a binding changes its members in place. */
function replacesOn(token: string): 'any' | string[] {
  return token.endsWith('Binding')
    ? ['role', 'project', 'location', 'name', 'secretId', 'repository', 'serviceAccountId', 'condition']
    : 'any';
}

const onProject = (_: unknown, place: Place) => `projects/${place.project}`;
const onSecret = (inputs: { secretId: string }, place: Place) => fullName(inputs.secretId, place, 'secrets');
const onRepository = (inputs: { repository: string }, place: Place) =>
  fullName(inputs.repository, place, `locations/${place.region}/repositories`);
const onService = (inputs: { name?: string }, place: Place) =>
  fullName(inputs.name ?? '', place, `locations/${place.region}/services`);
const onJob = (inputs: { name?: string }, place: Place) =>
  fullName(inputs.name ?? '', place, `locations/${place.region}/jobs`);
const onAccount = (inputs: { serviceAccountId: string }) => inputs.serviceAccountId;
const onBucket = (inputs: { bucket: string }) => `b/${inputs.bucket}`;
const onKey = (inputs: { cryptoKeyId: string }) => inputs.cryptoKeyId;

const grantTypes = [
  grantType<projects.IAMMember, projects.IAMMemberArgs>('gcp:projects/iAMMember:IAMMember', onProject),
  grantType<projects.IAMBinding, projects.IAMBindingArgs>('gcp:projects/iAMBinding:IAMBinding', onProject),
  grantType<secretmanager.SecretIamMember, secretmanager.SecretIamMemberArgs>(
    'gcp:secretmanager/secretIamMember:SecretIamMember',
    onSecret,
  ),
  grantType<secretmanager.SecretIamBinding, secretmanager.SecretIamBindingArgs>(
    'gcp:secretmanager/secretIamBinding:SecretIamBinding',
    onSecret,
  ),
  grantType<artifactregistry.RepositoryIamMember, artifactregistry.RepositoryIamMemberArgs>(
    'gcp:artifactregistry/repositoryIamMember:RepositoryIamMember',
    onRepository,
  ),
  grantType<artifactregistry.RepositoryIamBinding, artifactregistry.RepositoryIamBindingArgs>(
    'gcp:artifactregistry/repositoryIamBinding:RepositoryIamBinding',
    onRepository,
  ),
  grantType<cloudrunv2.ServiceIamMember, cloudrunv2.ServiceIamMemberArgs>(
    'gcp:cloudrunv2/serviceIamMember:ServiceIamMember',
    onService,
  ),
  grantType<cloudrunv2.ServiceIamBinding, cloudrunv2.ServiceIamBindingArgs>(
    'gcp:cloudrunv2/serviceIamBinding:ServiceIamBinding',
    onService,
  ),
  grantType<cloudrunv2.JobIamMember, cloudrunv2.JobIamMemberArgs>('gcp:cloudrunv2/jobIamMember:JobIamMember', onJob),
  grantType<serviceaccount.IAMMember, serviceaccount.IAMMemberArgs>(
    'gcp:serviceaccount/iAMMember:IAMMember',
    onAccount,
  ),
  grantType<serviceaccount.IAMBinding, serviceaccount.IAMBindingArgs>(
    'gcp:serviceaccount/iAMBinding:IAMBinding',
    onAccount,
  ),
  grantType<storage.BucketIAMMember, storage.BucketIAMMemberArgs>(
    'gcp:storage/bucketIAMMember:BucketIAMMember',
    onBucket,
  ),
  grantType<kms.CryptoKeyIAMMember, kms.CryptoKeyIAMMemberArgs>('gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember', onKey),
];

const customRole = googleResource<projects.IAMCustomRole, projects.IAMCustomRoleArgs>({
  token: 'gcp:projects/iAMCustomRole:IAMCustomRole',
  replaceOn: ['roleId', 'project'],
  defaults: { stage: 'GA' },
  unordered: ['permissions'],
  id: ({ inputs, place }) => `projects/${place.project}/roles/${inputs.roleId}`,
  outputs: ({ id }) => ({ name: id, deleted: false }),
  unique: ({ inputs, place }) => `role ${inputs.roleId} in ${place.project}`,
  create: ({ cloud, id, inputs }) => {
    cloud.table(customRoles).set(id, inputs.permissions);
  },
  update: ({ cloud, id, inputs }) => {
    cloud.table(customRoles).set(id, inputs.permissions);
  },
  delete: ({ cloud, id }) => {
    cloud.table(customRoles).delete(id);
    return 'gone';
  },
});

/** All of them, seen as what they have in common. */
const anyGrant = grantTypes as unknown as readonly ReturnType<typeof grantType<unknown, GrantInputs>>[];
const membersOf = (inputs: GrantInputs) => inputs.members ?? (inputs.member === undefined ? [] : [inputs.member]);

const memberPattern =
  /^(allUsers|allAuthenticatedUsers|(user|serviceAccount|group):[^\s@]+@[^\s@]+|domain:[^\s@]+|(projectOwner|projectEditor|projectViewer):[^\s]+|principal(Set)?:\/\/[^\s]+|deleted:[^\s]+|serviceAccount:[^\s]+\[[^\s]+\])$/;

const rules = [
  inputRule({
    id: 'gcp.iam.member-format',
    refuses: 'Members without their kind, such as a bare e-mail address.',
    source: 'https://docs.cloud.google.com/iam/docs/principal-identifiers',
    types: anyGrant,
    check: ({ inputs }) =>
      membersOf(inputs)
        .filter((member) => !memberPattern.test(member))
        .map(
          (member) =>
            `invalid value for member (${member}): must be allUsers, allAuthenticatedUsers, user:{email}, serviceAccount:{email}, group:{email}, domain:{domain}, principal://... or principalSet://...`,
        ),
  }),
  inputRule({
    id: 'gcp.iam.role-format',
    refuses: 'Roles that are neither predefined (roles/...) nor named with their project or organization.',
    source: 'https://docs.cloud.google.com/iam/docs/roles-overview',
    types: anyGrant,
    check: ({ inputs }) =>
      /^(roles\/[\w.]+|(projects|organizations)\/[\w.:-]+\/roles\/[\w.]+)$/.test(inputs.role)
        ? undefined
        : googleError(400, `Role ${inputs.role} is not supported for this resource.`, 'badRequest'),
  }),
  applyRule({
    id: 'gcp.iam.custom-role-exists',
    refuses: "A grant of a project's own role that the project does not have.",
    source: 'https://docs.cloud.google.com/iam/docs/creating-custom-roles',
    types: anyGrant,
    check: ({ inputs, cloud, place }) =>
      !inputs.role.startsWith(`projects/${place.project}/roles/`) || cloud.table(customRoles).has(inputs.role)
        ? undefined
        : googleError(400, `Role (${inputs.role}) does not exist in the resource's hierarchy.`, 'badRequest'),
  }),
  applyRule({
    id: 'gcp.iam.member-exists',
    refuses: 'A grant to a service account of the same project that does not exist.',
    source: 'https://docs.cloud.google.com/iam/docs/granting-changing-revoking-access',
    types: anyGrant,
    check: ({ inputs, cloud, place }) =>
      membersOf(inputs).flatMap((member) => {
        const email = /^serviceAccount:(.+)$/.exec(member)?.[1] ?? '';
        const isOurs = email.endsWith(`@${place.project}.iam.gserviceaccount.com`);
        if (!isOurs || cloud.findBy(serviceAccount, 'email', email)) return [];
        return [googleError(400, `Service account ${email} does not exist.`, 'badRequest')];
      }),
  }),
  applyRule({
    id: 'gcp.iam.resource-exists',
    refuses: 'A grant on a resource of the program that does not exist.',
    source: 'https://docs.cloud.google.com/iam/docs/granting-changing-revoking-access',
    types: anyGrant,
    check: ({ id, inputs, cloud, place }) => {
      const resource = id.slice(0, id.indexOf(`/${inputs.role}`));
      const isOurs = /^projects\/[^/]+\/.+/.test(resource) && resource.startsWith(`projects/${place.project}/`);
      const exists = cloud.everything().some((entity) => entity.id === resource);
      return !isOurs || exists ? undefined : notFound('Resource', resource);
    },
  }),
  inputRule({
    id: 'gcp.policy.primitive-roles',
    refuses: 'The roles owner and editor for a service account: they read, change and delete the whole project.',
    source: 'https://docs.cloud.google.com/iam/docs/roles-overview#basic',
    types: anyGrant,
    check: ({ inputs }) =>
      /^roles\/(owner|editor)$/.test(inputs.role) &&
      membersOf(inputs).some((member) => /^(serviceAccount:|allUsers$|allAuthenticatedUsers$)/.test(member))
        ? `${inputs.role} must not be granted to a service account: grant roles of single services on single resources`
        : undefined,
  }),
];

export const iamSimulation = { resources: [...grantTypes, customRole], functions: [], rules };
