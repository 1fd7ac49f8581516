import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ProgramResult } from '../engine/run-program';
import type { Session } from '../session';
import type { FrontClient } from './client';
import { extractDiagnostics } from './diagnostics';
import type { Report } from './report';
import type { Deployment, Outputs, Scenario, SweepRequest, Visit } from './scenario';
import type { WatchedRuntime } from './watch-runtime';

/** What all steps of a rehearsal work on. */
export type Stage = {
  readonly stack: string;
  readonly session: Session;
  readonly runtime: WatchedRuntime;
  readonly scenario: Scenario | undefined;
  readonly client: FrontClient;
  readonly report: Report;
  readonly signal: AbortSignal;
};

const quiet = ['--non-interactive', '--color', 'never', '--suppress-progress'];

/** A command that changes or reads the stack, without its preview. */
export function runEngine({ session, signal }: Stage, command: string, ...more: string[]): Promise<ProgramResult> {
  signal.throwIfAborted();
  const atOnce = command === 'preview' ? [] : ['--yes', '--skip-preview'];
  return session.pulumi(command, ...quiet, ...atOnce, ...more);
}

/** A command as users run it: it changes nothing when its preview finds an error. */
export function runWithPreview({ session, signal }: Stage, command: 'up' | 'destroy'): Promise<ProgramResult> {
  signal.throwIfAborted();
  return session.pulumi(command, ...quiet, '--yes');
}

/** Throws what the engine says is wrong. */
export async function mustRun(stage: Stage, command: string, ...more: string[]): Promise<ProgramResult> {
  const result = await runEngine(stage, command, ...more);
  stage.signal.throwIfAborted();
  if (result.code !== 0) throw new Error(`pulumi ${command} failed:\n${extractDiagnostics(result)}`);
  return result;
}

export async function readDeployment({ session, runtime }: Stage): Promise<Deployment> {
  return { outputs: await session.outputs(), cloud: session.cloud, runtime };
}

/** What the stack is called, and its settings as its file has them. */
export async function readStackIdentity({ session, stack }: Stage): Promise<Omit<SweepRequest, 'cloud'>> {
  const read = async (file: string): Promise<{ name?: unknown; config?: Record<string, unknown> } | null> =>
    parse(await readFile(join(session.folder, file), 'utf8'));
  const [project, settings] = [await read('Pulumi.yaml'), await read(`Pulumi.${stack}.yaml`)];
  return { project: String(project?.name), stack, config: settings?.config ?? {} };
}

/** One for each address of the deployment. */
export function visitsOf({ scenario, client }: Stage, deployment: Deployment): Visit[] {
  const addresses = scenario?.addresses(deployment.outputs) ?? findAddresses(deployment.outputs);
  return Object.entries(addresses).map(([name, url]) => ({ ...deployment, name, url, client }));
}

/** Of a program without a scenario: outputs that are addresses. */
function findAddresses(outputs: Outputs): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outputs).filter((entry): entry is [string, string] => /^https?:\/\//.test(String(entry[1]))),
  );
}
