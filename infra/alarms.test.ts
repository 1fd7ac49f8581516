import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type AlarmKind, alarms, describeAlarm, errorRatioOf, runbookOf } from './alarms';

const root = path.join(__dirname, '..');
const kinds = Object.keys(alarms) as AlarmKind[];
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

describe('runbooks', () => {
  test('are one for each alarm, and no others', () => {
    // What holds for every alarm of a cloud has a page of its own.
    const pages = readdirSync(path.join(root, 'docs', 'runbooks')).filter((file) => !/^(README|on-.*)\.md$/.test(file));
    expect(pages.sort()).toEqual(kinds.map((kind) => `${kind}.md`).sort());
  });

  test.each(kinds)('%s says how to look, why, what to do and how to silence', (kind) => {
    const text = read(runbookOf(kind));
    expect(text).toMatch(`# ${alarms[kind].title}\n`);
    for (const part of ['Look', 'Likely causes', 'Do', 'Silence']) expect(text).toContain(`\n## ${part}\n`);
    expect(read('docs/runbooks/README.md')).toContain(`[${kind}](${kind}.md)`);
  });

  test.each(kinds)('%s links pages that exist', (kind) => {
    const links = [...read(runbookOf(kind)).matchAll(/\]\(([\w-]+)\.md\)/g)].map(([, page]) => page);
    for (const page of links) expect(kinds).toContain(page);
  });
});

test.each(kinds)('the message of %s names its limit and its runbook', (kind) => {
  expect(describeAlarm(kind)).toContain(`${alarms[kind].threshold.value} ${alarms[kind].threshold.unit}`);
  expect(describeAlarm(kind)).toMatch(new RegExp(`docs/runbooks/${kind}\\.md$`));
  // CloudWatch's longest description. Source: API_PutMetricAlarm.
  expect(describeAlarm(kind).length).toBeLessThanOrEqual(1_024);
});

test('a burn rate is a multiple of what the objective allows', () => {
  expect(errorRatioOf('slo-fast-burn')).toBe(0.0144);
  expect(errorRatioOf('slo-slow-burn')).toBe(0.006);
});
