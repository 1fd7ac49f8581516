import type { Caller, GitHubRepository } from '../github-subjects';
import { mayAssume } from '../testing/assume-with-token';
import { trustPolicy } from './trust';

const repository: GitHubRepository = { owner: 'acme', name: 'taproom', ownerId: '11', repositoryId: '22' };
const provider = 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com';
const forms = ['repo:acme/taproom', 'repo:acme@11/taproom@22'];
const trust = (...callers: Caller[]) => trustPolicy(provider, repository, callers);

describe.each(forms)('the trust policy, with subjects %s:...', (form) => {
  const ask = (policy: string, context: string) => mayAssume(policy, { sub: `${form}:${context}` });

  test.each<[string, Caller, string]>([
    ['a branch', { kind: 'branch', branch: 'main' }, 'ref:refs/heads/main'],
    ['an environment', { kind: 'environment', environment: 'prod' }, 'environment:prod'],
    ['pull requests', { kind: 'pull request' }, 'pull_request'],
  ])('lets in %s, and nothing else', async (_, caller, own) => {
    const contexts = [
      'ref:refs/heads/main',
      'ref:refs/heads/main2',
      'ref:refs/heads/other',
      'ref:refs/tags/main',
      'environment:prod',
      'environment:dev',
      'environment:prod%3Adev',
      'pull_request',
    ];
    const policy = trust(caller);
    const allowed = await Promise.all(contexts.map(async (context) => ((await ask(policy, context)) ? [context] : [])));
    expect(allowed.flat()).toEqual([own]);
  });
});

describe('the trust policy', () => {
  const policy = trust({ kind: 'environment', environment: 'prod' });

  test.each([
    'repo:acme/taproom-fork:environment:prod',
    'repo:mallory/taproom:environment:prod',
    'repo:acme@12/taproom@22:environment:prod',
    'repo:acme@11/taproom@23:environment:prod',
    'repo:acme@11/taproom:environment:prod',
    'repo:ACME/taproom:environment:prod',
  ])('refuses %s', async (sub) => {
    expect(await mayAssume(policy, { sub })).toBe(false);
  });

  test('refuses tokens for somebody else, and of another issuer', async () => {
    const sub = 'repo:acme/taproom:environment:prod';
    expect(await mayAssume(policy, { sub })).toBe(true);
    expect(await mayAssume(policy, { sub, aud: 'https://github.com/acme' })).toBe(false);
    expect(await mayAssume(policy, { sub, issuer: 'gitlab.com' })).toBe(false);
  });
});
