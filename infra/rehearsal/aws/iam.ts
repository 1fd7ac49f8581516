import type { iam } from '@pulumi/aws';
import { resource } from '../declare';
import { globalArn } from './declare';

export const role = resource<iam.Role, iam.RoleArgs>({
  token: 'aws:iam/role:Role',
  naming: { maxLength: 64 },
  replaceOn: ['name', 'namePrefix', 'path'],
  defaults: { forceDetachPolicies: false, maxSessionDuration: 3_600, path: '/' },
  unordered: ['managedPolicyArns'],
  empty: ['inlinePolicies', 'managedPolicyArns', 'namePrefix'],
  seconds: { create: 2, delete: 1 },
  id: ({ inputs }) => inputs.name ?? '',
  outputs: ({ inputs, place, cloud, seed, previous }) => ({
    arn: globalArn('iam', place, `role${inputs.path ?? '/'}${inputs.name}`),
    createDate: previous?.createDate ?? cloud.clock.timestamp(),
    uniqueId: `AROA${seed.hex(17).toUpperCase()}`,
  }),
  unique: ({ inputs }) => `role ${inputs.name?.toLowerCase()}`,
  exists: ({ inputs }) => `EntityAlreadyExists: Role with name ${inputs.name} already exists.`,
  inUse: (entity) =>
    entity.inputs.forceDetachPolicies
      ? undefined
      : 'DeleteConflict: Cannot delete entity, must detach all policies first.',
});

export const rolePolicy = resource<iam.RolePolicy, iam.RolePolicyArgs>({
  token: 'aws:iam/rolePolicy:RolePolicy',
  naming: { maxLength: 128 },
  replaceOn: ['name', 'namePrefix', 'role'],
  empty: ['namePrefix'],
  seconds: { create: 1, delete: 1 },
  id: ({ inputs }) => `${inputs.role}:${inputs.name}`,
  outputs: () => ({}),
  uses: ({ inputs, cloud }) => [cloud.find(role, String(inputs.role))],
});

export const policy = resource<iam.Policy, iam.PolicyArgs>({
  token: 'aws:iam/policy:Policy',
  naming: { maxLength: 128 },
  replaceOn: ['name', 'namePrefix', 'path', 'description'],
  defaults: { path: '/' },
  empty: ['attachmentCount', 'namePrefix'],
  seconds: { create: 1, delete: 1 },
  id: ({ inputs, place }) => globalArn('iam', place, `policy${inputs.path ?? '/'}${inputs.name}`),
  outputs: ({ id, seed }) => ({ arn: id, policyId: `ANPA${seed.hex(17).toUpperCase()}` }),
  unique: ({ inputs }) => `policy ${inputs.name?.toLowerCase()}`,
  exists: ({ inputs }) =>
    `EntityAlreadyExists: A policy called ${inputs.name} already exists. Duplicate names are not allowed.`,
  inUse: () => 'DeleteConflict: Cannot delete a policy attached to entities.',
});

export const rolePolicyAttachment = resource<iam.RolePolicyAttachment, iam.RolePolicyAttachmentArgs>({
  token: 'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
  replaceOn: 'any',
  seconds: { create: 1, delete: 1 },
  id: ({ inputs, seed }) => `${inputs.role}-${seed.digits(26)}`,
  outputs: () => ({}),
  uses: ({ inputs, cloud }) => [cloud.find(role, String(inputs.role)), cloud.find(policy, inputs.policyArn)],
});
