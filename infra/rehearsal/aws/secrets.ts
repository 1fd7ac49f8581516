import type { secretsmanager } from '@pulumi/aws';
import { type Cloud, table } from '../cloud/cloud';
import { resource } from '../declare';
import { arn } from './declare';

/** What the versions of a secret hold; by the secret's ARN, then by version. */
type StoredSecret = Map<string, { value: string; stages: Set<string> }>;
const values = table<StoredSecret>('secret values');

/** Names of deleted secrets that can still be restored, and until when. */
export const scheduledDeletions = table<number>('secrets scheduled for deletion');

export const secret = resource<secretsmanager.Secret, secretsmanager.SecretArgs>({
  token: 'aws:secretsmanager/secret:Secret',
  naming: { maxLength: 512 },
  replaceOn: ['name', 'namePrefix', 'type'],
  defaults: { forceOverwriteReplicaSecret: false, recoveryWindowInDays: 30 },
  empty: ['namePrefix', 'policy'],
  seconds: { create: 1, delete: 1 },
  id: ({ inputs, place, seed }) => {
    const ending = Buffer.from(seed.hex(12, 'ending'), 'hex').toString('base64').replace(/[+/=]/g, 'x').slice(0, 6);
    return arn('secretsmanager', place, `secret:${inputs.name}-${ending}`);
  },
  outputs: ({ id }) => ({ arn: id }),
  unique: ({ inputs, place }) => `secret ${inputs.name} in ${place.region}`,
  exists: ({ inputs }) =>
    `ResourceExistsException: The operation failed because the secret ${inputs.name} already exists.`,
  create: ({ cloud, id }) => void cloud.table(values).set(id, new Map()),
  delete: ({ cloud, entity, place }) => {
    const days = entity.inputs.recoveryWindowInDays ?? 30;
    if (days > 0) {
      const untilMs = cloud.clock.now() + days * 86_400_000;
      cloud.table(scheduledDeletions).set(`${place.region} ${entity.outputs.name}`, untilMs);
    }
    cloud.table(values).delete(entity.id);
    return 'gone';
  },
});

export const secretVersion = resource<secretsmanager.SecretVersion, secretsmanager.SecretVersionArgs>({
  token: 'aws:secretsmanager/secretVersion:SecretVersion',
  replaceOn: ['secretId', 'secretString', 'secretBinary'],
  writeOnly: ['secretStringWo'],
  seconds: { create: 1, delete: 1 },
  id: ({ inputs, cloud, seed }) => `${arnOf(cloud, inputs.secretId) ?? inputs.secretId}|${seed.uuid()}`,
  outputs: ({ id, inputs }) => {
    const [secretArn = '', versionId = ''] = id.split('|');
    return {
      arn: secretArn,
      secretArn,
      versionId,
      hasSecretStringWo: inputs.secretStringWo !== undefined,
      versionStages: inputs.versionStages ?? ['AWSCURRENT'],
    };
  },
  create: ({ cloud, entity: { outputs, inputs } }) => {
    const versions: StoredSecret = cloud.table(values).get(outputs.secretArn) ?? new Map();
    const value = inputs.secretString ?? inputs.secretStringWo ?? inputs.secretBinary ?? '';
    moveStages(versions, outputs.versionStages);
    versions.set(outputs.versionId, { value, stages: new Set(outputs.versionStages) });
    cloud.table(values).set(outputs.secretArn, versions);
  },
  update: ({ cloud, entity: { outputs } }) => {
    const versions = cloud.table(values).get(outputs.secretArn);
    const version = versions?.get(outputs.versionId);
    if (!versions || !version) return;
    moveStages(versions, outputs.versionStages);
    version.stages = new Set(outputs.versionStages);
  },
  delete: ({ cloud, entity: { outputs } }) => {
    // AWS takes AWSCURRENT from no version; one without labels stays readable by its id for a day at least.
    const version = cloud.table(values).get(outputs.secretArn)?.get(outputs.versionId);
    for (const stage of version?.stages ?? []) if (stage !== 'AWSCURRENT') version?.stages.delete(stage);
    return 'gone';
  },
});

/** A label is on one version only; the one that was current becomes the previous one. */
function moveStages(versions: StoredSecret, stages: readonly string[]): void {
  for (const version of versions.values()) {
    for (const stage of stages) {
      if (!version.stages.delete(stage) || stage !== 'AWSCURRENT') continue;
      for (const other of versions.values()) other.stages.delete('AWSPREVIOUS');
      version.stages.add('AWSPREVIOUS');
    }
  }
}

export const secretPolicy = resource<secretsmanager.SecretPolicy, secretsmanager.SecretPolicyArgs>({
  token: 'aws:secretsmanager/secretPolicy:SecretPolicy',
  replaceOn: ['secretArn'],
  seconds: { create: 1, delete: 1 },
  id: ({ inputs }) => inputs.secretArn,
  outputs: () => ({}),
});

/** A secret is named by its ARN, its ARN without the random ending, or its name. */
export function arnOf(cloud: Cloud, reference: string): string | undefined {
  return cloud
    .list(secret)
    .find(({ id, outputs }) => reference === id || reference === id.slice(0, -7) || reference === outputs.name)?.id;
}

/** `arn:aws:secretsmanager:...:secret:NAME-AbCdEf[:JSON key[:version stage[:version id]]]` */
export type SecretReference = { arn: string; key?: string; stage?: string; version?: string };

/** Undefined when it is no ARN of a secret. */
export function parseSecretReference(reference: string): SecretReference | undefined {
  const match = /^(arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[^:]+)((?::[^:]*){0,3})$/.exec(reference);
  if (!match?.[1]) return undefined;
  const [, key, stage, version] = (match[2] ?? '').split(':');
  return { arn: match[1], ...(key && { key }), ...(stage && { stage }), ...(version && { version }) };
}

export type SecretValue = { found: true; arn: string; value: string } | { found: false; why: string };

/** The value that a reference means, in the words of Secrets Manager where there is none. */
export function findSecretValue(cloud: Cloud, { arn: reference, key, stage, version }: SecretReference): SecretValue {
  const missing = "ResourceNotFoundException: Secrets Manager can't find the specified secret";
  const secretArn = arnOf(cloud, reference);
  if (secretArn === undefined) return { found: false, why: `${missing} (${reference})` };
  const versions = cloud.table(values).get(secretArn) ?? new Map();
  const wanted = stage ?? (version === undefined ? 'AWSCURRENT' : undefined);
  const entry = [...versions].find(
    ([id, { stages }]) => (version === undefined || id === version) && (wanted === undefined || stages.has(wanted)),
  )?.[1];
  if (!entry) {
    const label = wanted === undefined ? `version ID: ${version}` : `staging label: ${wanted}`;
    return { found: false, why: `${missing} value for ${label} (${secretArn})` };
  }
  if (key === undefined) return { found: true, arn: secretArn, value: entry.value };
  const member = readKey(entry.value, key);
  return member === undefined
    ? { found: false, why: `retrieved secret from Secrets Manager did not contain json key ${key} (${secretArn})` }
    : { found: true, arn: secretArn, value: member };
}

function readKey(json: string, key: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed !== 'object' || parsed === null || !(key in parsed)) return undefined;
    const value: unknown = Object.entries(parsed).find(([name]) => name === key)?.[1];
    return typeof value === 'string' ? value : JSON.stringify(value);
  } catch {
    return undefined;
  }
}
