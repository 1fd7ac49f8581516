import fc from 'fast-check';
import type { Caller, GitHubRepository } from '../github-subjects';
import { type Assertion, evaluateCel } from '../testing/evaluate-cel';
import { attributeCondition, longestCondition } from './condition';

const repository: GitHubRepository = { owner: 'acme', name: 'taproom', ownerId: '11', repositoryId: '22' };
const numbers = { repository_id: '22', repository_owner_id: '11' };
const contexts = ['ref:refs/heads/main', 'ref:refs/heads/main2', 'environment:prod', 'environment:dev', 'pull_request'];

describe.each(['repo:acme/taproom', 'repo:acme@11/taproom@22'])('attributeCondition, with subjects %s:...', (form) => {
  test.each<[string, Caller, string]>([
    ['a branch', { kind: 'branch', branch: 'main' }, 'ref:refs/heads/main'],
    ['an environment', { kind: 'environment', environment: 'prod' }, 'environment:prod'],
    ['pull requests', { kind: 'pull request' }, 'pull_request'],
  ])('lets in %s, and nothing else', (_, caller, own) => {
    const condition = attributeCondition(repository, [caller]);
    const allowed = contexts.filter((context) => evaluateCel(condition, { ...numbers, sub: `${form}:${context}` }));
    expect(allowed).toEqual([own]);
  });
});

describe('attributeCondition', () => {
  const condition = attributeCondition(repository, [{ kind: 'pull request' }]);
  const sub = 'repo:acme/taproom:pull_request';

  test.each<[string, Assertion]>([
    ['a fork', { ...numbers, repository_id: '23', sub: 'repo:mallory/taproom:pull_request' }],
    ['a repository that took over the name', { ...numbers, repository_id: '23', sub }],
    ['an owner who took over the name', { ...numbers, repository_owner_id: '12', sub }],
    ['a token without numbers', { sub }],
    ['a token without a subject', numbers],
  ])('refuses %s', (_, assertion) => {
    expect(evaluateCel(condition, { ...numbers, sub })).toBe(true);
    expect(evaluateCel(condition, assertion)).toBe(false);
  });

  test('never lets in a subject that is not listed', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(evaluateCel(condition, { ...numbers, sub: `${sub}${text}` })).toBe(text === '');
      }),
    );
  });

  test('fits the limit with the longest names of GitHub', () => {
    const longest = { ...repository, owner: 'o'.repeat(39), name: 'r'.repeat(100) };
    const callers: Caller[] = ['dev', 'prod', 'preview'].map((environment) => ({ kind: 'environment', environment }));
    expect(attributeCondition(longest, callers).length).toBeLessThan(longestCondition);
  });
});
