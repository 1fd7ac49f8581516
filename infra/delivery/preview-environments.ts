import { openGitHub } from './github';
import { listStacks, parseStackName, pullRequestOf, runOnStack, selectStack } from './stack';
import { prepareStackFile } from './stack-file';
import { mustRun, type Surroundings } from './surroundings';

/** What asks for an environment of one's own. */
export const previewLabel = 'preview';
const exampleStack = 'dev';

/**
 * Destroys the environment of a pull request. Refuses every other stack: this runs without anybody's approval.
 * The stack itself stays until the sweep, since Google keeps parts of its network busy for an hour or two.
 */
export async function destroyPreview(surroundings: Surroundings, stackText: string | undefined): Promise<void> {
  const stack = parseStackName(stackText);
  if (pullRequestOf(stack) === undefined)
    throw new Error(`${stack} is no preview environment: those are called pull1, pull2, ...`);
  if (!(await listStacks(surroundings)).includes(stack)) {
    surroundings.say(`there is no ${stack}`);
    return;
  }
  await selectStack(surroundings, stack, false);
  prepareStackFile(surroundings, stack, { like: exampleStack });
  await runOnStack(surroundings, stack, ['destroy', '--yes', '--skip-preview', '--suppress-progress']);
}

/** Environments whose pull request is closed or has lost its label. */
export function findOrphans(
  stacks: readonly string[],
  open: readonly { number: number; labels: readonly { name: string }[] }[],
): string[] {
  const wanted = new Set(
    open.filter(({ labels }) => labels.some(({ name }) => name === previewLabel)).map(({ number }) => number),
  );
  return stacks.filter((stack) => {
    const number = pullRequestOf(stack);
    return number !== undefined && !wanted.has(number);
  });
}

/** Destroys every orphan, sweeps up what Google kept busy, and forgets those of which nothing is left. */
export async function sweepPreviews(surroundings: Surroundings): Promise<void> {
  const open = await openGitHub(surroundings).listOpenPullRequests();
  const orphans = findOrphans(await listStacks(surroundings), open);
  if (orphans.length === 0) surroundings.say('no preview environment is without its pull request');
  const failures: string[] = [];
  for (const stack of orphans) {
    await forget(surroundings, stack).catch((error: Error) => failures.push(`${stack}: ${error.message}`));
  }
  if (failures.length > 0) throw new Error(`not everything could be removed:\n${failures.join('\n')}`);
}

async function forget(surroundings: Surroundings, stack: string): Promise<void> {
  await destroyPreview(surroundings, stack);
  const swept = await surroundings.run('npm', ['run', '--silent', 'sweep', '--', stack], { isShown: true });
  if (swept.code !== 0) {
    surroundings.say(`${stack}: the next sweep tries again what is still busy`);
    return;
  }
  await mustRun(surroundings, 'pulumi', ['stack', 'rm', stack, '--yes', '--non-interactive']);
  surroundings.say(`removed ${stack}`);
}
