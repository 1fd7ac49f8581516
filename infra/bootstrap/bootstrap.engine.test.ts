import { parseDocument } from 'yaml';
import { repositoryFolder } from '../delivery/testing/workflow';
import { parseGraph } from '../rehearsal/graph/graph';
import { packages } from '../rehearsal/packages';
import { createNoRuntime } from '../rehearsal/runtime/no-runtime';
import { openSession, type Session } from '../rehearsal/session';
import { variableNames } from './variables';

const project = 'infra/bootstrap';
let session: Session;

// The program shares files with the main one, so the session is that one's.
beforeAll(async () => {
  session = await openSession({ project: repositoryFolder, stack: 'dev', packages, runtime: createNoRuntime() });
  await pulumi('stack', 'init', 'shared');
  await pulumi('config', 'set', 'gcp:project', 'rehearsal-project');
  await pulumi('config', 'set', 'taproom-bootstrap:protect', 'false');
});

afterAll(() => session.close());

async function pulumi(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await session.pulumi('--cwd', project, ...args, '--non-interactive');
  return `code ${code}\n${stdout}${stderr}`;
}

// The tests are one story, as a stack is.
describe.each(['aws', 'gcp'])('the bootstrap with its state on %s', (first) => {
  test('is made, and refreshed without a change', async () => {
    await session.edit(`${project}/Pulumi.shared.yaml`, (text) => {
      const document = parseDocument(text);
      document.setIn(['config', 'taproom-bootstrap:clouds'], first === 'aws' ? ['aws', 'gcp'] : ['gcp', 'aws']);
      return document.toString();
    });
    // A pool's id is taken for thirty days after its deletion, a key ring's name for ever.
    session.cloud.clock.advance({ hours: 31 * 24 });
    expect(await pulumi('up', '--yes', '--skip-preview')).toContain('code 0');
    expect(await pulumi('refresh', '--yes', '--skip-preview', '--expect-no-changes')).toContain('code 0');
    expect(await pulumi('up', '--yes', '--skip-preview', '--expect-no-changes')).toContain('code 0');
  });

  test('gives every variable that the workflows read, and none besides', async () => {
    const { stdout } = await session.pulumi('--cwd', project, 'stack', 'output', 'github_variables', '--json');
    const { repository, environments } = JSON.parse(stdout) as {
      repository: object;
      environments: Record<string, object>;
    };
    expect(Object.keys(repository).sort()).toEqual([...variableNames.repository].sort());
    expect(Object.keys(environments).sort()).toEqual(['dev', 'preview', 'prod']);
    for (const values of Object.values(environments)) {
      expect(Object.keys(values).sort()).toEqual([...variableNames.environment].sort());
    }
  });

  test('breaks no rule of the whole graph', async () => {
    const { stdout } = await session.pulumi('--cwd', project, 'stack', 'export');
    const graph = parseGraph(JSON.parse(stdout));
    const rules = packages.flatMap((simulated) => simulated.rules);
    for (const rule of rules) if (rule.stage === 'graph') expect(await rule.check(graph)).toEqual([]);
  });

  test('goes, but for the keys that Google keeps', async () => {
    expect(await pulumi('destroy', '--yes', '--skip-preview')).toContain('code 0');
    const left = session.cloud.everything().map(({ token }) => token);
    expect(left.sort()).toEqual(first === 'gcp' ? ['gcp:kms/cryptoKey:CryptoKey', 'gcp:kms/keyRing:KeyRing'] : []);
  });
});
