import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cloud } from './cloud/cloud';
import { setProgramFolder } from './cloud/program-folder';
import type { SimulatedPackage } from './declare';
import { type Engine, findEngine } from './engine/find-engine';
import { type ProgramResult, runProgram } from './engine/run-program';
import { type Graph, parseGraph } from './graph/graph';
import { copyProject, findNodeModules } from './isolation/copy-project';
import { buildEnvironment, type IsolatedEnvironment } from './isolation/environment';
import { parseProgramFolder, parseRuntimeOptions, readProjectFile } from './isolation/project-file';
import { makeRunFolder } from './isolation/run-folder';
import { adaptStackFile, setInStackFile } from './isolation/stack-file';
import { describeFinding } from './rules';
import { startGuard } from './runtime/guard';
import type { Runtime } from './runtime/runtime';
import { startSimulator } from './simulator';
import { findProviderPackages } from './typings/provider-package';

/** One project and stack, isolated, with the real engine on simulated clouds. */
export type Session = {
  /** The copy of the project. */
  readonly folder: string;
  readonly env: IsolatedEnvironment;
  readonly cloud: Cloud;
  /** What was changed in the copy of the stack file. */
  readonly notes: readonly string[];
  /** Where the engine is from. */
  readonly engine: Engine;
  /** Runs `pulumi` with these arguments as it would be typed in the project's folder. Does not throw on failure. */
  pulumi(...args: string[]): Promise<ProgramResult>;
  /** The stack's outputs, secrets included. */
  outputs(): Promise<Record<string, unknown>>;
  graph(): Promise<Graph>;
  /** What the order rules say of the stack as it stands. */
  judgeGraph(): Promise<GraphJudgement>;
  /** Changes a file of the copy, as an edit of the program would; the result undoes it. */
  edit(file: string, change: (text: string) => string): Promise<() => Promise<void>>;
  /** Ends servers and processes and removes the copy. Safe to call twice. */
  close(): Promise<void>;
};

export type GraphJudgement = { graph: Graph; findings: { urn: string; text: string }[]; rules: number };

export type SessionOptions = {
  project: string;
  stack: string;
  /** Settings in place of those of the stack file, by full key. */
  config?: Readonly<Record<string, unknown>>;
  packages: readonly SimulatedPackage[];
  runtime: Runtime;
  /** Default: the one that is found. */
  engine?: Engine;
  progress?: (line: string) => void;
  onOutput?: (text: string) => void;
  signal?: AbortSignal;
};

export async function openSession(options: SessionOptions): Promise<Session> {
  const { project, stack, packages } = options;
  const progress = options.progress ?? (() => {});
  const stackFile = `Pulumi.${stack}.yaml`;
  const projectFile = await readProjectFile(project);
  const runtimeOptions = parseRuntimeOptions(projectFile);
  const stackText = Object.entries(options.config ?? {}).reduce(
    (text, [key, value]) => setInStackFile(text, key, value),
    await readStackFile(project, stack),
  );
  const engine = options.engine ?? (await findEngine({ progress, ...(options.signal && { signal: options.signal }) }));
  const nodeModules = await findNodeModules(project);
  const run = await makeRunFolder();
  const guard = startGuard(run);
  const folder = join(run, 'project');
  const simulator = await copyProject(project, folder)
    .then(() => startSimulator({ nodeModules, packages, runtime: options.runtime }))
    .catch(async (error: unknown) => {
      await rm(run, { recursive: true, force: true });
      guard.dismiss();
      throw error;
    });
  setProgramFolder(simulator.cloud, join(folder, parseProgramFolder(projectFile)));
  const env = buildEnvironment({
    folder: run,
    engineFolder: engine.folder,
    debugProviders: simulator.debugProviders,
    runtimeOptions,
  });
  const pulumi = (...args: string[]) =>
    runProgram(join(engine.folder, 'pulumi'), args, {
      cwd: folder,
      env,
      guard,
      ...(options.onOutput && { onOutput: options.onOutput }),
      ...(options.signal && { signal: options.signal }),
    });
  const mustRun = async (...args: string[]): Promise<ProgramResult> => {
    const result = await pulumi(...args);
    if (result.code !== 0)
      throw new Error(`pulumi ${args.slice(0, 2).join(' ')} failed:\n${result.stderr || result.stdout}`);
    return result;
  };
  const graph = async () => parseGraph(JSON.parse((await mustRun('stack', 'export')).stdout));
  let closed = false;

  const session: Session = {
    folder,
    env,
    cloud: simulator.cloud,
    notes: [],
    engine,
    pulumi,
    graph,
    outputs: async () => JSON.parse((await mustRun('stack', 'output', '--json', '--show-secrets')).stdout),
    judgeGraph: async () => {
      const current = await graph();
      const rules = packages.flatMap((simulated) => simulated.rules).filter((rule) => rule.stage === 'graph');
      const findings: GraphJudgement['findings'] = [];
      for (const rule of rules) {
        for (const { urn, message } of await rule.check(current)) {
          findings.push({ urn, text: describeFinding(rule, message) });
        }
      }
      return { graph: current, findings, rules: rules.length };
    },
    edit: async (file, change) => {
      const path = join(folder, file);
      const before = await readFile(path, 'utf8');
      const after = change(before);
      if (after === before) throw new Error(`the edit of ${file} changed nothing`);
      await writeFile(path, after);
      return () => writeFile(path, before);
    },
    close: async () => {
      if (closed) return;
      closed = true;
      await simulator.close();
      await rm(run, { recursive: true, force: true });
      guard.dismiss();
    },
  };

  try {
    const installed = new Set(findProviderPackages(nodeModules).map((provider) => provider.name));
    const used = packages.filter((simulated) => installed.has(simulated.name));
    const adapted = adaptStackFile(stackText, Object.assign({}, ...used.map((simulated) => simulated.placeholders)));
    await writeFile(join(folder, stackFile), adapted.text);
    await mustRun('stack', 'init', stack, '--non-interactive');
    if (adapted.secrets.length > 0) {
      const pairs = adapted.secrets.flatMap(({ path, value }) => ['--secret', `${path}=${value}`]);
      await mustRun('config', 'set-all', '--stack', stack, '--path', ...pairs);
    }
    return { ...session, notes: adapted.notes };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** The stacks that a project has a file for. */
async function listStacks(project: string): Promise<string[]> {
  const names = await readdir(project);
  return names.flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []).sort();
}

/** Throws with the stacks that there are when this one has no file. */
export async function readStackFile(project: string, stack: string): Promise<string> {
  const stacks = await listStacks(project);
  if (stacks.includes(stack)) return readFile(join(project, `Pulumi.${stack}.yaml`), 'utf8');
  throw new Error(
    stacks.length === 0
      ? `there is no stack ${stack}: the project has no Pulumi.<stack>.yaml`
      : `there is no stack ${stack}: choose one of ${stacks.join(', ')}, or write Pulumi.${stack}.yaml`,
  );
}
