import { parseGraph } from '../graph/graph';
import { ensureLogGroup, logsSimulation } from './logs';
import { createAwsWorld, type Step, testMutations } from './testing/setup';

const token = 'aws:cloudwatch/logGroup:LogGroup';
const steps: readonly Step[] = [{ token, name: 'logs', inputs: { name: '/aws/lambda/orders', retentionInDays: 30 } }];

describe('the rules of aws.logs', () => {
  testMutations(steps, [
    { rule: 'aws.logs.group-name', what: 'a space', resource: 'logs', inputs: { name: 'my logs' } },
    { rule: 'aws.logs.group-name', what: 'a reserved name', resource: 'logs', inputs: { name: 'aws/lambda' } },
    { rule: 'aws.logs.retention', what: 'ten days', resource: 'logs', inputs: { retentionInDays: 10 } },
  ]);

  test('aws.logs.group-exists refuses the name of a group that AWS made', async () => {
    const world = createAwsWorld();
    ensureLogGroup(world.cloud, { region: 'eu-central-1' }, '/aws/lambda/orders');
    await expect(world.apply(token, 'logs', { name: '/aws/lambda/orders' })).rejects.toThrow(
      '[rule aws.logs.group-exists:',
    );
  });

  test('aws.logs.no-end finds a group without retention', async () => {
    const resources = [{ urn: `urn:pulumi:a::b::${token}::g`, type: token, custom: true, inputs: {}, outputs: {} }];
    const rule = logsSimulation.rules.find(({ id }) => id === 'aws.logs.no-end');
    if (rule?.stage !== 'graph') throw new Error('no such rule');
    expect(await rule.check(parseGraph({ deployment: { resources } }))).toHaveLength(1);
  });
});
