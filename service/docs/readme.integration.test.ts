import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildTestApp, type TestApp } from '../testing/build-test-app';
import { poll } from '../testing/servers/poll';
import { openEmbeddedTestStores, type TestStores } from '../testing/test-stores';

const root = join(__dirname, '../..');

/** Commands of the README's section on routes, each with the answer that stands below it as a comment. */
function readExamples(): { command: string; answer: string }[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
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

test('npm start, in a clone without anything built, serves on the embedded database and ends with Ctrl-C', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'taproom-start-'));
  const env = { PATH: process.env.PATH, HOME: folder, PORT: '0', HOST: '127.0.0.1', DATA_DIR: join(folder, 'data') };
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const child = spawn('npm', ['start'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    output += text;
  });
  const ended = once(child, 'exit');
  try {
    const address = await poll('npm start is ready', () => /ready: open (http:\S+) or/.exec(output)?.[1]);
    expect(await (await fetch(`${address}/api/5`)).json()).toEqual({ success: true, answer: 6 });
    // As a terminal does: to npm, and to all that it has started.
    process.kill(-(child.pid as number), 'SIGINT');
    await ended;
    expect(output).toContain('"msg":"stopped"');
  } finally {
    if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid as number), 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});
