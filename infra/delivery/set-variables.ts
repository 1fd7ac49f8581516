import { readFileSync } from 'node:fs';
import { mustRun, type Surroundings } from './surroundings';

/** As the bootstrap's output `github_variables` gives them: those of the repository, and those of each environment. */
type Variables = {
  repository: Record<string, string>;
  environments: Record<string, Record<string, string>>;
};

/** Sets GitHub's variables by its command line, `gh`, from a file with the bootstrap's output. None of them is a secret. */
export async function setVariables(surroundings: Surroundings, file: string | undefined): Promise<void> {
  if (file === undefined)
    throw new Error('usage: set-variables FILE, as pulumi stack output github_variables --json gives it');
  const { repository, environments } = parseVariables(readFileSync(file, 'utf8'));
  const set = async (name: string, value: string, ...where: string[]) => {
    await mustRun(surroundings, 'gh', ['variable', 'set', name, '--body', value, ...where]);
    surroundings.say(`${where.at(-1) ?? 'repository'}: ${name}`);
  };
  for (const [name, value] of Object.entries(repository)) await set(name, value);
  for (const [environment, values] of Object.entries(environments)) {
    for (const [name, value] of Object.entries(values)) await set(name, value, '--env', environment);
  }
}

function parseVariables(text: string): Variables {
  const found: unknown = JSON.parse(text);
  if (typeof found === 'object' && found !== null && 'repository' in found && 'environments' in found) {
    return found as Variables;
  }
  throw new Error('the file must be the output github_variables of the bootstrap: {repository, environments}');
}
