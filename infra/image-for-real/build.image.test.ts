import { appendFile, chmod, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describeImage } from './image-tier';
import { getManifest, listTags } from './registry-client';
import { login } from './registry-server';
import { startWorkbench, type Workbench } from './workbench';

describeImage('the image, built and pushed', () => {
  let bench: Workbench;
  const repositoryOf = (cloud: 'aws' | 'gcp', name: string) => `${bench.registries[cloud].address}/${name}`;
  /** Writes of manifests, by which a tag begins or changes. */
  const tagWrites = (cloud: 'aws' | 'gcp', name: string) =>
    bench.registries[cloud].requests().filter((request) => request.startsWith(`PUT /v2/${name}/manifests/`));

  beforeAll(async () => {
    bench = await startWorkbench();
  });
  afterAll(() => bench?.stop());

  test('has one digest in both registries, and resolves by it in both', async () => {
    const stack = await bench.openStack();
    const { digest, references } = await stack.up(bench.settings('pair'));
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(references).toEqual({
      aws: `${repositoryOf('aws', 'pair')}@${digest}`,
      gcp: `${repositoryOf('gcp', 'pair')}@${digest}`,
    });
    for (const reference of Object.values(references)) {
      expect(await getManifest(reference)).toMatchObject({ status: 200, digest });
    }
  });

  test('is a single manifest, as App Runner and Lambda take it, under a tag made of its content', async () => {
    const stack = await bench.openStack();
    const { references } = await stack.up(bench.settings('manifest'));
    const { body } = await getManifest(references.aws ?? '');
    expect(JSON.parse(body)).toMatchObject({ config: { digest: expect.any(String) }, layers: expect.any(Array) });
    expect(await listTags(repositoryOf('aws', 'manifest'))).toEqual([expect.stringMatching(/^content-[0-9a-f]{16}$/)]);
  });

  test('is not built in a preview', async () => {
    const stack = await bench.openStack();
    await stack.configure(bench.settings('preview'));
    const { code, stdout } = await stack.pulumi('preview', '--non-interactive');
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('image create') });
    expect(bench.registries.aws.requests().filter((request) => request.includes('/preview/'))).toEqual([]);
  });

  test('leaves no password readable in the state', async () => {
    const stack = await bench.openStack();
    await stack.up(bench.settings('state'));
    const { stdout } = await stack.pulumi('stack', 'export');
    expect(stdout).toContain(`"username": "${login.username}"`);
    expect(stdout).not.toContain(login.password);
  });

  test('stays as it is while no file of it changes', async () => {
    const stack = await bench.openStack();
    const settings = bench.settings('unchanged');
    const first = await stack.up(settings);
    await appendFile(join(stack.folder, 'README.md'), '\nNot in the image.\n');
    const now = new Date();
    await utimes(join(stack.folder, 'service/server.ts'), now, now);
    expect(await stack.up(settings, '--expect-no-changes')).toEqual(first);
    expect(await stack.up(settings, '--refresh', '--expect-no-changes')).toEqual(first);
    expect(tagWrites('aws', 'unchanged')).toHaveLength(1);
  });

  test('has another digest and tag when a file of it changes, and the old ones stay', async () => {
    const stack = await bench.openStack();
    const settings = bench.settings('changed');
    const first = await stack.up(settings);
    await appendFile(join(stack.folder, 'LICENSE'), '\nOne more line.\n');
    const second = await stack.up(settings);
    expect(second.digest).not.toBe(first.digest);
    expect(await listTags(repositoryOf('gcp', 'changed'))).toHaveLength(2);
    for (const reference of [...Object.values(first.references), ...Object.values(second.references)]) {
      expect((await getManifest(reference)).status).toBe(200);
    }
  });

  test('keeps its digest when a registry is added, and writes no tag anew where it is', async () => {
    const stack = await bench.openStack();
    const before = await stack.up(bench.settings('added', ['gcp']));
    const after = await stack.up(bench.settings('added'));
    expect(after.digest).toBe(before.digest);
    expect(await getManifest(after.references.aws ?? '')).toMatchObject({ status: 200, digest: before.digest });
    expect(tagWrites('gcp', 'added')).toHaveLength(1);
  });

  test('has the same digest from a cold build in another clone, with other modes and times of its files', async () => {
    const [first, second] = [await bench.openColdStack(), await bench.openColdStack()];
    await makeFilesPrivate(join(second.folder, 'service'));
    const here = await first.up(bench.settings('first-clone'));
    const there = await second.up(bench.settings('second-clone'));
    expect(there.digest).toBe(here.digest);
    const [tags, others] = [repositoryOf('aws', 'first-clone'), repositoryOf('aws', 'second-clone')];
    expect(await listTags(others)).toEqual(await listTags(tags));
  });
});

/** As a checkout with umask 077, a year ago. */
async function makeFilesPrivate(folder: string): Promise<void> {
  const time = new Date(Date.now() - 365 * 86_400_000);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    await chmod(path, entry.isDirectory() ? 0o700 : 0o600);
    await utimes(path, time, time);
  }
}
