import { type Caller, type GitHubRepository, subjectsOf } from '../github-subjects';

/** Longest that a provider takes. Source: https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools.providers */
export const longestCondition = 4_096;

/**
 * Lets exactly these callers of the repository in, in CEL. The numbers are asked for in both forms of the subject, so that
 * whoever takes over an abandoned name is still somebody else.
 */
export function attributeCondition(repository: GitHubRepository, callers: readonly Caller[]): string {
  const subjects = callers.flatMap((caller) => subjectsOf(repository, caller)).map(quote);
  return [
    `assertion.repository_id == ${quote(repository.repositoryId)}`,
    `assertion.repository_owner_id == ${quote(repository.ownerId)}`,
    `assertion.sub in [${subjects.join(', ')}]`,
  ].join(' && ');
}

/**
 * What Google calls the caller in its logs: at most 127 bytes, which a subject may exceed.
 * Source: https://docs.cloud.google.com/iam/docs/workload-identity-federation#mapping
 */
export const attributeMapping = { 'google.subject': "assertion.repository_id + ':' + assertion.run_id" };

function quote(text: string): string {
  if (/['\\\n]/.test(text)) throw new Error(`no name of GitHub has quotes or backslashes: ${text}`);
  return `'${text}'`;
}
