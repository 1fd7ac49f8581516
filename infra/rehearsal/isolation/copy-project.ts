import { cp, mkdir, readdir, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runProgram } from '../engine/run-program';

/** Names of what no copy takes along: it is linked, or belongs to other runs. */
const leftOut: ReadonlySet<string> = new Set(['node_modules', '.git', '.pulumi']);

/**
 * Copies what the project consists of (tracked files, and new ones that git does not ignore; without git, all) to a folder,
 * with node_modules as a link.
 */
export async function copyProject(project: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  for (const file of (await listByGit(project)) ?? (await listAll(project))) {
    await mkdir(dirname(join(target, file)), { recursive: true });
    await cp(join(project, file), join(target, file), { preserveTimestamps: true, verbatimSymlinks: true });
  }
  await symlink(await findNodeModules(project), join(target, 'node_modules'));
}

/** The nearest node_modules at or above the project: an example program has none of its own. */
export async function findNodeModules(project: string): Promise<string> {
  for (let folder = project; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules');
    if (await exists(candidate)) return candidate;
    if (dirname(folder) === folder) throw new Error(`no node_modules at or above ${project}: run npm ci first`);
  }
}

async function listByGit(project: string): Promise<string[] | undefined> {
  const result = await runProgram('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: project,
  });
  if (result.code !== 0) return undefined;
  const present = await Promise.all(
    result.stdout
      .split('\0')
      .filter(Boolean)
      // Deleted in the work tree but not yet in the index; or a submodule, which is a folder.
      .map(async (file) => ((await isFile(join(project, file))) ? [file] : [])),
  );
  return present.flat();
}

async function listAll(project: string, folder = ''): Promise<string[]> {
  const entries = await readdir(join(project, folder), { withFileTypes: true });
  const lists = entries
    .filter((entry) => !leftOut.has(entry.name))
    .map((entry) => (entry.isDirectory() ? listAll(project, join(folder, entry.name)) : [join(folder, entry.name)]));
  return (await Promise.all(lists)).flat();
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => !found.isDirectory(),
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
