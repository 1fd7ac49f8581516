import { createHash } from 'node:crypto';
import { type Dirent, existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseDockerignore } from './dockerignore';

const executable = 0o111;

/**
 * A tag that changes exactly when the image would: from every file that Docker sends to the build (its path, mode and
 * content, not its time) and from `recipe`, whatever else decides the result.
 */
export function contentTag(contextFolder: string, recipe: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(recipe));
  for (const file of listContextFiles(contextFolder)) hash.update(`\0${file}\0`).update(readEntry(contextFolder, file));
  return `content-${hash.digest('hex').slice(0, 16)}`;
}

/** The paths that .dockerignore lets through, in byte order, with slashes. */
export function listContextFiles(contextFolder: string): string[] {
  const ignoreFile = path.join(contextFolder, '.dockerignore');
  const filter = parseDockerignore(existsSync(ignoreFile) ? readFileSync(ignoreFile, 'utf8') : '');
  const list = (folder: string): string[] =>
    readdirSync(path.join(contextFolder, folder), { withFileTypes: true }).flatMap((entry: Dirent) => {
      const name = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) return filter.mayHoldFiles(name) ? list(name) : [];
      return filter.isIgnored(name) ? [] : [name];
    });
  // The Dockerfile is sent even when it is ignored.
  return [
    ...new Set([...list(''), ...['Dockerfile'].filter((name) => existsSync(path.join(contextFolder, name)))]),
  ].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function readEntry(contextFolder: string, file: string): Buffer {
  const full = path.join(contextFolder, file);
  const link = readLink(full);
  if (link !== undefined) return Buffer.from(`link ${link}`);
  const mode = (statSync(full).mode & executable) === 0 ? 'file' : 'executable';
  return Buffer.concat([Buffer.from(`${mode}\0`), readFileSync(full)]);
}

function readLink(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}
