import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildTestApp, type TestApp } from '../testing/build-test-app';
import { openEmbeddedTestStores, type TestStores } from '../testing/test-stores';

/** Commands of the README's section on routes, each with the answer that stands below it as a comment. */
function readExamples(): { command: string; answer: string }[] {
  const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
  const section = readme.slice(readme.indexOf('\n## Routes'), readme.indexOf('\n## Variables'));
  const examples = section.matchAll(/^(curl .+)\n# (.+)$/gm);
  return [...examples].map(([, command, answer]) => ({ command: command as string, answer: answer as string }));
}

const hasCurl = spawnSync('curl', ['--version']).status === 0;
if (!hasCurl && process.env.CI) throw new Error('curl is missing: the README cannot be tested');

(hasCurl ? describe : describe.skip)('the curl lines of the README', () => {
  let stores: TestStores;
  let service: TestApp;
  beforeAll(async () => {
    stores = await openEmbeddedTestStores();
    service = await buildTestApp({ stores });
  });
  afterAll(async () => {
    await service.close();
    await stores.close();
  });

  test('there is one for every route', () => {
    expect(readExamples().length).toBeGreaterThan(15);
  });

  // One test for all of them: they are a story, each sees what those before it wrote.
  test('give the answers that stand below them', async () => {
    const { port } = await service.listen();
    for (const { command, answer } of readExamples()) {
      const real = command.replace('localhost:8080', `127.0.0.1:${port}`);
      const { stdout } = await promisify(execFile)('bash', ['-c', real]);
      expect(`${command}\n${stdout.trim()}`).toBe(`${command}\n${answer}`);
    }
  });
});
