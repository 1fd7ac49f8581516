import type { PolicyRule } from './policy-rule';
import { listOf } from './read-inputs';

/** Kinds of grants: package and resource, as in gcp:projects/iAMMember:IAMMember. */
const grantTypes = [
  'gcp:projects/iAMMember:IAMMember',
  'gcp:projects/iAMBinding:IAMBinding',
  'gcp:organizations/iAMMember:IAMMember',
  'gcp:folder/iAMMember:IAMMember',
  'gcp:secretmanager/secretIamMember:SecretIamMember',
  'gcp:secretmanager/secretIamBinding:SecretIamBinding',
  'gcp:artifactregistry/repositoryIamMember:RepositoryIamMember',
  'gcp:artifactregistry/repositoryIamBinding:RepositoryIamBinding',
  'gcp:serviceaccount/iAMMember:IAMMember',
  'gcp:serviceaccount/iAMBinding:IAMBinding',
  'gcp:storage/bucketIAMMember:BucketIAMMember',
  'gcp:storage/bucketIAMBinding:BucketIAMBinding',
  'gcp:cloudrunv2/serviceIamMember:ServiceIamMember',
  'gcp:cloudrunv2/jobIamMember:JobIamMember',
];

const basicRoles = new Set(['roles/owner', 'roles/editor', 'roles/viewer', 'roles/writer', 'roles/reader']);
const everybody = new Set(['allUsers', 'allAuthenticatedUsers']);

/** Permissions on Google Cloud that are wider than any task. */
export const wildcardGoogle: readonly PolicyRule[] = [
  {
    id: 'gcp-no-basic-role',
    forbids: 'A grant must be of a role for one task, not of a basic role.',
    source: 'https://cloud.google.com/iam/docs/roles-overview#basic',
    level: 'mandatory',
    types: grantTypes,
    check: ({ inputs: { role } }) =>
      basicRoles.has(String(role)) ? [{ property: 'role', must: 'be a predefined or custom role for the task' }] : [],
  },
  {
    id: 'gcp-no-anonymous-access',
    forbids: 'Nobody unknown may use a resource; only a service of Cloud Run may be called by all.',
    source: 'https://cloud.google.com/iam/docs/principals-overview#all-users',
    level: 'mandatory',
    types: grantTypes,
    check: ({ inputs: { role, member, members } }) => {
      if (role === 'roles/run.invoker') return [];
      return [
        ...(everybody.has(String(member)) ? [{ property: 'member', must: 'be an account or a group' }] : []),
        ...listOf(members).flatMap((one, index) =>
          everybody.has(String(one)) ? [{ property: `members[${index}]`, must: 'be an account or a group' }] : [],
        ),
      ];
    },
  },
];
