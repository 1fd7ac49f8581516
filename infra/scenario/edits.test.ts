import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setInStackFile } from '../rehearsal/isolation/stack-file';
import type { Workspace } from '../rehearsal/run/scenario';
import { changes } from './changes';
import { programFaults } from './faults';
import { policyFaults } from './policy-faults';

const repository = join(__dirname, '..', '..');

/** The files as they are, changed in memory only. Gives the names of those that an edit leaves as they are. */
function openInMemory(): { workspace: Workspace; unchanged: string[] } {
  const texts = new Map<string, string>();
  const unchanged: string[] = [];
  const edit: Workspace['edit'] = async (file, change) => {
    const text = texts.get(file) ?? readFileSync(join(repository, file), 'utf8');
    const changed = change(text);
    if (changed === text) unchanged.push(file);
    texts.set(file, changed);
  };
  const workspace: Workspace = {
    edit,
    add: async (file, text) => void texts.set(file, text),
    setConfig: (key, value) => edit('Pulumi.dev.yaml', (text) => setInStackFile(text, key, value)),
  };
  return { workspace, unchanged };
}

// The rehearsals make these edits one by one, in minutes.
test.each([...programFaults, ...policyFaults, ...changes].map((edit): [string, typeof edit] => [edit.name, edit]))(
  '%s edits what the program has',
  async (_, edit) => {
    if (!('apply' in edit)) return;
    const { workspace, unchanged } = openInMemory();
    await edit.apply(workspace);
    // Without a first deployment there is nothing to go back to.
    expect(edit.name === 'roll-back' || edit.name.endsWith('-targets') ? [] : unchanged).toEqual([]);
  },
);
