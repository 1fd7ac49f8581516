import { parseDigest, readRepositories } from './repositories';
import { getVariable, mustRun, type Surroundings } from './surroundings';

const issuer = 'https://token.actions.githubusercontent.com';
const billType = 'spdxjson';
/** The only workflow whose signature lets an image be deployed, and the only branch that it signs from. */
const signer = { workflow: '.github/workflows/deploy.yml', ref: 'refs/heads/main' };

/**
 * Signs the image in every repository without a key, and binds its bill of materials (an SPDX file) to it. What is signed
 * already stays as it is: a job that is run again, or that built nothing, changes no tag.
 */
export async function signImage(
  surroundings: Surroundings,
  digestText: string | undefined,
  bill: string | undefined,
): Promise<void> {
  const digest = parseDigest(digestText);
  if (bill === undefined) throw new Error('usage: sign-image DIGEST FILE, where FILE is its SBOM as SPDX JSON');
  const identity = identityOf(surroundings);
  for (const repository of Object.values(readRepositories(surroundings))) {
    const reference = `${repository}@${digest}`;
    const isDone = async (command: string, ...more: string[]) =>
      (await surroundings.run('cosign', [command, ...identity, ...more, reference])).code === 0;
    if (!(await isDone('verify'))) await mustRun(surroundings, 'cosign', ['sign', '--yes', reference]);
    if (!(await isDone('verify-attestation', '--type', billType))) {
      const predicate = ['--type', billType, '--predicate', bill];
      await mustRun(surroundings, 'cosign', ['attest', '--yes', ...predicate, reference]);
    }
    surroundings.say(`signed ${reference}`);
  }
}

/** Throws unless the image was signed by this repository's deployment of its main branch, in every repository. */
export async function verifyImage(surroundings: Surroundings, digestText: string | undefined): Promise<void> {
  const digest = parseDigest(digestText);
  const identity = identityOf(surroundings);
  for (const repository of Object.values(readRepositories(surroundings))) {
    const reference = `${repository}@${digest}`;
    await mustRun(surroundings, 'cosign', ['verify', ...identity, reference]);
    surroundings.say(`verified ${reference}`);
  }
}

function identityOf(surroundings: Surroundings): string[] {
  const server = surroundings.env.GITHUB_SERVER_URL || 'https://github.com';
  const repository = getVariable(surroundings, 'GITHUB_REPOSITORY', 'OWNER/NAME, whose workflow signed the image');
  const identity = `${server}/${repository}/${signer.workflow}@${signer.ref}`;
  return ['--certificate-identity', identity, '--certificate-oidc-issuer', issuer];
}
