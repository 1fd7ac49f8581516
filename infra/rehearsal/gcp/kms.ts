import type { kms } from '@pulumi/gcp';
import { applyRule, inputRule } from '../rules';
import { googleResource } from './declare';
import { googleError, notFound } from './google-error';
import { apiRules } from './project-services';

const source = 'https://docs.cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys';
const purposes = ['ENCRYPT_DECRYPT', 'ASYMMETRIC_SIGN', 'ASYMMETRIC_DECRYPT', 'RAW_ENCRYPT_DECRYPT', 'MAC'];
const shortestRotationSeconds = 86_400;

const keyRing = googleResource<kms.KeyRing, kms.KeyRingArgs>({
  token: 'gcp:kms/keyRing:KeyRing',
  naming: { maxLength: 63 },
  replaceOn: ['name', 'location', 'project'],
  seconds: { create: 2, delete: 1 },
  id: ({ inputs, place }) => `projects/${place.project}/locations/${inputs.location}/keyRings/${inputs.name}`,
  outputs: () => ({}),
  unique: ({ inputs, place }) => `key ring ${inputs.name} in ${place.project} ${inputs.location}`,
  exists: ({ inputs }) => googleError(409, `KeyRing ${inputs.name} already exists.`, 'alreadyExists'),
  // Google deletes none: the provider forgets it.
  delete: () => 'kept',
});

export const cryptoKey = googleResource<kms.CryptoKey, kms.CryptoKeyArgs>({
  token: 'gcp:kms/cryptoKey:CryptoKey',
  naming: { maxLength: 63 },
  replaceOn: ['name', 'keyRing', 'purpose', 'importOnly', 'destroyScheduledDuration', 'cryptoKeyBackend'],
  defaults: { purpose: 'ENCRYPT_DECRYPT' },
  empty: ['cryptoKeyBackend', 'keyAccessJustificationsPolicy', 'importOnly'],
  seconds: { create: 2, delete: 1 },
  id: ({ inputs }) => `${inputs.keyRing}/cryptoKeys/${inputs.name}`,
  outputs: ({ inputs, id }) => ({
    destroyScheduledDuration: inputs.destroyScheduledDuration ?? '2592000s',
    primaries: [{ name: `${id}/cryptoKeyVersions/1`, state: 'ENABLED' }],
    versionTemplate: { algorithm: 'GOOGLE_SYMMETRIC_ENCRYPTION', protectionLevel: 'SOFTWARE' },
  }),
  unique: ({ inputs }) => `key ${inputs.name} in ${inputs.keyRing}`,
  exists: ({ inputs }) => googleError(409, `CryptoKey ${inputs.name} already exists.`, 'alreadyExists'),
  uses: ({ inputs, cloud }) => [cloud.find(keyRing, inputs.keyRing)],
  // The provider destroys its versions; the key stays, and keeps its name.
  delete: () => 'kept',
});

const rules = [
  ...apiRules('kms', 'cloudkms', [keyRing, cryptoKey]),
  inputRule({
    id: 'gcp.kms.name',
    refuses: 'Names of key rings and keys other than 1 to 63 letters, digits, underscores and hyphens.',
    source,
    types: [keyRing, cryptoKey],
    check: ({ inputs: { name = 'generated' } }) =>
      /^[\w-]{1,63}$/.test(name) ? undefined : googleError(400, `name must match [a-zA-Z0-9_-]{1,63}, not ${name}`),
  }),
  inputRule({
    id: 'gcp.kms.purpose',
    refuses: 'A purpose that keys do not have.',
    source,
    types: cryptoKey,
    check: ({ inputs: { purpose = 'ENCRYPT_DECRYPT' } }) =>
      purposes.includes(purpose) ? undefined : `expected purpose to be one of ${purposes.join(', ')}, got ${purpose}`,
  }),
  inputRule({
    id: 'gcp.kms.rotation',
    refuses: 'A rotation more often than once a day, or of a key that does not encrypt and decrypt.',
    source: 'https://docs.cloud.google.com/kms/docs/rotate-key',
    types: cryptoKey,
    check: ({ inputs: { rotationPeriod, purpose = 'ENCRYPT_DECRYPT' } }) => {
      if (rotationPeriod === undefined) return undefined;
      if (purpose !== 'ENCRYPT_DECRYPT')
        return googleError(400, `rotationPeriod must not be set for a key of ${purpose}`);
      const seconds = Number(/^(\d+)(?:\.\d+)?s$/.exec(rotationPeriod)?.[1]);
      return seconds >= shortestRotationSeconds
        ? undefined
        : `rotation period must be greater than 86400 seconds, as "7776000s" (rotationPeriod is ${rotationPeriod})`;
    },
  }),
  applyRule({
    id: 'gcp.kms.key-ring-missing',
    refuses: 'A key in a ring that does not exist.',
    source,
    types: cryptoKey,
    check: ({ inputs, cloud }) =>
      cloud.find(keyRing, inputs.keyRing) ? undefined : notFound('KeyRing', inputs.keyRing),
  }),
];

export const kmsSimulation = { resources: [keyRing, cryptoKey], functions: [], rules };
