import { join } from 'node:path';
import { packages } from './rehearsal/packages';
import { extractDiagnostics } from './rehearsal/run/diagnostics';
import { followLogs } from './rehearsal/run/follow-logs';
import { openWorkspace } from './rehearsal/run/workspace';
import { createRuntime } from './rehearsal/runtime/create-runtime';
import type { Runtime } from './rehearsal/runtime/runtime';
import { openSession, type Session } from './rehearsal/session';
import { programFaults } from './scenario/faults';
import { runImageCommand } from './scenario/image-commands';

jest.setTimeout(600_000);

const up = ['up', '--yes', '--skip-preview', '--non-interactive', '--color', 'never', '--suppress-progress'];
let session: Session;
let runtime: Runtime;

beforeAll(async () => {
  runtime = await createRuntime({ run: runImageCommand });
  session = await openSession({ project: join(__dirname, '..'), stack: 'dev', packages, runtime });
  const result = await session.pulumi(...up);
  if (result.code !== 0) throw new Error(extractDiagnostics(result));
});

afterAll(() => session.close());

// Each mistake meets a running stack and what the ones before have left, as in a day of work.
describe('a mistake in the program', () => {
  test.each(programFaults.map((fault): [string, typeof fault] => [fault.name, fault]))(
    '%s is refused, with the resource and the rule',
    async (_, { apply, expects }) => {
      const workspace = openWorkspace(session, 'dev');
      await apply(workspace);
      const logged = followLogs(runtime.logs);
      const result = await session.pulumi(...up);
      await workspace.undo();
      const findings =
        result.code === 0 ? (await session.judgeGraph()).findings.map(({ urn, text }) => `${urn}: ${text}`) : [];
      // App Runner tells in its log only why it rolled an update back.
      const told = [extractDiagnostics(result), ...findings, ...logged()].join('\n');
      expect([...told.matchAll(/\[rule ([\w.-]+):/g)].map(([, rule]) => rule)).toContainEqual(
        expect.stringMatching(expects.rule),
      );
      expect(told).toMatch(expects.resource);
    },
  );

  test('gone, the right program deploys over what the mistakes have left', async () => {
    const result = await session.pulumi(...up);
    expect(extractDiagnostics(result)).not.toContain('error:');
    expect(result.code).toBe(0);
    expect((await session.judgeGraph()).findings).toEqual([]);
  });
});
