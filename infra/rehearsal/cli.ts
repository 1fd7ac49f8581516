import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { packages } from './packages';
import { describeRules } from './rules';
import { parseRequest, type RehearseOptions, UsageError, usage } from './run/arguments';
import { listFaults } from './run/faults';
import { rehearse } from './run/rehearse';
import { createReport, StepFailed } from './run/report';
import { loadScenario } from './run/scenario';
import { describeResult } from './run/summary';

/** `npm run rehearse`. Gives the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  if (command !== 'rehearse')
    throw new UsageError('the command is: tsx infra/rehearsal/cli.ts rehearse [STACK] [options]');
  const request = parseRequest(rest);
  switch (request.kind) {
    case 'help':
      console.log(usage);
      return 0;
    case 'rules':
      console.log(describeRules(packages.flatMap((simulated) => simulated.rules)));
      return 0;
    case 'faults':
      for (const { name, title } of listFaults(await loadScenario(findProject()))) console.log(`${name}\n    ${title}`);
      return 0;
    case 'rehearse':
      return run(findProject(), request);
  }
}

async function run(project: string, options: RehearseOptions): Promise<number> {
  const interruption = interruptions();
  const write = (text: string) => void (options.json ? process.stderr : process.stdout).write(text);
  const report = createReport({ write, isInteractive: process.stdout.isTTY === true && !options.json });
  const progress = (line: string) => report.note(`  ${line}`);
  try {
    const result = await rehearse({ project, options, report, signal: interruption.signal, progress });
    if (!result) return 0;
    const seconds = report.elapsedSeconds();
    if (options.json) {
      const { checked, cost, ...told } = result;
      console.log(
        JSON.stringify(
          {
            stack: options.stack,
            passed: true,
            seconds,
            steps: report.steps,
            checked: Object.fromEntries(checked),
            ...(cost !== undefined && { cost: cost.details }),
            ...told,
          },
          undefined,
          2,
        ),
      );
    } else {
      report.note(describeResult(result));
      report.note(`\nThe rehearsal of ${options.stack} passed in ${seconds.toFixed(0)} s.`);
    }
    return 0;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const told = error instanceof StepFailed ? error.message : describeError(error);
    const why = interruption.signal.aborted ? 'it was interrupted' : `failed at: ${told}`;
    if (options.json) {
      const seconds = report.elapsedSeconds();
      console.log(
        JSON.stringify({ stack: options.stack, passed: false, seconds, steps: report.steps, why }, undefined, 2),
      );
    }
    report.note(`\nThe rehearsal of ${options.stack} did not pass: ${why}. Nothing of it is left.`);
    return 1;
  } finally {
    interruption.stop();
  }
}

/** The first Ctrl-C ends what runs in order; another one ends at once, and the guards clean up. */
function interruptions(): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(1);
    process.stderr.write('\ninterrupted: cleaning up\n');
    controller.abort(new Error('interrupted'));
  };
  for (const name of signals) process.on(name, interrupt);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of signals) process.off(name, interrupt);
    },
  };
}

/** The nearest folder at or above the working one that is a Pulumi project. */
function findProject(): string {
  for (let folder = resolve('.'); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'Pulumi.yaml'))) return folder;
    if (dirname(folder) === folder) throw new Error('no Pulumi.yaml at or above this folder');
  }
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(describeError(error));
    if (error instanceof UsageError) console.error('npm run rehearse -- --help tells what can be asked for.');
    process.exitCode = 1;
  },
);
