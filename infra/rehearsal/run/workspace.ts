import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setInStackFile } from '../isolation/stack-file';
import type { Session } from '../session';
import type { Workspace } from './scenario';

export type EditedWorkspace = Workspace & {
  /** Takes everything back that was changed through this one. */
  undo(): Promise<void>;
};

/** The session's copy of the project, open for changes that can be taken back together. */
export function openWorkspace({ folder }: Pick<Session, 'folder'>, stack: string): EditedWorkspace {
  const before = new Map<string, string | undefined>();
  const write = async (file: string, text: string) => {
    const path = join(folder, file);
    const old = await readFile(path, 'utf8').catch(() => undefined);
    if (!before.has(path)) before.set(path, old);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  };
  const edit: Workspace['edit'] = async (file, change) => {
    const text = await readFile(join(folder, file), 'utf8');
    const changed = change(text);
    if (changed === text)
      throw new Error(`the edit of ${file} changes nothing: the file is not what the scenario expects`);
    await write(file, changed);
  };
  return {
    edit,
    add: write,
    setConfig: (key, value) => edit(`Pulumi.${stack}.yaml`, (text) => setInStackFile(text, key, value)),
    undo: async () => {
      for (const [path, text] of before) {
        if (text === undefined) await rm(path, { force: true });
        else await writeFile(path, text);
      }
      before.clear();
    },
  };
}
