import { findStoredImage } from '../../cloud/registry';
import { packages } from '../../packages';
import { createRuntime } from '../../runtime/create-runtime';
import type { Runtime } from '../../runtime/runtime';
import { openSession, type Session } from '../../session';

jest.setTimeout(600_000);

const quiet = ['--non-interactive', '--yes'] as const;
let runtime: Runtime;
let session: Session;

beforeAll(async () => {
  runtime = await createRuntime();
  session = await openSession({ project: __dirname, stack: 'test', packages, runtime });
});

afterAll(async () => {
  await session.close();
  await runtime.close();
});

async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await session.pulumi(...args);
  return `code ${code}\n${stdout}${stderr}`;
}

async function imageInRegistry() {
  const { digest, reference } = await session.outputs();
  return { digest, stored: findStoredImage(session.cloud, String(reference)) };
}

// The tests are one story, as a stack is: each step needs the one before.
describe('an image under the real engine', () => {
  let first: unknown;

  test('is built from a path relative to the program, and pushed', async () => {
    expect(await run('preview', '--non-interactive')).toContain('+ 3 to create');
    expect(await run('up', ...quiet)).toContain('code 0');
    const { digest, stored } = await imageInRegistry();
    expect(stored?.digest).toBe(digest);
    expect(runtime.images.find(String(digest))?.command).toEqual(['node', 'main.js']);
    first = digest;
  });

  test('stays as it is while the folder does, whatever token the registry gives', async () => {
    session.cloud.clock.advance({ hours: 13 });
    expect(await run('refresh', ...quiet, '--expect-no-changes')).toContain('code 0');
    expect(await run('up', ...quiet, '--expect-no-changes')).toContain('code 0');
  });

  test('is built again when a file has changed', async () => {
    await session.edit('app/main.js', (text) => text.replace('one', 'two'));
    expect(await run('up', ...quiet)).toContain('~ 1 updated');
    const { digest, stored } = await imageInRegistry();
    expect(stored?.digest).toBe(digest);
    expect(digest).not.toBe(first);
  });

  test('fails at the preview with a Dockerfile that cannot be parsed', async () => {
    const undo = await session.edit('app/Dockerfile', (text) => text.replace('WORKDIR', 'WORKDIRECTORY'));
    const output = await run('preview', '--non-interactive');
    expect(output).toContain('unknown instruction: WORKDIRECTORY');
    expect(output).toContain('[rule docker-build.image.dockerfile:');
    expect(output).not.toContain('code 0');
    await undo();
  });

  test('goes without a trace', async () => {
    expect(await run('destroy', ...quiet)).toContain('code 0');
    expect(session.cloud.everything()).toEqual([]);
  });
});
