import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Adds a section to a file that a later job, with other rights, posts. */
export function appendReport(file: string, section: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  appendFileSync(file, `${section}\n`);
}

/** All reports of a folder and the folders in it, in the order of their names; empty when there is none. */
export function readReports(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => readFileSync(path.join(folder, name), 'utf8').trim())
    .filter((text) => text !== '')
    .join('\n\n');
}
