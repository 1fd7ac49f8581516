import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildTestApp, type TestApp } from './testing/build-test-app';
import { openRealTestStores, type TestStores } from './testing/test-stores';

const isInstalled = spawnSync('schemathesis', ['--version']).status === 0;
// https://schemathesis.readthedocs.io/en/stable/reference/checks/
const checks = 'all';
/** Documented refusals that JSON Schema cannot tell: /api/10, and an abv whose decimals are longer than its column. */
const excludedChecks = 'positive_data_acceptance';

const describeWhere = isInstalled || process.env.CI !== undefined ? describe : describe.skip;

describeWhere('a fuzzer that reads the OpenAPI document (schemathesis: pip install schemathesis)', () => {
  let stores: TestStores;
  let app: TestApp;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'taproom-schemathesis-'));
    stores = await openRealTestStores();
    app = await buildTestApp({ stores });
  });
  afterAll(async () => {
    await app.close();
    await stores.close();
    await rm(folder, { recursive: true });
  });

  test('finds no 5xx and no answer outside the document', async () => {
    const { url } = await app.listen();
    const { output, code } = await run([
      'run',
      `${url}/openapi.json`,
      ...['--checks', checks, '--exclude-checks', excludedChecks],
      ...['--max-examples', '30', '--seed', '1', '--continue-on-failure', '--no-color'],
    ]);
    expect(output).toMatch(/[1-9]\d* generated/);
    expect([code, code === 0 ? '' : output]).toEqual([0, '']);
    expect(app.logs.filter(({ status }) => Number(status) >= 500)).toEqual([]);
  });

  function run(args: string[]): Promise<{ output: string; code: number | null }> {
    return new Promise((resolve, reject) => {
      const child = spawn('schemathesis', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
      const output: string[] = [];
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(String(chunk)));
      child.on('error', reject);
      child.on('close', (code) => resolve({ output: output.join(''), code }));
    });
  }
});
