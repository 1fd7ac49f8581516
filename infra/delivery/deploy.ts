import { parseDigest } from './repositories';
import { parseStackName, readOutputs, runOnStack, selectStack } from './stack';
import { prepareStackFile } from './stack-file';
import { type Surroundings, setStepOutput } from './surroundings';

/**
 * Brings a stack to a digest that every shared repository has: a release, or a roll-back, which is the same. Throws when
 * the stack then runs anything else.
 */
export async function deploy(
  surroundings: Surroundings,
  request: { stack: string | undefined; digest: string | undefined; like?: string | undefined },
): Promise<void> {
  const [stack, digest] = [parseStackName(request.stack), parseDigest(request.digest)];
  prepareStackFile(surroundings, stack, { digest, like: request.like });
  await selectStack(surroundings, stack, true);
  await runOnStack(surroundings, stack, ['up', '--yes', '--skip-preview', '--suppress-progress']);
  const { image_digest: deployed, app_url: url } = await readOutputs(surroundings, stack);
  if (deployed !== digest) throw new Error(`${stack} must run ${digest}, and runs ${String(deployed)}`);
  surroundings.say(`${stack} runs ${digest} at ${String(url)}`);
  setStepOutput(surroundings, 'url', String(url));
}
