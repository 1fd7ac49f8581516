import { isAbsolute, resolve } from 'node:path';
import { type Cloud, table } from './cloud';

const folders = table<string>('folder of the program');

/** Providers run in the folder of the program (`main` of Pulumi.yaml): relative paths among the inputs begin there. */
export function setProgramFolder(cloud: Cloud, folder: string): void {
  cloud.table(folders).set('', folder);
}

/** Throws when a relative path comes before the program's folder is known. */
export function resolvePath(cloud: Cloud, path: string): string {
  if (isAbsolute(path)) return path;
  const folder = cloud.table(folders).get('');
  if (folder === undefined) throw new Error(`the path ${path} is relative, and there is no program`);
  return resolve(folder, path);
}
