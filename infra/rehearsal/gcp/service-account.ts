import type { serviceaccount } from '@pulumi/gcp';
import type { Cloud } from '../cloud/cloud';
import { inputRule } from '../rules';
import { googleResource } from './declare';
import { googleError } from './google-error';
import { defaultComputeAccount } from './iam';
import { apiRules, isServiceEnabled } from './project-services';

export const serviceAccount = googleResource<serviceaccount.Account, serviceaccount.AccountArgs>({
  token: 'gcp:serviceaccount/account:Account',
  naming: { property: 'accountId', maxLength: 30, letters: 'lower' },
  replaceOn: ['accountId', 'project'],
  defaults: { disabled: false },
  seconds: { create: 12, delete: 1 },
  id: ({ inputs, place }) => `projects/${place.project}/serviceAccounts/${emailOf(inputs.accountId ?? '', place)}`,
  outputs: ({ inputs, place, seed, id }) => {
    const email = emailOf(inputs.accountId ?? '', place);
    return { email, member: `serviceAccount:${email}`, name: id, uniqueId: seed.digits(21) };
  },
  unique: ({ inputs, place }) => `service account ${inputs.accountId} in ${place.project}`,
  exists: ({ inputs }) =>
    googleError(409, `Service account ${inputs.accountId} already exists within project`, 'alreadyExists'),
});

function emailOf(accountId: string, place: { project?: string }): string {
  return `${accountId}@${place.project}.iam.gserviceaccount.com`;
}

/** Whether an account can run something: one of the program's, or one that Google keeps in every project. */
export function hasServiceAccount(cloud: Cloud, project: string, email: string): boolean {
  if (email === defaultComputeAccount(project)) return isServiceEnabled(cloud, project, 'compute.googleapis.com');
  const found = cloud.findBy(serviceAccount, 'email', email);
  if (found) return found.inputs.disabled !== true;
  // Accounts of other projects are not this program's to make.
  return !email.endsWith(`@${project}.iam.gserviceaccount.com`);
}

const rules = [
  ...apiRules('iam', 'iam', [serviceAccount]),
  inputRule({
    id: 'gcp.iam.service-account-id',
    refuses: 'Service account ids other than 6 to 30 lower-case letters, digits and hyphens that begin with a letter.',
    source: 'https://docs.cloud.google.com/iam/docs/service-accounts-create',
    types: serviceAccount,
    check: ({ inputs }) =>
      /^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$/.test(inputs.accountId ?? 'generated')
        ? undefined
        : `"account_id" ("${inputs.accountId}") doesn't match regexp "^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$"`,
  }),
  inputRule({
    id: 'gcp.iam.service-account-display-name',
    refuses: 'Display names of more than 100 bytes and descriptions of more than 256.',
    source: 'https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts',
    types: serviceAccount,
    check: ({ inputs }) => [
      ...(Buffer.byteLength(inputs.displayName ?? '') > 100 ? ['displayName must be at most 100 bytes'] : []),
      ...(Buffer.byteLength(inputs.description ?? '') > 256 ? ['description must be at most 256 bytes'] : []),
    ],
  }),
];

export const serviceAccountSimulation = { resources: [serviceAccount], functions: [], rules };
