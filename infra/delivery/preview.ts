import { appendReport } from './report';
import { parseStackName, readOutputs, selectStack } from './stack';
import { prepareStackFile } from './stack-file';
import type { Surroundings } from './surroundings';

/** GitHub takes 65,536 characters in a comment; several stacks share one. */
const longestDiff = 25_000;

/** Writes what a change would do to a stack, as Markdown. Reads only, and throws when the preview itself fails. */
export async function preview(
  surroundings: Surroundings,
  request: { stack: string | undefined; report: string },
): Promise<void> {
  const stack = parseStackName(request.stack);
  await selectStack(surroundings, stack, false);
  const { image_digest: digest } = await readOutputs(surroundings, stack);
  // The image that runs: a preview shows what the program changes, and needs no right to push.
  prepareStackFile(surroundings, stack, typeof digest === 'string' ? { digest } : {});
  const args = ['preview', '--diff', '--stack', stack, '--non-interactive', '--color', 'never', '--suppress-progress'];
  const { code, stdout, stderr } = await surroundings.run('pulumi', args, { isShown: true });
  appendReport(request.report, describePreview(stack, { isGood: code === 0, text: `${stdout}\n${stderr}` }));
  if (code !== 0) throw new Error(`the preview of ${stack} failed`);
}

/** A section of the comment: the sum in its title, everything else to be unfolded. */
export function describePreview(stack: string, { isGood, text }: { isGood: boolean; text: string }): string {
  const plain = text.trim();
  const counts = [...plain.matchAll(/^\s+(?:[+~-]|\+-|\+\+|--)\s*(\d+ to \w+)/gm)].map(([, count]) => count);
  const sum = counts.length > 0 ? counts.join(', ') : 'no changes';
  const shown =
    plain.length <= longestDiff ? plain : `${plain.slice(0, longestDiff)}\n[cut: the log of the job has it all]`;
  return [
    `### \`${stack}\`: ${isGood ? sum : 'the preview failed'}`,
    '',
    '<details><summary>What would change</summary>',
    '',
    fence(shown),
    '',
    '</details>',
    '',
  ].join('\n');
}

/** A block that no text can end: longer than every run of backticks in it. */
function fence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const marks = '`'.repeat(longest + 1);
  return `${marks}\n${text}\n${marks}`;
}
