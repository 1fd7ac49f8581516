import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where packages keep Postgres' programs outside PATH: Debian and Red Hat, one folder for each version. */
const postgresFolders = [
  { parent: '/usr/lib/postgresql', version: /^[0-9]+$/ },
  { parent: '/usr', version: /^pgsql-[0-9]+$/ },
];

/** Path of a program on PATH or, for Postgres, of its newest version installed; undefined when there is none. */
export function findProgram(name: string): string | undefined {
  const onPath = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const folders = ['postgres', 'initdb'].includes(name) ? [...onPath, ...findPostgresFolders()] : onPath;
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** As findProgram; throws when there is none. */
export function getProgram(name: string): string {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`the program ${name} is not installed, or not on PATH`);
  return path;
}

function findPostgresFolders(): string[] {
  return postgresFolders.flatMap(({ parent, version }) =>
    listFolder(parent)
      .filter((name) => version.test(name))
      .sort((a, b) => Number(b.replace(/\D/g, '')) - Number(a.replace(/\D/g, '')))
      .map((name) => join(parent, name, 'bin')),
  );
}

function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
