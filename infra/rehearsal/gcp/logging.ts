import type { logging } from '@pulumi/gcp';
import { table } from '../cloud/cloud';
import { Refusal } from '../cloud/refusal';
import { applyRule, inputRule } from '../rules';
import { googleResource, projectNumber } from './declare';
import { googleError } from './google-error';

/** Names of deleted buckets, and until when they stay taken. Source: https://docs.cloud.google.com/logging/docs/buckets#delete_bucket */
const deletedBuckets = table<number>('gcp deleted log buckets');
const weekMs = 7 * 24 * 3_600_000;

const bucketConfig = googleResource<logging.ProjectBucketConfig, logging.ProjectBucketConfigArgs>({
  token: 'gcp:logging/projectBucketConfig:ProjectBucketConfig',
  replaceOn: ['project', 'location', 'bucketId'],
  defaults: { retentionDays: 30 },
  empty: ['description'],
  seconds: { create: 5, delete: 3 },
  id: ({ inputs, place }) => `projects/${place.project}/locations/${inputs.location}/buckets/${inputs.bucketId}`,
  outputs: ({ id }) => ({ name: id, lifecycleState: 'ACTIVE' }),
  unique: ({ inputs, place }) => `log bucket ${inputs.bucketId} in ${place.project} ${inputs.location}`,
  exists: ({ inputs }) => googleError(409, `Bucket ${inputs.bucketId} already exists`, 'alreadyExists'),
  create: ({ cloud, id }) => {
    if ((cloud.table(deletedBuckets).get(id) ?? 0) <= cloud.clock.now()) return;
    throw new Refusal(
      googleError(400, `Bucket \`${id}\` is pending deletion: its name stays taken for 7 days`, 'failedPrecondition'),
    );
  },
  delete: ({ cloud, id, inputs }) => {
    // The buckets that every project has are reset, not deleted.
    if (!inputs.bucketId.startsWith('_')) cloud.table(deletedBuckets).set(id, cloud.clock.now() + weekMs);
    return 'gone';
  },
});

const sink = googleResource<logging.ProjectSink, logging.ProjectSinkArgs>({
  token: 'gcp:logging/projectSink:ProjectSink',
  naming: { maxLength: 100 },
  replaceOn: ['name', 'project', 'uniqueWriterIdentity'],
  defaults: { uniqueWriterIdentity: true },
  empty: ['bigqueryOptions'],
  seconds: { create: 2, delete: 2 },
  id: ({ inputs, place }) => `projects/${place.project}/sinks/${inputs.name}`,
  outputs: ({ inputs, place }) => ({ writerIdentity: writerOf(inputs, place) }),
  unique: ({ inputs, place }) => `log sink ${inputs.name} in ${place.project}`,
  exists: ({ inputs }) => googleError(409, `Sink ${inputs.name} already exists`, 'alreadyExists'),
});

/** Into a bucket of the same project no writer is needed. Source: https://docs.cloud.google.com/logging/docs/export/configure_export_v2#dest-auth */
function writerOf(
  inputs: { destination: string; uniqueWriterIdentity?: boolean; customWriterIdentity?: string },
  place: { project?: string },
): string {
  if (inputs.customWriterIdentity !== undefined) return inputs.customWriterIdentity;
  if (inputs.destination.startsWith(`logging.googleapis.com/projects/${place.project}/`)) return '';
  return inputs.uniqueWriterIdentity === false
    ? 'serviceAccount:cloud-logs@system.gserviceaccount.com'
    : `serviceAccount:service-${projectNumber(place.project ?? '')}@gcp-sa-logging.iam.gserviceaccount.com`;
}

// No rule of the API: it is on in every new project.
const rules = [
  inputRule({
    id: 'gcp.logging.bucket-id',
    refuses:
      'Bucket ids other than 1 to 100 letters, digits, underscores, hyphens and periods, beginning with a letter or digit.',
    source: 'https://docs.cloud.google.com/logging/docs/buckets#create_bucket',
    types: bucketConfig,
    check: ({ inputs }) =>
      /^(_Default|_Required|[A-Za-z0-9][\w.-]{0,99})$/.test(inputs.bucketId)
        ? undefined
        : googleError(
            400,
            'bucketId must be 1 to 100 letters, digits, underscores, hyphens and periods, and begin with a letter or digit',
          ),
  }),
  inputRule({
    id: 'gcp.logging.retention',
    refuses: 'Retentions other than 1 to 3650 days.',
    source: 'https://docs.cloud.google.com/logging/docs/buckets#custom-retention',
    types: bucketConfig,
    check: ({ inputs }) => {
      const days = inputs.retentionDays ?? 30;
      return Number.isInteger(days) && days >= 1 && days <= 3650
        ? undefined
        : googleError(400, `retentionDays must be 1 to 3650, not ${days}`);
    },
  }),
  inputRule({
    id: 'gcp.logging.sink-name',
    refuses: 'Sink names other than 1 to 100 letters, digits, underscores, hyphens and periods.',
    source: 'https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/projects.sinks',
    types: sink,
    check: ({ inputs }) =>
      /^[A-Za-z0-9][\w.-]{0,99}$/.test(inputs.name ?? 'generated')
        ? undefined
        : googleError(
            400,
            'name must be 1 to 100 letters, digits, underscores, hyphens and periods, and begin with a letter or digit',
          ),
  }),
  inputRule({
    id: 'gcp.logging.sink-destination',
    refuses:
      'Destinations that are no log bucket, storage bucket, BigQuery data set, Pub/Sub topic or project; filters of more than 20 000 characters.',
    source: 'https://docs.cloud.google.com/logging/docs/export/configure_export_v2#supported-destinations',
    types: sink,
    check: ({ inputs }) => [
      ...(/^(logging\.googleapis\.com\/(projects|folders|organizations|billingAccounts)\/[^/]+(\/locations\/[^/]+\/buckets\/[^/]+)?|storage\.googleapis\.com\/.+|bigquery\.googleapis\.com\/projects\/.+\/datasets\/.+|pubsub\.googleapis\.com\/projects\/.+\/topics\/.+)$/.test(
        inputs.destination,
      )
        ? []
        : [
            googleError(
              400,
              'destination must be logging.googleapis.com/projects/PROJECT/locations/LOCATION/buckets/BUCKET, storage.googleapis.com/BUCKET, bigquery.googleapis.com/projects/PROJECT/datasets/DATASET or pubsub.googleapis.com/projects/PROJECT/topics/TOPIC',
            ),
          ]),
      ...((inputs.filter ?? '').length > 20_000 ? ['filter must be at most 20000 characters'] : []),
    ],
  }),
  applyRule({
    id: 'gcp.logging.sink-bucket',
    refuses: 'A sink into a log bucket of the same project that does not exist.',
    source: 'https://docs.cloud.google.com/logging/docs/export/configure_export_v2',
    types: sink,
    check: ({ inputs, cloud, place }) => {
      const bucket = inputs.destination.replace('logging.googleapis.com/', '');
      const isOurs =
        bucket.startsWith(`projects/${place.project}/`) &&
        !/\/(_Default|_Required)$/.test(bucket) &&
        bucket.includes('/buckets/');
      return !isOurs || cloud.find(bucketConfig, bucket)
        ? undefined
        : googleError(404, `Bucket ${bucket} not found`, 'notFound');
    },
  }),
];

export const loggingSimulation = { resources: [bucketConfig, sink], functions: [], rules };
