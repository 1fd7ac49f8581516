import { existsSync } from 'node:fs';
import { packages } from '../../packages';
import { createNoRuntime } from '../../runtime/no-runtime';
import { openSession, type Session } from '../../session';

jest.setTimeout(600_000);

const quiet = ['--non-interactive', '--yes'] as const;
let session: Session;

beforeAll(async () => {
  session = await openSession({ project: __dirname, stack: 'test', packages, runtime: createNoRuntime() });
});

afterAll(() => session.close());

async function succeed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await session.pulumi(...args);
  if (code !== 0) throw new Error(`pulumi ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

// The tests are one story, as a stack is: each step needs the one before.
describe('a program of two clouds under the real engine', () => {
  test('starts from a stack file without ties to a real stack', () => {
    expect(session.notes).toEqual([
      'left out encryptionsalt',
      'generated a value for the secret queue-and-network:token',
      'made up gcp:project: rehearsal-project',
      'made up gcp:region: europe-west1',
    ]);
    expect(Object.keys(session.env).filter((name) => /^(AWS|GOOGLE|CLOUDSDK)_/.test(name))).toEqual([]);
  });

  test('previews without changing anything', async () => {
    expect(await succeed('preview', '--non-interactive')).toContain('+ 8 to create');
    expect(session.cloud.everything()).toEqual([]);
  });

  test('comes up, each provider in its own region', async () => {
    await succeed('up', ...quiet);
    const outputs = await session.outputs();
    expect(outputs.queueArn).toMatch(/^arn:aws:sqs:eu-west-1:123456789012:orders-[0-9a-f]{7}$/);
    expect(outputs.abroadArn).toMatch(/^arn:aws:sqs:us-east-1:123456789012:abroad-[0-9a-f]{7}$/);
    expect(outputs.queueTags).toEqual({ team: 'brewing' });
    expect(outputs.account).toBe('123456789012');
  });

  test('shows a single output, and hides the secret one', async () => {
    expect(await succeed('stack', 'output', 'account')).toBe('123456789012\n');
    expect(await succeed('stack', 'output', 'secret')).toBe('[secret]\n');
    const { secret } = await session.outputs();
    const exported = await succeed('stack', 'export');
    expect(String(secret)).toHaveLength(24 + 1 + 24);
    expect(exported).not.toContain(String(secret).slice(0, 24));
  });

  test('refreshes and runs again without changes', async () => {
    await succeed('refresh', ...quiet, '--expect-no-changes');
    await succeed('up', ...quiet, '--expect-no-changes');
  });

  test('sees and mends a change made behind its back', async () => {
    const orders = session.cloud.everything().find((entity) => entity.name === 'orders');
    if (!orders) throw new Error('no queue');
    orders.inputs = { ...orders.inputs, delaySeconds: 99 };
    orders.outputs = { ...orders.outputs, delaySeconds: 99 };
    expect((await session.pulumi('refresh', ...quiet, '--expect-no-changes')).code).not.toBe(0);
    await succeed('refresh', ...quiet);
    expect(await succeed('up', ...quiet)).toContain('~ 1 updated');
    expect(orders.outputs.delaySeconds).toBe(5);
  });

  test('updates in place, and replaces what the cloud cannot change', async () => {
    await succeed('config', 'set', 'delaySeconds', '7');
    expect(await succeed('up', ...quiet)).toContain('~ 2 updated');
    await succeed('config', 'set', 'fifo', 'true');
    expect(await succeed('up', ...quiet)).toContain('+-1 replaced');
    expect((await session.outputs()).queueArn).toMatch(/\.fifo$/);
  });

  test('knows what was created after what', async () => {
    const graph = await session.graph();
    const [network] = graph.ofType({ token: 'gcp:compute/network:Network' });
    const [subnetwork] = graph.ofType({ token: 'gcp:compute/subnetwork:Subnetwork' });
    if (!network || !subnetwork) throw new Error('network or subnetwork is missing');
    expect(graph.dependsOn(subnetwork, network)).toBe(true);
    expect(graph.dependsOn(network, subnetwork)).toBe(false);
    expect((await session.judgeGraph()).findings).toEqual([]);
  });

  test.each([
    {
      what: 'what breaks a rule, by resource and rule',
      line: "new gcp.compute.Network('wrong', { name: 'Wrong' });",
      messages: ["gcp:compute/network:Network resource 'wrong'", '[rule gcp.compute.name:'],
    },
    {
      what: 'a type that is not simulated',
      line: "new aws.ivs.Channel('video');",
      messages: ['not simulated: aws:ivs/channel:Channel'],
    },
    {
      what: 'a package that is not simulated',
      line: "new (require('@pulumi/tls').PrivateKey)('key', { algorithm: 'RSA' });",
      messages: ['not simulated: tls:index/privateKey:PrivateKey'],
    },
    {
      what: 'a function that is not simulated',
      line: "aws.ivs.getStreamKeyOutput({ channelArn: 'arn' });",
      messages: ['not simulated: aws:ivs/getStreamKey:getStreamKey'],
    },
  ])('is refused $what', async ({ line, messages }) => {
    const undo = await session.edit('index.ts', (text) => `${text}${line}\n`);
    const { code, stdout, stderr } = await session.pulumi('preview', '--non-interactive');
    await undo();
    expect(code).not.toBe(0);
    for (const message of messages) expect(stdout + stderr).toContain(message);
  });

  test('is destroyed to nothing', async () => {
    await succeed('destroy', ...quiet);
    expect(session.cloud.everything()).toEqual([]);
  });

  test('leaves no folder behind', async () => {
    await session.close();
    expect(existsSync(session.folder)).toBe(false);
  });
});
