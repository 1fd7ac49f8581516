import { type Caller, type GitHubRepository, issuerHost, subjectsOf } from '../github-subjects';

/** Who may be asked for: the audience of tokens that configure-aws-credentials fetches. */
export const audience = 'sts.amazonaws.com';

/** Lets exactly these callers of the repository take a role on: no pattern, so that nothing else ever fits. */
export function trustPolicy(providerArn: string, repository: GitHubRepository, callers: readonly Caller[]): string {
  const subjects = callers.flatMap((caller) => subjectsOf(repository, caller));
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: providerArn },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${issuerHost}:aud`]: audience, [`${issuerHost}:sub`]: subjects } },
      },
    ],
  });
}
