import { Secret, unknown } from '../protocol/values';
import { createWorld } from '../testing/world';
import { aws } from './aws';

const queue = 'aws:sqs/queue:Queue';

describe('aws.sqs.Queue', () => {
  test('is named, located and tagged as the provider does it', async () => {
    const world = createWorld({
      packages: [aws],
      config: { aws: { region: 'eu-west-1', defaultTags: { tags: { team: 'brewing' } } } },
    });
    const orders = await world.apply(queue, 'orders', { fifoQueue: true, tags: { stage: 'test' } });
    expect(orders.name).toMatch(/^orders-[0-9a-f]{7}\.fifo$/);
    expect(orders.arn).toBe(`arn:aws:sqs:eu-west-1:123456789012:${String(orders.name)}`);
    expect(orders.tagsAll).toEqual({ team: 'brewing', stage: 'test' });
  });

  test('keeps its generated name at an update', async () => {
    const world = createWorld({ packages: [aws] });
    const before = await world.apply(queue, 'orders', { delaySeconds: 1 });
    const after = await world.apply(queue, 'orders', { delaySeconds: 2 });
    expect(after).toEqual({ ...before, delaySeconds: 2 });
  });

  test('is there until it is destroyed', async () => {
    const world = createWorld({ packages: [aws] });
    await world.apply(queue, 'orders', {});
    expect(await world.refresh('orders')).toBeDefined();
    await world.destroy('orders');
    expect(world.cloud.everything()).toEqual([]);
  });

  test('cannot be made twice under one name', async () => {
    const world = createWorld({ packages: [aws] });
    await world.apply(queue, 'one', { name: 'orders' });
    await expect(world.apply(queue, 'two', { name: 'orders' })).rejects.toThrow('QueueAlreadyExists');
  });

  test('refuses inputs that the typings do not know', () => {
    const world = createWorld({ packages: [aws] });
    expect(world.preview(queue, 'orders', { delay: 3, maxMessageSize: new Secret('big') })).toEqual([
      "Invalid or unknown key. Examine values at 'delay'.",
      'Unexpected type at field "maxMessageSize": expected number type, got string type',
    ]);
  });
});

describe('the rules of aws.sqs', () => {
  test.each([
    ['aws.sqs.name', { name: 'orders of the day' }],
    ['aws.sqs.fifo-name', { name: 'orders', fifoQueue: true }],
    ['aws.sqs.fifo-name', { name: 'orders.fifo' }],
  ])('%s refuses %j', (id, inputs) => {
    const findings = createWorld({ packages: [aws] }).preview(queue, 'orders', inputs);
    expect(findings.join('\n')).toContain(`[rule ${id}:`);
  });

  test('wait for values that are not known yet', () => {
    expect(createWorld({ packages: [aws] }).preview(queue, 'orders', { name: unknown, fifoQueue: true })).toEqual([]);
  });
});
