import { join } from 'node:path';
import { packages } from './rehearsal/packages';
import { extractDiagnostics } from './rehearsal/run/diagnostics';
import { openWorkspace } from './rehearsal/run/workspace';
import { createRuntime } from './rehearsal/runtime/create-runtime';
import { openSession, type Session } from './rehearsal/session';
import { programFaults } from './scenario/faults';
import { runImageCommand } from './scenario/image-commands';

jest.setTimeout(600_000);

const up = ['up', '--yes', '--skip-preview', '--non-interactive', '--color', 'never', '--suppress-progress'];
let session: Session;

beforeAll(async () => {
  const runtime = await createRuntime({ run: runImageCommand });
  session = await openSession({ project: join(__dirname, '..'), stack: 'dev', packages, runtime });
});

afterAll(() => session.close());

// Each mistake meets what the ones before have left, as in a day of work; at the end the right program comes up.
describe('a mistake in the program', () => {
  test.each(programFaults.map((fault): [string, typeof fault] => [fault.name, fault]))(
    '%s is refused, with the resource and the rule',
    async (_, { apply, expects }) => {
      const workspace = openWorkspace(session, 'dev');
      await apply(workspace);
      const result = await session.pulumi(...up);
      await workspace.undo();
      const findings =
        result.code === 0 ? (await session.judgeGraph()).findings.map(({ urn, text }) => `${urn}: ${text}`) : [];
      const told = [extractDiagnostics(result), ...findings].join('\n');
      expect([...told.matchAll(/\[rule ([\w.-]+):/g)].map(([, rule]) => rule)).toContainEqual(
        expect.stringMatching(expects.rule),
      );
      expect(told).toMatch(expects.resource);
    },
  );

  test('gone, the program comes up on what the mistakes have left, and goes', async () => {
    const result = await session.pulumi(...up);
    expect(extractDiagnostics(result)).not.toContain('error:');
    expect(result.code).toBe(0);
    expect((await session.judgeGraph()).findings).toEqual([]);
    const destroyed = await session.pulumi('destroy', ...up.slice(1));
    expect(destroyed.code).toBe(0);
  });
});
