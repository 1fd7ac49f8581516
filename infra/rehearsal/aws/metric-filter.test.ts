import { type Step, testMutations } from './testing/setup';

const made = { namespace: 'orders', name: 'Errors', value: '1' };
const steps: readonly Step[] = [
  { token: 'aws:cloudwatch/logGroup:LogGroup', name: 'logs', inputs: { name: 'orders', retentionInDays: 7 } },
  {
    token: 'aws:cloudwatch/logMetricFilter:LogMetricFilter',
    name: 'errors',
    inputs: {
      name: 'orders-errors',
      logGroupName: 'orders',
      pattern: '{ $.status >= 500 }',
      metricTransformation: made,
    },
  },
];
const refuses = (what: string, inputs: Record<string, string | object>) => ({
  rule: 'aws.logs.metric-filter',
  what,
  resource: 'errors',
  inputs: JSON.parse(JSON.stringify(inputs)),
});

describe('the rules of metric filters', () => {
  testMutations(steps, [
    refuses('an open brace', { pattern: '{ $.status >= 500' }),
    refuses("a namespace of AWS's own", { metricTransformation: { ...made, namespace: 'AWS/ECS' } }),
    refuses('a value that is a word', { metricTransformation: { ...made, value: 'many' } }),
    {
      rule: 'aws.logs.metric-filter-group',
      what: 'no such group',
      resource: 'errors',
      inputs: { logGroupName: 'other' },
    },
  ]);
});
