import { createHash, type Hash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseDockerignore } from '../../dockerignore';
import type { Cloud } from '../cloud/cloud';
import { resolvePath } from '../cloud/program-folder';

type Args = { context?: { location: string }; dockerfile?: { location?: string; inline?: string } };

/** A build context on this machine, and the Dockerfile for it. */
export type BuildContext = { folder: string; dockerfile: string };

/** Throws with the provider's words when one of them is missing. */
export function readBuildContext(cloud: Cloud, { context, dockerfile = {} }: Args): BuildContext {
  const location = context?.location ?? '.';
  if (isRemote(location)) throw new Error(`not simulated: the remote build context ${location}`);
  const folder = resolvePath(cloud, location);
  if (!isFolder(folder)) throw new Error(`"${location}": not a valid directory or URL`);
  if (dockerfile.location !== undefined && dockerfile.inline !== undefined) {
    throw new Error('only specify "file" or "inline", not both');
  }
  if (dockerfile.inline !== undefined) return { folder, dockerfile: dockerfile.inline };
  // Without a location it is the context's own.
  const wanted = dockerfile.location ?? posix.join(location, 'Dockerfile');
  if (isRemote(wanted)) throw new Error(`not simulated: the remote Dockerfile ${wanted}`);
  const file = resolvePath(cloud, wanted);
  if (!existsSync(file)) throw new Error(`open ${wanted}: no such file or directory`);
  return { folder, dockerfile: readFileSync(file, 'utf8') };
}

/** Of the Dockerfile and of every file that Docker would send: path, executable or not, content. */
export function hashBuildContext({ folder, dockerfile }: BuildContext): string {
  const hash = createHash('sha256').update(dockerfile);
  const ignoreFile = join(folder, '.dockerignore');
  const filter = parseDockerignore(existsSync(ignoreFile) ? readFileSync(ignoreFile, 'utf8') : '');
  const visit = (path: string) => {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true }).sort(byName)) {
      const name = posix.join(path, entry.name);
      if (entry.isDirectory()) {
        if (filter.mayHoldFiles(name)) visit(name);
      } else if (!filter.isIgnored(name)) hashFile(hash, folder, name);
    }
  };
  visit('');
  return hash.digest('hex');
}

function hashFile(hash: Hash, folder: string, name: string): void {
  const full = join(folder, name);
  const found = lstatSync(full);
  hash.update(`\0${name}\0${(found.mode & 0o777).toString(8)}\0`);
  if (found.isSymbolicLink()) hash.update(readlinkSync(full));
  else if (found.isFile()) hash.update(readFileSync(full));
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function isRemote(location: string): boolean {
  return /^(https?|git|ssh):\/\/|^git@|^github\.com\//.test(location);
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}
