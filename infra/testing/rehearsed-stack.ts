import { join } from 'node:path';
import { connectByName } from '../rehearsal/cloud/public-names';
import type { ProgramResult } from '../rehearsal/engine/run-program';
import { packages } from '../rehearsal/packages';
import { createClient } from '../rehearsal/run/client';
import { extractDiagnostics } from '../rehearsal/run/diagnostics';
import type { Visit } from '../rehearsal/run/scenario';
import { watchRuntime } from '../rehearsal/run/watch-runtime';
import { type EditedWorkspace, openWorkspace } from '../rehearsal/run/workspace';
import { createRuntime } from '../rehearsal/runtime/create-runtime';
import { openSession, type Session } from '../rehearsal/session';
import { addressesOf } from '../scenario/deployment-checks';
import { runImageCommand } from '../scenario/image-commands';

/** Taproom's own stack on simulated clouds, for tests that go through a part of its life. */
export type RehearsedStack = {
  readonly session: Session;
  readonly workspace: EditedWorkspace;
  /** PEM: signs the certificates of all addresses. */
  readonly certificateAuthority: string;
  /** As `pulumi config set --path taproom:targets` does it. */
  setTargets(targets: readonly string[]): Promise<void>;
  up(): Promise<ProgramResult>;
  /** Throws what the engine says is wrong. */
  mustRun(command: 'up' | 'destroy'): Promise<ProgramResult>;
  /** A user at one target's address. */
  visit(target: string): Promise<Visit>;
  close(): Promise<void>;
};

const quiet = ['--yes', '--skip-preview', '--non-interactive', '--color', 'never', '--suppress-progress'];
const stack = 'dev';

export async function openRehearsedStack(): Promise<RehearsedStack> {
  const runtime = watchRuntime(await createRuntime({ run: runImageCommand }));
  const project = join(__dirname, '..', '..');
  const session = await openSession({ project, stack, packages, runtime });
  const client = createClient(runtime.frontCertificateAuthority, (host, port) =>
    connectByName(session.cloud, host, port),
  );
  const workspace = openWorkspace(session, stack);
  const run = (command: string) => session.pulumi(command, ...quiet);
  return {
    session,
    workspace,
    certificateAuthority: runtime.frontCertificateAuthority,
    setTargets: (targets) => workspace.setConfig('taproom:targets', targets),
    up: () => run('up'),
    mustRun: async (command) => {
      const result = await run(command);
      if (result.code !== 0) throw new Error(`pulumi ${command} failed:\n${extractDiagnostics(result)}`);
      return result;
    },
    visit: async (target) => {
      const outputs = await session.outputs();
      const url = addressesOf(outputs)[target];
      if (url === undefined) throw new Error(`${target} has no address`);
      return { name: target, url, outputs, client, runtime, cloud: session.cloud };
    },
    close: async () => {
      client.close();
      await session.close();
      await runtime.close();
    },
  };
}
