import { runSimulation } from '@cloud-copilot/iam-simulate';
import { issuerHost } from '../github-subjects';

const account = '123456789012';
/** The evaluator knows the claims of this issuer, and a service as who asks; GitHub's claims are put in their place. */
const knownIssuer = 'accounts.google.com';
const knownPrincipal = 'tokens.amazonaws.com';

/** Whether a trust policy lets a token of GitHub take the role on, by the claims that AWS reads. */
export async function mayAssume(
  trustPolicy: string,
  token: { sub: string; aud?: string; issuer?: string },
): Promise<boolean> {
  const { sub, aud = 'sts.amazonaws.com', issuer = issuerHost } = token;
  const provider = `arn:aws:iam::${account}:oidc-provider/${issuer}`;
  const readable = trustPolicy
    .replaceAll(JSON.stringify({ Federated: provider }), JSON.stringify({ Service: knownPrincipal }))
    .replaceAll(`${issuerHost}:`, `${knownIssuer}:`);
  const result = await runSimulation(
    {
      request: {
        principal: knownPrincipal,
        action: 'sts:AssumeRoleWithWebIdentity',
        resource: { resource: `arn:aws:iam::${account}:role/any`, accountId: account },
        contextVariables: { [`${knownIssuer}:sub`]: sub, [`${knownIssuer}:aud`]: aud },
      },
      identityPolicies: [],
      resourcePolicy: JSON.parse(readable),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (result.resultType === 'error') throw new Error(`not evaluated: ${result.errors.message}`);
  return result.overallResult === 'Allowed';
}
