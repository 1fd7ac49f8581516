import { chmod, cp, lstat, mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';

export type Copy = {
  /** Folder from which sources are read. */
  from: string;
  sources: readonly string[];
  /** Folder that is the stage's root. */
  root: string;
  workdir: string;
  destination: string;
  mode: string | undefined;
  /** Paths inside `from` that count; without it, all. */
  isIncluded?: (path: string) => boolean;
};

/** COPY: a folder's contents, or files, into a folder; one file may get a new name. Throws when a source is missing. */
export async function copyIntoStage(copy: Copy): Promise<void> {
  const destination = posix.resolve(copy.workdir, copy.destination);
  const sources = (await Promise.all(copy.sources.map((source) => findSources(copy, source)))).flat();
  const isFolder = copy.destination.endsWith('/') || copy.destination === '.' || sources.length > 1;
  for (const source of sources) {
    const from = join(copy.from, source);
    const isSourceFolder = (await lstat(from)).isDirectory();
    const target =
      isSourceFolder || !(isFolder || (await isExistingFolder(join(copy.root, destination))))
        ? join(copy.root, destination)
        : join(copy.root, destination, basename(source));
    await mkdir(isSourceFolder ? target : dirname(target), { recursive: true });
    await copyTree(copy, source, target);
  }
}

async function copyTree(copy: Copy, source: string, target: string): Promise<void> {
  const from = join(copy.from, source);
  if ((await lstat(from)).isDirectory()) {
    for (const entry of await readdir(from)) await copyTree(copy, posix.join(source, entry), join(target, entry));
    return;
  }
  if (copy.isIncluded && !copy.isIncluded(source)) return;
  await mkdir(dirname(target), { recursive: true });
  await cp(from, target, { verbatimSymlinks: true, preserveTimestamps: true });
  if (copy.mode !== undefined) await chmod(target, Number.parseInt(copy.mode, 8));
}

/** A path, or the matches of a pattern, relative to the context. */
async function findSources({ from, isIncluded }: Copy, source: string): Promise<string[]> {
  const path = posix.normalize(source).replace(/^\/+|\/+$/g, '') || '.';
  if (path.startsWith('..')) throw new Error(`COPY ${source}: forbidden path outside the build context`);
  const found = /[*?[]/.test(path) ? await expand(from, path) : (await exists(join(from, path))) ? [path] : [];
  const files = await Promise.all(found.map(async (name) => ((await holdsFile(from, name, isIncluded)) ? [name] : [])));
  if (files.flat().length === 0) throw new Error(`failed to compute cache key: "/${path}": not found`);
  return files.flat().sort();
}

async function holdsFile(from: string, path: string, isIncluded: Copy['isIncluded']): Promise<boolean> {
  if (!isIncluded) return true;
  if (!(await lstat(join(from, path))).isDirectory()) return isIncluded(path);
  for (const entry of await readdir(join(from, path))) {
    if (await holdsFile(from, posix.join(path, entry), isIncluded)) return true;
  }
  return false;
}

/** The pattern is Go's filepath.Match, one segment at a time. */
async function expand(from: string, pattern: string): Promise<string[]> {
  let found = [''];
  for (const segment of pattern.split('/')) {
    const regexp = new RegExp(
      `^${segment
        .replace(/[.+^${}()|\\]/g, '\\$&')
        .replace(/\*/g, '[^/]*')
        .replace(/\?/g, '[^/]')}$`,
    );
    const lists = await Promise.all(
      found.map(async (folder) => {
        const entries = await readdir(join(from, folder)).catch(() => []);
        return entries.filter((entry) => regexp.test(entry)).map((entry) => posix.join(folder, entry));
      }),
    );
    found = lists.flat();
  }
  return found;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function isExistingFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
