import type { cloudwatch } from '@pulumi/aws';
import { resource } from '../declare';
import { applyRule, inputRule } from '../rules';
import { logGroup } from './logs';

export const metricFilter = resource<cloudwatch.LogMetricFilter, cloudwatch.LogMetricFilterArgs>({
  token: 'aws:cloudwatch/logMetricFilter:LogMetricFilter',
  naming: { maxLength: 512 },
  replaceOn: ['name', 'logGroupName'],
  defaults: { applyOnTransformedLogs: false },
  seconds: { create: 1, delete: 1 },
  id: ({ inputs }) => inputs.name ?? '',
  outputs: ({ inputs }) => ({
    metricTransformation: { ...inputs.metricTransformation, unit: inputs.metricTransformation.unit ?? 'None' },
  }),
  unique: ({ inputs, place }) => `metric filter ${inputs.name} of ${inputs.logGroupName} in ${place.region}`,
  uses: ({ inputs, cloud, place }) => [cloud.find(logGroup, inputs.logGroupName, place)],
});

const source = 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html';

export const metricFilterRules = [
  inputRule({
    id: 'aws.logs.metric-filter',
    refuses: 'A pattern with braces that do not close, a namespace of AWS, or a value that is no number and no field.',
    source,
    types: metricFilter,
    check: ({ inputs: { pattern, metricTransformation: made } }) => [
      ...(pattern.length <= 1_024 && (pattern.startsWith('{') ? /^\{ .+ \}$/s.test(pattern) : true)
        ? []
        : ['InvalidParameterException: Invalid metric filter pattern (pattern)']),
      ...(/^(?!AWS\/)[^:*$]{1,255}$/.test(made.namespace)
        ? []
        : [`InvalidParameterException: metricTransformation.namespace must not be ${made.namespace}`]),
      ...(/^(\d+(\.\d+)?|\$[\w.[\]$]+)$/.test(made.value)
        ? []
        : [
            'InvalidParameterException: Invalid metric transformation: metricTransformation.value must be a number or a field ($.name)',
          ]),
    ],
  }),
  applyRule({
    id: 'aws.logs.metric-filter-group',
    refuses: 'A filter of a log group that does not exist in its region.',
    source,
    types: metricFilter,
    check: ({ inputs, cloud, place }) =>
      cloud.list(logGroup).some(({ id, place: home }) => id === inputs.logGroupName && home.region === place.region)
        ? undefined
        : 'ResourceNotFoundException: The specified log group does not exist. (logGroupName)',
  }),
];
