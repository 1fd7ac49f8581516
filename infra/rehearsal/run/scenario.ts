import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import type { Cloud } from '../cloud/cloud';
import type { GraphNode } from '../graph/graph';
import { readProjectFile } from '../isolation/project-file';
import type { RunHook } from '../runtime/images/build-image';
import type { Client } from './client';
import type { WatchedRuntime } from './watch-runtime';

/**
 * What a program adds to its rehearsal: `rehearsal.scenario.ts` beside the program exports `scenario`. Without one the program
 * is only deployed, refreshed and destroyed.
 */
export type Scenario = {
  /** What the commands (RUN) of the program's Dockerfiles do to an image's files. */
  readonly run?: RunHook;
  /** Where users reach the deployment, by name. */
  addresses(outputs: Outputs): Readonly<Record<string, string>>;
  /** What must hold of the outputs and of what is in the clouds. */
  readonly deploymentChecks: readonly Check<Deployment>[];
  /** What a user does at each address. */
  readonly userChecks: readonly Check<Visit>[];
  readonly load: Load;
  /** In their order, each on what the ones before have left. */
  readonly changes: readonly Change[];
  /** Mistakes to choose from with --fault. */
  readonly faults: readonly Fault[];
  /** For stacks that can be protected against deletion. */
  readonly protection?: {
    /** By the stack file's settings. */
    isOn(config: SweepRequest['config']): boolean;
    /** As its developers would lift it: the next `up` and `destroy` follow. */
    lift(workspace: Workspace): Promise<void>;
  };
  /** What removes later what a cloud kept busy at `destroy`; gives a line for each thing that it removed. */
  sweep?(request: SweepRequest): Promise<readonly string[]>;
  /** What the program's own policies say of the stack as deployed. A violation fails the step, advice is only told. */
  policies?(resources: readonly GraphNode[], config: SweepRequest['config']): Promise<PolicyJudgement>;
  /** What the deployed resources cost in a month. */
  cost?(resources: readonly GraphNode[]): CostReport;
  /** What no rehearsal of such a deployment can show. */
  onlyARealRun(outputs: Outputs): readonly string[];
};

export type PolicyJudgement = {
  /** How many policies judged. */
  readonly policies: number;
  /** Sentences that name the resource and the policy. */
  readonly violations: readonly string[];
  readonly advice: readonly string[];
};

export type CostReport = {
  /** For people. */
  readonly lines: readonly string[];
  /** For machines: whatever can be written as JSON. */
  readonly details: unknown;
};

export type SweepRequest = {
  readonly cloud: Cloud;
  /** The Pulumi project's name. */
  readonly project: string;
  readonly stack: string;
  /** The stack file's settings by their full names. */
  readonly config: Readonly<Record<string, unknown>>;
};

export type Outputs = Readonly<Record<string, unknown>>;

/** Throws when it does not hold; the message is what people read. */
export type Check<Subject> = { readonly name: string; run(subject: Subject): Promise<void> | void };

/** A stack that is up. */
export type Deployment = {
  readonly outputs: Outputs;
  readonly cloud: Cloud;
  readonly runtime: WatchedRuntime;
};

/** A user at one address of a deployment. */
export type Visit = Deployment & {
  /** The address's name. */
  readonly name: string;
  readonly url: string;
  readonly client: Client;
};

/** Requests that are repeated while a release changes. */
export type Load = {
  /** One round. Throws when a user would call an answer a failure; gives the release that answered. */
  round(visit: Visit, count: number): Promise<string>;
};

/** The project's copy, to be changed as its developers would. */
export type Workspace = {
  edit(file: string, change: (text: string) => string): Promise<void>;
  add(file: string, text: string): Promise<void>;
  setConfig(key: string, value: unknown): Promise<void>;
};

export type Change = {
  /** In kebab-case, for --fault. */
  readonly name: string;
  /** As it stands in the report. */
  readonly title: string;
  /** `first`: what the first `up` gave; undefined when the change is there from the beginning, as a fault. */
  apply(workspace: Workspace, first?: Deployment): Promise<void>;
  /**
   * `new release`: another one than before answers; `first release`: that of the first `up` again; `same release`: nobody
   * notices; `refused`: the command fails and says this, the platforms' logs tell `logged`, and the release before goes on
   * answering.
   */
  readonly expects: 'new release' | 'first release' | 'same release' | Refused;
  /** Users come all the while, and none may see a failure. */
  readonly isUnderLoad?: boolean;
  /** Whether it stays for the changes after it; a refused one never does. */
  readonly stays?: boolean;
  /** What the stack may change beside what it is about: any other resource that existed before must be left as it is. */
  readonly mayTouch?: (resource: { type: string; name: string }) => boolean;
  /** Whether it can be made on this stack at all; default: on every one. */
  appliesTo?(first: Deployment): boolean;
  /** Only with --all. */
  readonly isExtra?: boolean;
};

export type Refused = { readonly refused: RegExp; readonly logged?: RegExp };

export type Fault = {
  readonly name: string;
  readonly title: string;
} & (
  | { /** Before anything is deployed. */ apply(workspace: Workspace): Promise<void> }
  | { /** While it runs, before users come. */ inject(deployment: Deployment): Promise<void> }
);

/** Undefined when the program has none. Throws when the file does not export a scenario. */
export async function loadScenario(project: string): Promise<Scenario | undefined> {
  const file = join(project, mainFolder(await readProjectFile(project)), 'rehearsal.scenario.ts');
  if (!existsSync(file)) return undefined;
  const loaded: { scenario?: Scenario } = await import(pathToFileURL(file).href);
  if (loaded.scenario === undefined) throw new Error(`${file} must export "scenario"`);
  return loaded.scenario;
}

function mainFolder(projectFile: string): string {
  const { main } = parse(projectFile) as { main?: unknown };
  if (typeof main !== 'string') return '.';
  return /\.[cm]?[jt]s$/.test(main) ? join(main, '..') : main;
}
