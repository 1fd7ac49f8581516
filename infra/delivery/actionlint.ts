import { readdirSync } from 'node:fs';
import path from 'node:path';
import { buildGoTools, type GoTools } from '../rehearsal/engine/go-tools';
import type { Surroundings } from './surroundings';

/** Source: https://github.com/rhysd/actionlint */
const tools: GoTools = {
  name: 'actionlint',
  modules: path.join(__dirname, 'go'),
  programs: [
    {
      folder: 'actionlint',
      binary: 'actionlint',
      module: 'github.com/rhysd/actionlint',
      command: 'cmd/actionlint',
      versionVariable: 'github.com/rhysd/actionlint.version',
    },
  ],
};

/**
 * Checks every workflow with actionlint, of the version in go/actionlint, which Go builds once; with shellcheck where it is
 * installed. Throws with what is wrong.
 */
export async function lintWorkflows(surroundings: Surroundings): Promise<void> {
  const program = path.join(await buildGoTools(tools, surroundings.say), 'actionlint');
  const folder = path.join(surroundings.project, '.github', 'workflows');
  const files = readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => path.join(folder, name));
  const { code, stdout, stderr } = await surroundings.run(program, ['-no-color', ...files]);
  if (code !== 0) throw new Error(`actionlint:\n${stdout}${stderr}`);
  surroundings.say(`actionlint finds nothing in ${files.length} workflows`);
}
