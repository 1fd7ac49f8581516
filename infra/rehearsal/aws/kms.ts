import type { kms } from '@pulumi/aws';
import type { Cloud } from '../cloud/cloud';
import { resource } from '../declare';
import { applyRule, inputRule } from '../rules';
import { arn } from './declare';
import { refusePolicy } from './policy-document';

export const key = resource<kms.Key, kms.KeyArgs>({
  token: 'aws:kms/key:Key',
  replaceOn: ['customerMasterKeySpec', 'keyUsage', 'multiRegion', 'customKeyStoreId', 'xksKeyId'],
  defaults: {
    bypassPolicyLockoutSafetyCheck: false,
    customerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    enableKeyRotation: false,
    isEnabled: true,
    keyUsage: 'ENCRYPT_DECRYPT',
  },
  empty: ['description', 'xksKeyId', 'multiRegion'],
  seconds: { create: 10, delete: 1 },
  id: ({ seed }) => [8, 4, 4, 4, 12].map((length) => seed.hex(length, String(length))).join('-'),
  outputs: ({ inputs, place, id }) => ({
    arn: arn('kms', place, `key/${id}`),
    keyId: id,
    policy: inputs.policy ?? accountPolicy(place.account ?? ''),
    rotationPeriodInDays: inputs.rotationPeriodInDays ?? (inputs.enableKeyRotation === true ? 365 : 0),
  }),
});

/** Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
function accountPolicy(account: string): string {
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  const Statement = [
    { Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' },
  ];
  return JSON.stringify({ Version: '2012-10-17', Id: 'key-default-1', Statement });
}

const alias = resource<kms.Alias, kms.AliasArgs>({
  token: 'aws:kms/alias:Alias',
  replaceOn: ['name', 'namePrefix'],
  empty: ['namePrefix'],
  seconds: { create: 1, delete: 1 },
  id: ({ inputs, name }) => inputs.name ?? `alias/${name}`,
  outputs: ({ inputs, place, cloud, id }) => ({
    name: id,
    arn: arn('kms', place, id),
    targetKeyArn: findKey(cloud, inputs.targetKeyId)?.outputs.arn ?? '',
    targetKeyId: findKey(cloud, inputs.targetKeyId)?.id ?? '',
  }),
  unique: ({ inputs, place }) => `alias ${inputs.name} in ${place.region}`,
  exists: ({ inputs }) => `AlreadyExistsException: An alias with the name ${inputs.name} already exists`,
  uses: ({ inputs, cloud }) => [findKey(cloud, inputs.targetKeyId)],
});

function findKey(cloud: Cloud, reference: string) {
  return cloud.find(key, reference) ?? cloud.findBy(key, 'arn', reference);
}

const rules = [
  inputRule({
    id: 'aws.kms.deletion-window',
    refuses: 'A waiting time before the deletion of a key other than 7 to 30 days.',
    source: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html',
    types: key,
    check: ({ inputs: { deletionWindowInDays: days = 30 } }) =>
      days >= 7 && days <= 30 ? undefined : `expected deletionWindowInDays to be in the range (7 - 30), got ${days}`,
  }),
  inputRule({
    id: 'aws.kms.rotation',
    refuses: 'Rotation of a key that is not symmetric, or a period of it that is not 90 to 2560 days.',
    source: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html',
    types: key,
    check: ({ inputs: { enableKeyRotation, customerMasterKeySpec: spec, rotationPeriodInDays: days = 365 } }) => {
      if (days < 90 || days > 2_560) return `expected rotationPeriodInDays to be in the range (90 - 2560), got ${days}`;
      return enableKeyRotation === true && spec !== undefined && spec !== 'SYMMETRIC_DEFAULT'
        ? `UnsupportedOperationException: enableKeyRotation must be false for a key of ${spec}`
        : undefined;
    },
  }),
  inputRule({
    id: 'aws.kms.key-policy',
    refuses: 'A policy of a key that is malformed.',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html',
    types: key,
    check: ({ inputs: { policy } }) => (policy === undefined ? undefined : refusePolicy('policy', policy, 'resource')),
  }),
  inputRule({
    id: 'aws.kms.alias-name',
    refuses: "Names of aliases that do not begin with alias/, or with AWS's own alias/aws/.",
    source: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html',
    types: alias,
    check: ({ inputs: { name } }) =>
      name === undefined || /^alias\/(?!aws\/)[\w/-]{1,250}$/.test(name)
        ? undefined
        : 'ValidationException: name must begin with "alias/" and be comprised of only [a-zA-Z0-9/_-] (not alias/aws/)',
  }),
  applyRule({
    id: 'aws.kms.key-missing',
    refuses: 'An alias of a key that does not exist in its region.',
    source: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html',
    types: alias,
    check: ({ inputs, cloud, place }) =>
      findKey(cloud, inputs.targetKeyId)?.place.region === place.region
        ? undefined
        : `NotFoundException: Key '${inputs.targetKeyId}' does not exist (targetKeyId)`,
  }),
];

export const kmsSimulation = { resources: [key, alias], functions: [], rules };
