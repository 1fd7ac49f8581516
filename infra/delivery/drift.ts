import { appendReport } from './report';
import { parseStackName, selectStack } from './stack';
import { prepareStackFile } from './stack-file';
import type { Surroundings } from './surroundings';

/** Pulumi's own words. Source: https://github.com/pulumi/pulumi/blob/v3.248.0/pkg/backend/backenderr/backenderr.go */
const driftPattern = /no changes were expected.* but changes were proposed/;
const longestText = 20_000;

/**
 * Compares a stack with its cloud and changes nothing. Writes a section to the report where they differ, and throws when it
 * cannot be told: a check that fails is not a check that found nothing.
 */
export async function checkDrift(
  surroundings: Surroundings,
  request: { stack: string | undefined; report: string },
): Promise<boolean> {
  const stack = parseStackName(request.stack);
  await selectStack(surroundings, stack, false);
  prepareStackFile(surroundings, stack);
  const command = ['refresh', '--preview-only', '--expect-no-changes', '--diff', '--stack', stack];
  const quiet = ['--non-interactive', '--color', 'never', '--suppress-progress'];
  const { code, stdout, stderr } = await surroundings.run('pulumi', [...command, ...quiet], { isShown: true });
  const text = `${stdout}\n${stderr}`;
  if (code === 0) {
    surroundings.say(`${stack} is as it was deployed`);
    return false;
  }
  if (!driftPattern.test(text)) throw new Error(`whether ${stack} has drifted cannot be told: the refresh failed`);
  appendReport(request.report, `### \`${stack}\`\n\n${indent(text.trim().slice(0, longestText))}\n`);
  surroundings.say(`${stack} has drifted`);
  return true;
}

/** A code block that no text can end. */
function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}
