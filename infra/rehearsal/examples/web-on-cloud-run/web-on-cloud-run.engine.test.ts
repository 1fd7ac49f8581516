import { packages } from '../../packages';
import { createClient } from '../../run/client';
import { createRuntime } from '../../runtime/create-runtime';
import { openSession, type Session } from '../../session';

jest.setTimeout(600_000);

const quiet = ['--yes', '--skip-preview', '--non-interactive'] as const;
let session: Session;
let client: ReturnType<typeof createClient>;

beforeAll(async () => {
  const runtime = await createRuntime();
  client = createClient(runtime.frontCertificateAuthority);
  session = await openSession({ project: __dirname, stack: 'test', packages, runtime });
});

afterAll(async () => {
  client.close();
  await session.close();
});

async function succeed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await session.pulumi(...args);
  if (code !== 0) throw new Error(`pulumi ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

// One story, as a stack is: each step needs the one before.
describe('a service of another shape on Cloud Run', () => {
  test('comes up and answers', async () => {
    await succeed('up', ...quiet);
    const { webUrl } = await session.outputs();
    const answer = await client.send(`${webUrl}/somewhere`);
    expect([answer.status, answer.body]).toEqual([200, 'hello from /somewhere\n']);
    expect((await client.send(`${webUrl}/healthz`)).status).toBe(404);
    expect((await session.judgeGraph()).findings).toEqual([]);
  });

  test('stays as it is', async () => {
    await succeed('refresh', ...quiet, '--expect-no-changes');
    await succeed('up', ...quiet, '--expect-no-changes');
  });

  test('answers anew after an edit', async () => {
    const undo = await session.edit('index.ts', (text) => text.replace("value: 'hello'", "value: 'good day'"));
    await succeed('up', ...quiet);
    const { webUrl } = await session.outputs();
    expect((await client.send(`${webUrl}/`)).body).toBe('good day from /\n');
    await undo();
  });

  test('is refused a port on which nothing listens', async () => {
    const undo = await session.edit('index.ts', (text) =>
      text
        .replace('ports: { containerPort: 3000 }', 'ports: { containerPort: 3001 }')
        .replace('envs: [', "envs: [{ name: 'PORT', value: '3000' },"),
    );
    const { code, stdout } = await session.pulumi('up', ...quiet);
    await undo();
    expect(code).not.toBe(0);
    expect(stdout).toContain('gcp.run.reserved-env');
    const { webUrl } = await session.outputs();
    expect((await client.send(`${webUrl}/`)).status).toBe(200);
  });

  test('is destroyed to nothing', async () => {
    await succeed('destroy', ...quiet);
    expect(session.cloud.everything().map(({ token }) => token)).toEqual([]);
  });
});
