import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeWithPrograms } from '../testing/servers/describe-with';
import { type Bundle, buildBundle, killServices, startService } from '../testing/servers/service-process';
import { openRealTestStores, type TestStores } from '../testing/test-stores';
import { notebookPath } from './notebook';

// pip install nbconvert ipykernel
describeWithPrograms(['jupyter-nbconvert'], 'docs/api.ipynb, executed', () => {
  let stores: TestStores;
  let bundle: Bundle;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'taproom-notebook-'));
    bundle = buildBundle();
    stores = await openRealTestStores();
  });
  afterAll(async () => {
    await killServices();
    await stores?.close();
    bundle?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs every cell; fails with the first one that does, and its assertion. Leaves nothing but a copy in the folder. */
  function execute(env: Record<string, string>): Promise<unknown> {
    const args = ['--execute', '--to', 'notebook', '--output-dir', folder, notebookPath];
    // IPython and Jupyter keep their files below HOME.
    const own = { PATH: process.env.PATH, HOME: folder, IPYTHONDIR: join(folder, '.ipython') };
    return promisify(execFile)('jupyter-nbconvert', args, { env: { ...own, ...env } });
  }

  test('finds that the service does what it tells, with and without a key, again and again', async () => {
    const keys: Record<string, string>[] = [{}, { API_KEY: 'a-key-for-the-notebook' }];
    for (const key of keys) {
      const service = startService(bundle, { ...stores.env, ...key });
      await service.ready();
      await execute({ APP_URL: await service.url(), ...key });
      service.kill('SIGTERM');
      await service.exit;
    }
  });

  test('fails where the service does not', async () => {
    const service = startService(bundle, { ...stores.env, API_KEY: 'a-key-that-is-not-told' });
    await service.ready();
    await expect(execute({ APP_URL: await service.url() })).rejects.toThrow(/AssertionError/);
  });
});
