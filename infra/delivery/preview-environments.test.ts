import { destroyPreview, findOrphans, sweepPreviews } from './preview-environments';
import { createFakeSurroundings } from './testing/fake-surroundings';

const labelled = (number: number, ...names: string[]) => ({ number, labels: names.map((name) => ({ name })) });
const stacks = (...names: string[]) => ({
  'pulumi stack ls': { stdout: JSON.stringify(names.map((name) => ({ name: `organization/taproom/${name}` }))) },
});

describe('findOrphans', () => {
  test('keeps what is open and labelled, and every stack that is no preview', () => {
    const open = [labelled(1, 'preview'), labelled(2, 'bug'), labelled(10)];
    expect(findOrphans(['dev', 'prod', 'pull1', 'pull2', 'pull3', 'pull10', 'pullx', 'pull01'], open)).toEqual([
      'pull2',
      'pull3',
      'pull10',
    ]);
  });
});

describe('destroyPreview', () => {
  test.each(['dev', 'prod', 'pullx', 'pull1x', 'PULL1', undefined])('refuses %s', async (stack) => {
    const runner = createFakeSurroundings({ programs: stacks('dev', 'prod') });
    await expect(destroyPreview(runner, stack)).rejects.toThrow(/no preview environment|the stack must be/);
    expect(runner.commands).toEqual([]);
  });

  test('has nothing to do for a stack that never was', async () => {
    const runner = createFakeSurroundings({ programs: stacks('dev') });
    await destroyPreview(runner, 'pull7');
    expect(runner.commands.join()).not.toContain('destroy');
  });
});

describe('sweepPreviews', () => {
  test('touches no stack whose pull request is open', async () => {
    const github = { 'GET /pulls': [labelled(7, 'preview')] };
    const runner = createFakeSurroundings({ programs: stacks('dev', 'pull7'), github });
    await sweepPreviews(runner);
    expect(runner.commands.join()).not.toMatch(/destroy|rm/);
  });
});
