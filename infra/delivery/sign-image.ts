import { parseDigest, readRepositories } from './repositories';
import { getVariable, mustRun, type Surroundings } from './surroundings';

const issuer = 'https://token.actions.githubusercontent.com';
/** The only workflow whose signature lets an image be deployed, and the only branch that it signs from. */
const signer = { workflow: '.github/workflows/deploy.yml', ref: 'refs/heads/main' };

/** Signs the image in every repository without a key, and binds its bill of materials (an SPDX file) to it. */
export async function signImage(surroundings: Surroundings, digestText: string | undefined, bill: string | undefined) {
  const digest = parseDigest(digestText);
  if (bill === undefined) throw new Error('usage: sign-image DIGEST FILE, where FILE is its SBOM as SPDX JSON');
  for (const repository of Object.values(readRepositories(surroundings))) {
    const reference = `${repository}@${digest}`;
    await mustRun(surroundings, 'cosign', ['sign', '--yes', reference]);
    await mustRun(surroundings, 'cosign', ['attest', '--yes', '--type', 'spdxjson', '--predicate', bill, reference]);
    surroundings.say(`signed ${reference}`);
  }
}

/** Throws unless the image was signed by this repository's deployment of its main branch, in every repository. */
export async function verifyImage(surroundings: Surroundings, digestText: string | undefined): Promise<void> {
  const digest = parseDigest(digestText);
  const server = surroundings.env.GITHUB_SERVER_URL || 'https://github.com';
  const repository = getVariable(surroundings, 'GITHUB_REPOSITORY', 'OWNER/NAME, whose workflow signed the image');
  const identity = `${server}/${repository}/${signer.workflow}@${signer.ref}`;
  for (const registry of Object.values(readRepositories(surroundings))) {
    const reference = `${registry}@${digest}`;
    const who = ['--certificate-identity', identity, '--certificate-oidc-issuer', issuer];
    await mustRun(surroundings, 'cosign', ['verify', ...who, reference]);
    surroundings.say(`verified ${reference}`);
  }
}
