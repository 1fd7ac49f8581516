import { connectByName } from '../cloud/public-names';
import { findEngine } from '../engine/find-engine';
import { sweepDeadRuns } from '../isolation/run-folder';
import { packages } from '../packages';
import { createRuntime } from '../runtime/create-runtime';
import { openSession, readStackFile } from '../session';
import { type RehearseOptions, UsageError } from './arguments';
import { createClient } from './client';
import { chooseFault } from './faults';
import type { Report } from './report';
import { type CostReport, loadScenario, type Outputs, type Scenario } from './scenario';
import { openShell } from './shell';
import type { Stage } from './stage';
import { alarm, type Checked, deploy, live, takeDown } from './story';
import { watchRuntime } from './watch-runtime';
import { openWorkspace } from './workspace';

export type Rehearsal = {
  project: string;
  options: RehearseOptions;
  report: Report;
  signal: AbortSignal;
  /** Lines for people that belong to no step. */
  progress(line: string): void;
};

export type RehearsalResult = {
  checked: Checked;
  /** What was not as in the cloud. */
  notes: readonly string[];
  onlyARealRun: readonly string[];
  /** Of what was deployed first, in a month. */
  cost?: CostReport;
};

/**
 * The whole rehearsal, or what the options make of it; undefined when there was only a shell. Throws StepFailed, or what kept it
 * from beginning. Cleans up always.
 */
export async function rehearse(rehearsal: Rehearsal): Promise<RehearsalResult | undefined> {
  const { project, options, report, signal } = rehearsal;
  await readStackFile(project, options.stack).catch((error: Error) => Promise.reject(new UsageError(error.message)));
  const scenario = await loadScenario(project);
  const fault = options.fault === undefined ? undefined : chooseFault(options.fault, scenario);
  return withStage(rehearsal, scenario, async (stage) => {
    const checked: Checked = new Map();
    const result = (outputs: Outputs) => ({
      checked,
      notes: stage.runtime.notes(),
      onlyARealRun: scenario?.onlyARealRun(outputs) ?? [],
    });
    if (fault) {
      report.note(`fault: ${fault.title}`);
      if ('apply' in fault) await fault.apply(openWorkspace(stage.session, options.stack));
    }
    if (options.shell) {
      await openShell(stage);
      report.note('The clouds of this shell are gone.');
      return undefined;
    }
    const deployment = await deploy(stage, fault, checked);
    const cost = scenario?.cost?.((await stage.session.graph()).nodes);
    if (options.keep) {
      report.note(
        'It goes on running until Ctrl-C. Its addresses are those above; their certificates are of this run.',
      );
      await untilInterrupted(signal);
    } else {
      await live(stage, deployment, checked, options.all);
      await alarm(stage, checked);
      await takeDown(stage, checked);
    }
    return { ...result(deployment.outputs), ...(cost !== undefined && { cost }) };
  });
}

async function withStage<T>(
  { project, options, report, signal, progress }: Rehearsal,
  scenario: Scenario | undefined,
  action: (stage: Stage) => Promise<T>,
): Promise<T> {
  const { stack } = options;
  const engine = await report.step('the Pulumi engine', async (log) => {
    await sweepDeadRuns();
    const found = await findEngine({ progress, signal });
    log.detail(`${found.version}, from ${found.origin === 'PATH' ? 'PATH' : `a ${found.origin}`}: ${found.folder}`);
    return found;
  });
  const runtime = watchRuntime(await createRuntime(scenario?.run ? { run: scenario.run } : {}));
  try {
    const session = await report.step(
      `a copy of the project with stack ${stack}, apart from all clouds`,
      async (log) => {
        const { config } = options;
        const opened = await openSession({ project, stack, config, packages, runtime, engine, signal, progress });
        for (const [key, value] of Object.entries(config)) log.detail(`${key}: ${JSON.stringify(value)}`);
        for (const note of opened.notes) log.detail(note);
        return opened;
      },
    );
    const client = createClient(runtime.frontCertificateAuthority, (host, port) =>
      connectByName(session.cloud, host, port),
    );
    try {
      return await action({ stack, session, runtime, scenario, client, report, signal });
    } finally {
      client.close();
      await session.close();
    }
  } finally {
    await runtime.close();
  }
}

function untilInterrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const keepAlive = setInterval(() => {}, 60_000);
    signal.addEventListener('abort', () => {
      clearInterval(keepAlive);
      resolve();
    });
  });
}
