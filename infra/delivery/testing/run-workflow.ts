import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Context, evaluateRecord, evaluateText } from './expressions';
import { type Job, readWorkflow, type Step } from './workflow';

/** What the runner has around a job. */
export type Runner = {
  /** Runs a line as the step's shell does; its environment is the runner's with these added. */
  shell(command: string, env: Readonly<Record<string, string>>): Promise<{ code: number; text: string }>;
  /** What an action leaves behind, by its name without a version. An action that is not here is an error. */
  actions: Readonly<Record<string, (inputs: Readonly<Record<string, string>>) => void>>;
};

export type JobResult = {
  /** As it stands in the workflow; `dev/deploy` for a job of a workflow that another one calls. */
  name: string;
  result: 'success' | 'failure' | 'skipped';
  /** What the commands printed. */
  text: string;
  commands: string[];
};

type Run = { runner: Runner; context: Context; results: JobResult[]; prefix: string };

/** Runs a workflow's jobs in their order, read from its file: a job whose need failed is skipped, as on GitHub. */
export async function runWorkflow(file: string, context: Context, runner: Runner): Promise<JobResult[]> {
  const results: JobResult[] = [];
  await runJobs(file, { runner, context, results, prefix: '' });
  return results;
}

async function runJobs(file: string, run: Run): Promise<'success' | 'failure'> {
  const done = new Map<string, { result: string; outputs: Record<string, string> }>();
  // In a file, a job stands after those that it needs.
  for (const [name, job] of Object.entries(readWorkflow(file).jobs)) {
    const needs = [job.needs ?? []].flat();
    const needed = needs.map((need) => {
      const found = done.get(need);
      if (found === undefined) throw new Error(`${file}: ${name} stands before ${need}, which it needs`);
      return [need, found] as const;
    });
    if (needed.some(([, { result }]) => result !== 'success')) {
      run.results.push({ name: run.prefix + name, result: 'skipped', text: '', commands: [] });
      done.set(name, { result: 'skipped', outputs: {} });
      continue;
    }
    const context: Context = { ...run.context, needs: Object.fromEntries(needed) };
    done.set(name, await runJob(name, job, { ...run, context }));
  }
  return [...done.values()].every(({ result }) => result === 'success') ? 'success' : 'failure';
}

async function runJob(name: string, job: Job, run: Run): Promise<{ result: string; outputs: Record<string, string> }> {
  if (job.uses !== undefined) {
    const inputs = evaluateRecord(job.with, run.context);
    const called: Run = { ...run, context: { ...run.context, inputs }, prefix: `${run.prefix}${name}/` };
    return { result: await runJobs(path.basename(job.uses), called), outputs: {} };
  }
  const commands: string[] = [];
  const steps: Record<string, { outputs: Record<string, string> }> = {};
  const texts: string[] = [];
  let result: JobResult['result'] = 'success';
  for (const step of job.steps ?? []) {
    const context: Context = { ...run.context, steps };
    const done = await runStep(step, { ...run, context }, job);
    if (step.run !== undefined) commands.push(step.run);
    texts.push(done.text);
    if (step.id !== undefined) steps[step.id] = { outputs: done.outputs };
    if (done.code === 0) continue;
    result = 'failure';
    break;
  }
  run.results.push({ name: run.prefix + name, result, text: texts.join(''), commands });
  return { result, outputs: evaluateRecord(job.outputs, { ...run.context, steps }) };
}

async function runStep(step: Step, { runner, context }: Run, job: Job) {
  if (step.if !== undefined) throw new Error(`a step with a condition is not known here: ${step.if}`);
  if (step.uses !== undefined) {
    const action = runner.actions[step.uses.replace(/@.*$/, '')];
    if (action === undefined) throw new Error(`the action ${step.uses} is not known here`);
    action(evaluateRecord(step.with, context));
    return { code: 0, text: '', outputs: {} };
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'taproom-step-'));
  const outputFile = path.join(folder, 'output');
  writeFileSync(outputFile, '');
  try {
    const env = {
      ...evaluateRecord(job.env, context),
      ...evaluateRecord(step.env, context),
      GITHUB_OUTPUT: outputFile,
    };
    const { code, text } = await runner.shell(evaluateText(step.run ?? '', context), env);
    return { code, text, outputs: parseOutputs(readFileSync(outputFile, 'utf8')) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function parseOutputs(text: string): Record<string, string> {
  const lines = text.split('\n').filter(Boolean);
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
