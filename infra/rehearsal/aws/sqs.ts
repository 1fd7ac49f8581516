import type { sqs } from '@pulumi/aws';
import { resource } from '../declare';
import { inputRule } from '../rules';
import { arn } from './declare';

const queue = resource<sqs.Queue, sqs.QueueArgs>({
  token: 'aws:sqs/queue:Queue',
  naming: { maxLength: 80, ending: (inputs) => (inputs.fifoQueue === true ? '.fifo' : '') },
  replaceOn: ['name', 'namePrefix', 'fifoQueue'],
  defaults: {
    delaySeconds: 0,
    fifoQueue: false,
    contentBasedDeduplication: false,
    maxMessageSize: 262_144,
    messageRetentionSeconds: 345_600,
    receiveWaitTimeSeconds: 0,
    visibilityTimeoutSeconds: 30,
  },
  empty: ['deduplicationScope', 'fifoThroughputLimit', 'namePrefix', 'policy', 'redriveAllowPolicy', 'redrivePolicy'],
  id: ({ inputs, place }) => `https://sqs.${place.region}.amazonaws.com/${place.account}/${inputs.name}`,
  outputs: ({ inputs, place, id }) => ({
    arn: arn('sqs', place, inputs.name ?? ''),
    url: id,
    sqsManagedSseEnabled: inputs.sqsManagedSseEnabled ?? inputs.kmsMasterKeyId === undefined,
    kmsDataKeyReusePeriodSeconds: inputs.kmsDataKeyReusePeriodSeconds ?? 300,
  }),
  unique: ({ inputs, place }) => `queue ${inputs.name} in ${place.region}`,
  exists: () => 'QueueAlreadyExists: A queue already exists with the same name and a different value for attribute',
});

const rules = [
  inputRule({
    id: 'aws.sqs.name',
    refuses: 'Names other than 1 to 80 letters, digits, hyphens and underscores.',
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html',
    types: queue,
    check: ({ inputs }) =>
      /^[\w-]{1,80}$|^[\w-]{1,75}\.fifo$/.test(inputs.name ?? 'generated')
        ? undefined
        : 'InvalidParameterValue: Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
  }),
  inputRule({
    id: 'aws.sqs.fifo-name',
    refuses: 'A FIFO queue whose name does not end in .fifo, and the suffix on a standard queue.',
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html',
    types: queue,
    check: ({ inputs }) =>
      inputs.name === undefined || inputs.name.endsWith('.fifo') === (inputs.fifoQueue ?? false)
        ? undefined
        : 'InvalidParameterValue: The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length',
  }),
];

export const sqsSimulation = { resources: [queue], functions: [], rules };
