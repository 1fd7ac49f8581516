import type { secretmanager } from '@pulumi/gcp';
import { type Cloud, type Entity, table } from '../cloud/cloud';
import { applyRule, deleteRule, inputRule } from '../rules';
import { fullName, googleResource, projectNumber } from './declare';
import { googleError, notFound } from './google-error';
import { apiRules } from './project-services';

/** Versions are never numbered twice, also when the program forgot the old ones. By the secret's full name. */
const lastVersions = table<number>('gcp secret versions');

export const secret = googleResource<secretmanager.Secret, secretmanager.SecretArgs>({
  token: 'gcp:secretmanager/secret:Secret',
  naming: { property: 'secretId', maxLength: 255 },
  replaceOn: ['secretId', 'project', 'replication'],
  defaults: { deletionProtection: false },
  empty: ['effectiveAnnotations', 'expireTime'],
  seconds: { create: 2, delete: 2 },
  id: ({ inputs, place }) => `projects/${place.project}/secrets/${inputs.secretId}`,
  outputs: ({ inputs, place, cloud, previous }) => ({
    name: `projects/${projectNumber(place.project ?? '')}/secrets/${inputs.secretId}`,
    createTime: previous?.createTime ?? cloud.clock.timestamp(),
    effectiveAnnotations: inputs.annotations ?? {},
  }),
  unique: ({ inputs, place }) => `secret ${inputs.secretId} in ${place.project}`,
  exists: ({ inputs, place }) =>
    googleError(
      409,
      `Secret [projects/${projectNumber(place.project ?? '')}/secrets/${inputs.secretId}] already exists.`,
    ),
  delete: ({ cloud, id }) => {
    cloud.table(lastVersions).delete(id);
    // A secret takes its versions with it.
    for (const version of cloud.list(secretVersion)) if (version.inputs.secret === id) cloud.remove(version as Entity);
    return 'gone';
  },
});

export const secretVersion = googleResource<secretmanager.SecretVersion, secretmanager.SecretVersionArgs>({
  token: 'gcp:secretmanager/secretVersion:SecretVersion',
  replaceOn: ['secret', 'secretData', 'secretDataWoVersion', 'isSecretDataBase64'],
  defaults: { enabled: true, deletionPolicy: 'DELETE', isSecretDataBase64: false },
  secretOutputs: ['secretData'],
  writeOnly: ['secretDataWo'],
  empty: ['destroyTime'],
  seconds: { create: 2, delete: 2 },
  id: ({ inputs, place, cloud }) =>
    `${numbered(inputs.secret, place)}/versions/${nextVersion(cloud, fullName(inputs.secret, place, 'secrets'))}`,
  outputs: ({ inputs, place, id, cloud, previous }) => ({
    name: id,
    version: id.split('/').at(-1) ?? '',
    createTime: previous?.createTime ?? cloud.clock.timestamp(),
    secret: fullName(inputs.secret, place, 'secrets'),
  }),
  create: ({ cloud, id, inputs, place }) => {
    cloud.table(lastVersions).set(fullName(inputs.secret, place, 'secrets'), Number(id.split('/').at(-1)));
  },
  delete: ({ entity }) => {
    if (entity.inputs.deletionPolicy !== 'DISABLE') return 'gone';
    entity.inputs = { ...entity.inputs, enabled: false };
    return 'kept';
  },
});

function numbered(reference: string, place: { project?: string }): string {
  const project = place.project ?? '';
  return fullName(reference, place, 'secrets').replace(`projects/${project}/`, `projects/${projectNumber(project)}/`);
}

function nextVersion(cloud: Cloud, secretName: string): number {
  return (cloud.table(lastVersions).get(secretName) ?? 0) + 1;
}

/** What a reader gets: the text, or Google's words why not. The reader's rights are not asked here. */
export function readSecret(
  cloud: Cloud,
  place: { project?: string },
  { secret: reference, version }: { secret: string; version: string },
): { text: string } | { problem: string } {
  const name = fullName(reference, place, 'secrets');
  const holder = cloud.find(secret, name);
  const shown = `projects/${projectNumber(place.project ?? '')}/secrets/${name.split('/').at(-1)}`;
  if (!holder) return { problem: `Secret ${shown} was not found` };
  const versions = cloud.list(secretVersion).filter((candidate) => candidate.outputs.secret === name);
  const alias = holder.inputs.versionAliases?.[version];
  const found =
    version === 'latest'
      ? versions.toSorted((a, b) => Number(a.outputs.version) - Number(b.outputs.version)).at(-1)
      : versions.find((candidate) => candidate.outputs.version === (alias ?? version));
  if (!found) return { problem: `Secret ${shown}/versions/${version} was not found` };
  if (found.inputs.enabled === false)
    return { problem: `Secret Version [${shown}/versions/${version}] is in DISABLED state.` };
  return { text: textOf(found.inputs) };
}

function textOf(inputs: { secretData?: string; secretDataWo?: string; isSecretDataBase64?: boolean }): string {
  const data = inputs.secretData ?? inputs.secretDataWo ?? '';
  return inputs.isSecretDataBase64 ? Buffer.from(data, 'base64').toString() : data;
}

/** Source: https://docs.cloud.google.com/secret-manager/quotas#content_limits */
const maxBytes = 65_536;

const rules = [
  ...apiRules('secretmanager', 'secretmanager', [secret]),
  inputRule({
    id: 'gcp.secretmanager.secret-id',
    refuses: 'Secret ids other than 1 to 255 letters, digits, hyphens and underscores.',
    source: 'https://docs.cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create',
    types: secret,
    check: ({ inputs }) =>
      /^[\w-]{1,255}$/.test(inputs.secretId ?? 'generated')
        ? undefined
        : googleError(400, 'The provided Secret ID does not match the expected format [[a-zA-Z_0-9-]{1,255}].'),
  }),
  inputRule({
    id: 'gcp.secretmanager.replication',
    refuses: 'A secret without a replication, or with both.',
    source: 'https://docs.cloud.google.com/secret-manager/docs/choosing-replication',
    types: secret,
    check: ({ inputs }) => {
      const { auto, userManaged } = inputs.replication;
      return (auto === undefined) === (userManaged === undefined)
        ? '"replication": one of `replication.0.auto,replication.0.user_managed` must be specified'
        : undefined;
    },
  }),
  inputRule({
    id: 'gcp.secretmanager.payload',
    refuses: 'A version without data, and data of more than 64 KiB.',
    source: 'https://docs.cloud.google.com/secret-manager/quotas#content_limits',
    types: secretVersion,
    check: ({ inputs }) => {
      const data = inputs.secretData ?? inputs.secretDataWo;
      if (data === undefined || data === '') return googleError(400, 'Secret Payload cannot be empty.');
      const bytes = Buffer.byteLength(data, inputs.isSecretDataBase64 ? 'base64' : 'utf8');
      return bytes > maxBytes ? googleError(400, `Secret Payload cannot be larger than ${maxBytes} bytes.`) : undefined;
    },
  }),
  applyRule({
    id: 'gcp.secretmanager.secret-exists',
    refuses: 'A version of a secret that does not exist.',
    source: 'https://docs.cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/addVersion',
    types: secretVersion,
    check: ({ inputs, cloud, place, previous }) => {
      const name = fullName(inputs.secret, place, 'secrets');
      return previous || cloud.find(secret, name) ? undefined : notFound('Secret', name);
    },
  }),
  deleteRule({
    id: 'gcp.secretmanager.deletion-protection',
    refuses: 'Deleting a secret whose deletionProtection is true.',
    source:
      'https://github.com/hashicorp/terraform-provider-google/blob/main/website/docs/r/secret_manager_secret.html.markdown',
    types: secret,
    check: ({ entity }) =>
      entity.inputs.deletionProtection === true
        ? 'cannot destroy secret manager secret without setting deletion_protection=false and running `pulumi up`'
        : undefined,
  }),
];

export const secretManagerSimulation = { resources: [secret, secretVersion], functions: [], rules };
