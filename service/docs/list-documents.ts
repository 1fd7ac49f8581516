import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Folders of what is installed, built or kept for a while. */
const passedOver = new Set(['.cache', '.data', '.git', 'coverage', 'dist', 'node_modules']);

/** Every Markdown file of a project: its name in the project, and its path. */
export function listDocuments(root: string, folder = root): { file: string; path: string }[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return passedOver.has(entry.name) ? [] : listDocuments(root, path);
    return entry.name.endsWith('.md') ? [{ file: relative(root, path), path }] : [];
  });
}
