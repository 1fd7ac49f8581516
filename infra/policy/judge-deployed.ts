import { judge } from './judge';
import { rules } from './rules';
import { type StateResource, stackOfGraph } from './stack-of-graph';

/** What the policies say of a deployed stack, by the settings of its file. */
export async function judgeDeployed(
  resources: readonly StateResource[],
  config: Readonly<Record<string, unknown>>,
): Promise<{ policies: number; violations: string[]; advice: string[] }> {
  // The engine writes what is no text as text when it makes the stack.
  const isProtected = String(config['taproom:protect']) === 'true';
  const found = await judge(stackOfGraph(resources, isProtected));
  const messages = (level: string) => found.filter(({ rule }) => rule.level === level).map(({ message }) => message);
  return { policies: rules.length, violations: messages('mandatory'), advice: messages('advisory') };
}
