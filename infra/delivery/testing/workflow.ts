import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

export type Step = {
  id?: string;
  name?: string;
  if?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, unknown>;
};

export type Job = {
  if?: string;
  needs?: string | string[];
  permissions?: Record<string, string>;
  environment?: string | { name: string; url?: string };
  concurrency?: { group: string; 'cancel-in-progress': boolean };
  env?: Record<string, unknown>;
  outputs?: Record<string, string>;
  steps?: Step[];
  /** A workflow of its own instead of steps. */
  uses?: string;
  with?: Record<string, unknown>;
  'timeout-minutes'?: number;
};

export type Workflow = {
  on: Record<string, unknown>;
  permissions?: Record<string, string>;
  concurrency?: Job['concurrency'];
  jobs: Record<string, Job>;
};

export const repositoryFolder = path.resolve(__dirname, '../../..');
const workflowFolder = path.join(repositoryFolder, '.github', 'workflows');

/** By file name, such as `deploy.yml`. */
export function readWorkflow(file: string): Workflow {
  return parse(readFileSync(path.join(workflowFolder, file), 'utf8')) as Workflow;
}

export function listWorkflows(): string[] {
  return readdirSync(workflowFolder).sort();
}
