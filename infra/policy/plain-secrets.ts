import { containersOf, containerTypes } from './containers';
import { hiddenSecret, type PolicyResource } from './policy-resource';
import type { Finding, PolicyRule } from './policy-rule';
import { recordOf, textOf } from './read-inputs';

/** Names of variables that hold a secret; those that end in _FILE hold the place of one. */
const secretName =
  /(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?)(_PREVIOUS)?$/i;

const secretForms: readonly RegExp[] = [
  // A password in an address.
  /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  // Access keys of AWS, tokens of GitHub, keys of Google's APIs, service account keys.
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[0-9A-Za-z]{36}\b/,
  /\bAIza[0-9A-Za-z_-]{35}\b/,
  /"private_key"\s*:/,
];

/** By type: the properties whose values nobody may read in the state. */
const secretProperties: Readonly<Record<string, readonly string[]>> = {
  'aws:rds/instance:Instance': ['password'],
  'aws:rds/cluster:Cluster': ['masterPassword'],
  'aws:elasticache/replicationGroup:ReplicationGroup': ['authToken'],
  'aws:secretsmanager/secretVersion:SecretVersion': ['secretString', 'secretBinary'],
  'aws:ssm/parameter:Parameter': ['value'],
  'aws:lambda/invocation:Invocation': ['input'],
  'gcp:sql/user:User': ['password'],
  'gcp:secretmanager/secretVersion:SecretVersion': ['secretData'],
  'docker-build:index:Image': ['registries'],
  'docker:index/container:Container': ['uploads'],
};

/** Secrets where whoever sees the definition, or the state, can read them. */
export const plainSecrets: readonly PolicyRule[] = [
  {
    id: 'no-secret-in-variables',
    forbids:
      "A secret must not be a plain variable: whoever may see the definition reads it. Use the platform's references.",
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html',
    level: 'mandatory',
    types: containerTypes,
    check: (resource) =>
      containersOf(resource).flatMap(({ env }) =>
        env.flatMap(({ property, name, value }): Finding[] => {
          // Nothing was set, or it comes from somewhere else.
          if (textOf(value) === undefined) return [];
          const isSecret = secretName.test(name) || secretForms.some((form) => form.test(String(value)));
          return isSecret ? [{ property, must: 'come from a secret, not stand there as text' }] : [];
        }),
      ),
  },
  {
    id: 'no-secret-in-manifests',
    forbids: 'Values of a Secret must not come from the program: sync them from a secrets manager.',
    source: 'https://kubernetes.io/docs/concepts/security/secrets-good-practices/',
    level: 'mandatory',
    types: ['kubernetes:core/v1:Secret'],
    check: ({ inputs }) =>
      ['data', 'stringData'].flatMap((property) =>
        isFilled(inputs[property]) ? [{ property, must: 'be empty' }] : [],
      ),
  },
  {
    id: 'no-secret-in-chart-values',
    forbids: 'Values of a chart must hold no secret: Helm keeps them in the cluster, readable.',
    source: 'https://helm.sh/docs/topics/advanced/#storage-backends',
    level: 'mandatory',
    types: ['kubernetes:helm.sh/v3:Release'],
    check: ({ inputs }) => findSecretValues(inputs.values, 'values'),
  },
  {
    id: 'no-readable-secret-in-state',
    forbids: 'A secret must be kept encrypted in the state.',
    source: 'https://www.pulumi.com/docs/iac/concepts/secrets/',
    level: 'mandatory',
    needsSecretMarks: true,
    types: Object.keys(secretProperties),
    check: findReadable,
  },
];

function isFilled(value: unknown): boolean {
  return value === hiddenSecret || Object.keys(recordOf(value)).length > 0;
}

function findSecretValues(value: unknown, path: string): Finding[] {
  return Object.entries(recordOf(value)).flatMap(([key, entry]) => {
    const property = `${path}.${key}`;
    if (typeof entry === 'object') return findSecretValues(entry, property);
    if (textOf(entry) === undefined) return [];
    const isReference = /^existing/i.test(key);
    const isSecret = !isReference && (secretName.test(key) || secretForms.some((form) => form.test(String(entry))));
    return isSecret ? [{ property, must: 'be the name of a Secret, not a secret' }] : [];
  });
}

function findReadable({ type, inputs }: PolicyResource): Finding[] {
  return (secretProperties[type] ?? []).flatMap((property) =>
    isReadable(inputs[property]) ? [{ property, must: 'be a secret of Pulumi (pulumi.secret)' }] : [],
  );
}

/** A part may be plain, as the address of a registry beside its password: one secret in it is enough. */
function isReadable(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (Array.isArray(value) && value.length === 0) return false;
  return !JSON.stringify(value).includes(hiddenSecret);
}
