import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { comment } from './comment';
import { checkDrift } from './drift';
import { describePreview } from './preview';
import { reportDrift } from './report-drift';
import { createFakeSurroundings } from './testing/fake-surroundings';

let folder = '';
const report = () => path.join(folder, 'reports', 'dev.md');

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'taproom-reports-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('describePreview', () => {
  test('says the sum in its title', () => {
    const text = 'Previewing update (dev):\n\nResources:\n    + 2 to create\n    ~ 1 to update\n    10 unchanged';
    expect(describePreview('dev', { isGood: true, text })).toMatch(/^### `dev`: 2 to create, 1 to update\n/);
    expect(describePreview('dev', { isGood: true, text: 'Resources:\n    10 unchanged' })).toMatch(/: no changes\n/);
    expect(describePreview('dev', { isGood: false, text: '' })).toMatch(/: the preview failed\n/);
  });

  test('cannot be broken out of', () => {
    const section = describePreview('dev', { isGood: true, text: 'before\n````\n</details> # mine\n````' });
    expect(section).toContain('\n`````\nbefore');
  });

  test('is never longer than a comment', () => {
    expect(describePreview('dev', { isGood: true, text: 'x'.repeat(100_000) }).length).toBeLessThan(30_000);
  });
});

describe('comment', () => {
  const write = () => writeFileSync(path.join(folder, 'dev.md'), '### dev');
  const request = () => ({ topic: 'preview', folder });
  const env = { PULL_REQUEST: '7' };

  test('writes one comment, and later writes it anew', async () => {
    write();
    const first = createFakeSurroundings({ env, github: { 'GET /issues/7/comments': [{ id: 1, body: 'hello' }] } });
    await comment(first, request());
    const body = '<!-- taproom-preview -->\n### dev';
    expect(first.requests.at(-1)).toEqual({
      method: 'POST',
      url: '/repos/acme/taproom/issues/7/comments',
      body: { body },
    });
    const second = createFakeSurroundings({ env, github: { 'GET /issues/7/comments': [{ id: 5, body }] } });
    await comment(second, request());
    expect(second.requests.at(-1)).toMatchObject({ method: 'PATCH', url: '/repos/acme/taproom/issues/comments/5' });
  });

  test.each(['', 'x', '1/../2'])('refuses the pull request %j', async (number) => {
    write();
    await expect(comment(createFakeSurroundings({ env: { PULL_REQUEST: number } }), request())).rejects.toThrow(
      'PULL_REQUEST',
    );
  });
});

describe('checkDrift', () => {
  const env = { IMAGE_REPOSITORY_AWS: 'a/b' };
  const refresh = (answer: object) => {
    writeFileSync(path.join(folder, 'Pulumi.dev.yaml'), 'config: {}\n');
    return createFakeSurroundings({ env, project: folder, programs: { 'pulumi refresh': answer } });
  };
  const check = (answer: object) => checkDrift(refresh(answer), { stack: 'dev', report: report() });

  test('tells drift from none', async () => {
    expect(await check({ code: 0 })).toBe(false);
    const stderr = 'error: no changes were expected but changes were proposed';
    expect(await check({ code: 1, stderr })).toBe(true);
  });

  test('is no answer when the refresh fails', async () => {
    await expect(check({ code: 1, stderr: 'error: AccessDenied' })).rejects.toThrow('cannot be told');
  });

  test('changes nothing', async () => {
    const runner = refresh({ code: 0 });
    await checkDrift(runner, { stack: 'dev', report: report() });
    expect(runner.commands.at(-1)).toMatch(/^pulumi refresh --preview-only --expect-no-changes /);
  });
});

describe('reportDrift', () => {
  const withReport = () => writeFileSync(path.join(folder, 'dev.md'), '### dev');

  test('opens an issue once, and then keeps it up to date', async () => {
    withReport();
    const none = createFakeSurroundings({ github: { 'GET /issues': [] } });
    await reportDrift(none, folder);
    expect(none.requests.at(-1)).toMatchObject({ method: 'POST', body: { labels: ['drift'] } });
    const open = createFakeSurroundings({ github: { 'GET /issues': [{ number: 3 }] } });
    await reportDrift(open, folder);
    expect(open.requests.at(-1)).toMatchObject({ method: 'PATCH', url: '/repos/acme/taproom/issues/3' });
  });

  test('closes it when nothing differs any more', async () => {
    const open = createFakeSurroundings({ github: { 'GET /issues': [{ number: 3 }] } });
    await reportDrift(open, folder);
    expect(open.requests.at(-1)).toMatchObject({ method: 'PATCH', body: { state: 'closed' } });
  });
});
