import type { storage } from '@pulumi/gcp';
import { inputRule } from '../rules';
import { googleResource, projectNumber } from './declare';
import { googleError } from './google-error';
import { apiRules } from './project-services';

const classes = ['STANDARD', 'MULTI_REGIONAL', 'REGIONAL', 'NEARLINE', 'COLDLINE', 'ARCHIVE'];
const actions = ['Delete', 'SetStorageClass', 'AbortIncompleteMultipartUpload'];

const bucket = googleResource<storage.Bucket, storage.BucketArgs>({
  token: 'gcp:storage/bucket:Bucket',
  naming: { maxLength: 63, letters: 'lower' },
  replaceOn: ['name', 'location', 'project', 'customPlacementConfig', 'enableObjectRetention', 'hierarchicalNamespace'],
  defaults: { forceDestroy: false, storageClass: 'STANDARD' },
  empty: ['website'],
  changesOnUpdate: ['updated'],
  seconds: { create: 2, delete: 1 },
  id: ({ inputs }) => inputs.name ?? '',
  outputs: ({ inputs, id, place, cloud, previous }) => ({
    url: `gs://${id}`,
    selfLink: `https://www.googleapis.com/storage/v1/b/${id}`,
    projectNumber: Number(projectNumber(place.project ?? '')),
    location: inputs.location.toUpperCase(),
    publicAccessPrevention: inputs.publicAccessPrevention ?? 'inherited',
    rpo: inputs.rpo ?? 'DEFAULT',
    // A week, unless the program says otherwise.
    softDeletePolicy: {
      effectiveTime: previous?.softDeletePolicy.effectiveTime ?? cloud.clock.timestamp(),
      retentionDurationSeconds: inputs.softDeletePolicy?.retentionDurationSeconds ?? 604_800,
    },
    timeCreated: previous?.timeCreated ?? cloud.clock.timestamp(),
    updated: cloud.clock.timestamp(),
    uniformBucketLevelAccess: inputs.uniformBucketLevelAccess ?? false,
    versioning: inputs.versioning ?? { enabled: false },
  }),
  // One name for all projects.
  unique: ({ inputs }) => `bucket ${inputs.name}`,
  exists: () =>
    googleError(
      409,
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
      'conflict',
    ),
});

const rules = [
  ...apiRules('storage', 'storage', [bucket]),
  inputRule({
    id: 'gcp.storage.bucket-name',
    refuses:
      'Names of buckets other than 3 to 63 lower-case letters, digits, hyphens and underscores, or with goog in front.',
    source: 'https://docs.cloud.google.com/storage/docs/buckets#naming',
    types: bucket,
    check: ({ inputs: { name = 'generated' } }) =>
      /^(?!goog)(?!.*google)[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$/.test(name)
        ? undefined
        : googleError(400, `Invalid bucket name: '${name}'`, 'invalid'),
  }),
  inputRule({
    id: 'gcp.storage.public-access-prevention',
    refuses: 'A prevention of public access other than inherited and enforced.',
    source: 'https://docs.cloud.google.com/storage/docs/public-access-prevention',
    types: bucket,
    check: ({ inputs: { publicAccessPrevention = 'inherited' } }) =>
      ['inherited', 'enforced'].includes(publicAccessPrevention)
        ? undefined
        : `expected publicAccessPrevention to be one of ["inherited" "enforced"], got ${publicAccessPrevention}`,
  }),
  inputRule({
    id: 'gcp.storage.class',
    refuses: 'A storage class that buckets do not have.',
    source: 'https://docs.cloud.google.com/storage/docs/storage-classes',
    types: bucket,
    check: ({ inputs: { storageClass = 'STANDARD' } }) =>
      classes.includes(storageClass.toUpperCase())
        ? undefined
        : googleError(400, `Invalid storage class ${storageClass}: must be one of ${classes.join(', ')}`, 'invalid'),
  }),
  inputRule({
    id: 'gcp.storage.lifecycle',
    refuses: 'A rule of a lifecycle without a condition, or with an action that there is not.',
    source: 'https://docs.cloud.google.com/storage/docs/lifecycle',
    types: bucket,
    check: ({ inputs: { lifecycleRules = [] } }) =>
      lifecycleRules.flatMap(({ action, condition }) => {
        if (!actions.includes(action.type)) return [`lifecycleRules.action.type must be one of ${actions.join(', ')}`];
        return Object.values(condition).some((value) => value !== undefined)
          ? []
          : [
              googleError(
                400,
                'A lifecycle rule must have at least one condition. (lifecycleRules.condition)',
                'invalid',
              ),
            ];
      }),
  }),
];

export const storageSimulation = { resources: [bucket], functions: [], rules };
