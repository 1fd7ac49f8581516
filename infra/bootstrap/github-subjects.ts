/** Who issues the tokens of GitHub's jobs. Source: https://docs.github.com/en/actions/reference/security/oidc */
export const issuerHost = 'token.actions.githubusercontent.com';

export type GitHubRepository = {
  owner: string;
  name: string;
  /** Numbers that stay when owner or repository are renamed, and are never given to another. */
  ownerId: string;
  repositoryId: string;
};

/** What of the repository's jobs is meant. */
export type Caller =
  | { kind: 'branch'; branch: string }
  | { kind: 'environment'; environment: string }
  | { kind: 'pull request' };

/**
 * The subjects of the caller's tokens, in both forms: by names, and by names with numbers, which repositories have that were
 * made, renamed or transferred after 15 July 2026.
 * Source: https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens
 */
export function subjectsOf(repository: GitHubRepository, caller: Caller): string[] {
  const { owner, name, ownerId, repositoryId } = repository;
  const context = contextOf(caller);
  return [`repo:${owner}/${name}:${context}`, `repo:${owner}@${ownerId}/${name}@${repositoryId}:${context}`];
}

/** In a subject a colon separates: GitHub writes one in an environment's name as %3A, and a branch can have none. */
function contextOf(caller: Caller): string {
  switch (caller.kind) {
    case 'branch':
      return `ref:refs/heads/${caller.branch}`;
    case 'environment':
      return `environment:${caller.environment.replaceAll(':', '%3A')}`;
    case 'pull request':
      return 'pull_request';
  }
}
