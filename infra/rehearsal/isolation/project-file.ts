import { readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { parse } from 'yaml';

/** `runtime.options` of Pulumi.yaml. Source: https://www.pulumi.com/docs/iac/concepts/projects/project-file/#runtime-options */
export type RuntimeOptions = { typescript: boolean; nodeargs: string; tsconfig: string };

/** Throws when the folder is no Pulumi project. */
export async function readProjectFile(project: string): Promise<string> {
  return readFile(join(project, 'Pulumi.yaml'), 'utf8').catch((cause: unknown) => {
    throw new Error(`${project} is no Pulumi project: it has no Pulumi.yaml`, { cause });
  });
}

/** Throws when the project is of another language: only Node.js programs can be rehearsed. */
export function parseRuntimeOptions(projectFile: string): RuntimeOptions {
  const project: unknown = parse(projectFile);
  const runtime = isRecord(project) ? project.runtime : undefined;
  const name = isRecord(runtime) ? runtime.name : runtime;
  if (name !== 'nodejs') throw new Error(`Pulumi.yaml: runtime must be nodejs to be rehearsed, not ${String(name)}`);
  const options = isRecord(runtime) && isRecord(runtime.options) ? runtime.options : {};
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return {
    typescript: options.typescript !== false,
    nodeargs: text(options.nodeargs),
    tsconfig: text(options.tsconfig),
  };
}

/** `main` of Pulumi.yaml: the folder in which the program runs, relative to the project's. */
export function parseProgramFolder(projectFile: string): string {
  const project: unknown = parse(projectFile);
  const main = isRecord(project) && typeof project.main === 'string' ? project.main : '.';
  // It may name the program's file instead.
  return extname(main) === '' ? main : dirname(main);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
