import { mustRun, type Surroundings } from './surroundings';

const quiet = ['--non-interactive', '--color', 'never'];
const namePattern = /^[a-z][a-z0-9-]{0,38}$/;
const pullRequestPattern = /^pull([1-9][0-9]{0,8})$/;

export type StackOutputs = Readonly<Record<string, unknown>>;

/** Throws when the text is no name for a stack of the delivery. */
export function parseStackName(text: string | undefined): string {
  if (text !== undefined && namePattern.test(text)) return text;
  throw new Error('the stack must be a lower-case letter and up to 38 more letters, digits or hyphens');
}

/** Of `pull12`, 12; undefined for every other stack. */
export function pullRequestOf(stack: string): number | undefined {
  const [, number] = pullRequestPattern.exec(stack) ?? [];
  return number === undefined ? undefined : Number(number);
}

/** Selects the stack, which is made when the backend has none of that name. */
export async function selectStack(surroundings: Surroundings, stack: string, mayCreate: boolean): Promise<void> {
  const { PULUMI_SECRETS_PROVIDER: provider } = surroundings.env;
  const create = mayCreate ? ['--create', ...(provider ? ['--secrets-provider', provider] : [])] : [];
  await mustRun(surroundings, 'pulumi', ['stack', 'select', stack, ...create, ...quiet]);
}

/** The stack's outputs, secrets included: never to be printed. */
export async function readOutputs(surroundings: Surroundings, stack: string): Promise<StackOutputs> {
  const text = await mustRun(surroundings, 'pulumi', ['stack', 'output', '--json', '--show-secrets', '--stack', stack]);
  return JSON.parse(text) as StackOutputs;
}

/** `pulumi COMMAND`, shown as it runs. Throws when it fails. */
export async function runOnStack(surroundings: Surroundings, stack: string, command: readonly string[]): Promise<void> {
  await mustRun(surroundings, 'pulumi', [...command, '--stack', stack, ...quiet], { isShown: true });
}

/** The names of the project's stacks in the backend. */
export async function listStacks(surroundings: Surroundings): Promise<string[]> {
  const text = await mustRun(surroundings, 'pulumi', ['stack', 'ls', '--json', ...quiet]);
  // A self-managed backend may write them with organization and project.
  return (JSON.parse(text) as { name: string }[]).map(({ name }) => name.split('/').at(-1) ?? name);
}
