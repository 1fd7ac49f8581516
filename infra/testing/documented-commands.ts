import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../rehearsal/engine/run-program';
import type { RehearsedStack } from './rehearsed-stack';

/** The shell blocks of a document that begin with a name, as `# Name`, by that name. */
export function documentedBlocks(file: string): Map<string, string> {
  const text = readFileSync(join(__dirname, '..', '..', file), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n# (.+)\n([\s\S]*?)^```$/gm)];
  return new Map(blocks.map(([, name = '', commands = '']) => [name, commands]));
}

/** Runs blocks of a document in the rehearsed project, as somebody would who copies them into a shell. */
export function createRunner(stack: RehearsedStack, file: string) {
  const blocks = documentedBlocks(file);
  return async (name: string, variables: Readonly<Record<string, string>> = {}): Promise<string> => {
    const commands = blocks.get(name);
    if (commands === undefined) throw new Error(`${file} has no block "# ${name}"`);
    const { session } = stack;
    const authority = join(session.env.HOME ?? session.folder, 'rehearsal-ca.pem');
    await writeFile(authority, stack.certificateAuthority);
    const { code, stdout, stderr } = await runProgram('bash', ['-euc', commands], {
      cwd: session.folder,
      env: { ...session.env, CURL_CA_BUNDLE: authority, ...variables },
    });
    if (code !== 0) throw new Error(`"# ${name}" ended with code ${code}:\n${`${stdout}\n${stderr}`.slice(-4_000)}`);
    return stdout;
  };
}
