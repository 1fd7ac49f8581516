import { listPurposes } from './purposes';

const purposes = listPurposes({ stacks: ['dev', 'prod'], previewedStacks: ['dev'], branch: 'main' });

describe('listPurposes', () => {
  test('lets environments of GitHub write, and nobody else', () => {
    const writing = purposes.filter(({ use }) => use === 'write');
    expect(writing.map(({ name }) => name)).toEqual(['up-dev', 'up-prod', 'up-preview']);
    for (const { callers, environment } of writing) expect(callers).toEqual([{ kind: 'environment', environment }]);
  });

  test('lets a pull request read what may be previewed, and push nothing', () => {
    const reachable = purposes.filter(({ callers }) => callers.some(({ kind }) => kind === 'pull request'));
    expect(reachable).toMatchObject([{ name: 'preview', use: 'read', stacks: ['dev'], pushesImages: false }]);
  });

  test('gives each writer stacks of its own', () => {
    const written = purposes.filter(({ use }) => use === 'write').flatMap(({ stacks }) => stacks);
    expect(written).toEqual(['dev', 'prod', 'pull*']);
    const isWithin = (stack: string, pattern: string) => stack.startsWith(pattern.replace('*', ''));
    expect(['dev', 'prod'].filter((stack) => isWithin(stack, 'pull*'))).toEqual([]);
  });

  test('has names that a Google account can end in', () => {
    const longest = listPurposes({ stacks: ['s'.repeat(12)], previewedStacks: [], branch: 'main' });
    for (const { name } of longest) expect(`taproom-ci-${name}`.length).toBeLessThanOrEqual(30);
  });
});
