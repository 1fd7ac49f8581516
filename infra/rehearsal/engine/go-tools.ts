import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder';
import { runGo } from './run-go';

/** Programs that no registry of this machine gives as such, each built from a Go module of its own. */
export type GoTools = {
  /** Begins the name of the cached folder. */
  name: string;
  /** Holds a folder with go.mod and go.sum for each program. */
  modules: string;
  programs: readonly GoProgram[];
};

export type GoProgram = {
  folder: string;
  binary: string;
  module: string;
  /** The package in the module. */
  command: string;
  /** What the linker sets to the version: an import path and a variable. */
  versionVariable: string;
  versionPrefix?: string;
  /** What else the linker sets, as the program's own build does. */
  variables?: Record<string, string>;
};

/** The folder of the programs as they were built before; undefined when they were not, or from another go.mod. */
export async function findBuiltTools(tools: GoTools): Promise<string | undefined> {
  const folder = join(cacheFolder(), `${tools.name}-${await hashModules(tools)}`);
  return (await exists(folder)) ? folder : undefined;
}

/** The folder of the programs: as built before, else built now, which takes minutes. Throws with what Go says. */
export async function buildGoTools(
  tools: GoTools,
  report: (line: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  const folder = join(cacheFolder(), `${tools.name}-${await hashModules(tools)}`);
  if (await exists(folder)) return folder;
  const unfinished = `${folder}.building-${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    for (const program of tools.programs) {
      report(`building ${program.binary} with Go, once`);
      await build(tools.modules, program, { target: join(unfinished, program.binary), ...(signal && { signal }) });
    }
    await removeOlder(tools.name);
    await rename(unfinished, folder).catch(async (error: unknown) => {
      // Another process was faster, with the same sources.
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

async function build(
  modules: string,
  program: GoProgram,
  { target, signal }: { target: string; signal?: AbortSignal },
): Promise<void> {
  const { folder, binary, module, command, versionVariable, versionPrefix = '', variables } = program;
  const version = await readVersion(join(modules, folder), module);
  const settings = Object.entries({ [versionVariable]: `${versionPrefix}${version}`, ...variables });
  const flags = ['-s -w', ...settings.map(([name, value]) => `-X ${name}=${value}`)].join(' ');
  const args = ['build', '-ldflags', flags, '-o', target, `${module}/${command}`];
  const { code, stderr } = await runGo(join(modules, folder), args, signal);
  if (code !== 0) throw new Error(`${binary} cannot be built (Go 1.26 or newer is needed):\n${stderr.trim()}`);
}

/** Of a module that a folder's go.mod requires, as 1.2.3. */
async function readVersion(folder: string, module: string): Promise<string> {
  const text = await readFile(join(folder, 'go.mod'), 'utf8');
  const version = text.match(new RegExp(`^(?:require)?\\s*${module} v(\\S+)`, 'm'))?.[1];
  if (version === undefined) throw new Error(`${folder}/go.mod does not require ${module}`);
  return version;
}

/** Whatever decides what is built: another version gets another folder. */
async function hashModules({ modules, programs }: GoTools): Promise<string> {
  const hash = createHash('sha256').update(process.arch).update(JSON.stringify(programs));
  for (const { folder } of programs) {
    const entries = await readdir(join(modules, folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of [__filename, ...files.sort()]) hash.update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

async function removeOlder(name: string): Promise<void> {
  const older = new RegExp(`^${name}-[0-9a-f]{16}$`);
  for (const entry of await readdir(cacheFolder())) {
    if (older.test(entry)) await rm(join(cacheFolder(), entry), { recursive: true, force: true });
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
