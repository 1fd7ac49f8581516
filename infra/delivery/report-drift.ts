import { existsSync } from 'node:fs';
import { openGitHub } from './github';
import { readReports } from './report';
import type { Surroundings } from './surroundings';

const label = 'drift';
const title = 'The deployed stacks differ from the program';
const longestBody = 60_000;

/** Keeps one open issue while anything differs, with what differs now; closes it when nothing does. */
export async function reportDrift(surroundings: Surroundings, folder: string | undefined): Promise<void> {
  if (folder === undefined) throw new Error('usage: report-drift FOLDER');
  const report = existsSync(folder) ? readReports(folder) : '';
  const github = openGitHub(surroundings);
  const [open] = await github.listOpenIssues(label);
  if (report === '') {
    if (open !== undefined) await github.updateIssue(open.number, { state: 'closed' });
    surroundings.say(open === undefined ? 'nothing has drifted' : `closed issue ${open.number}: nothing has drifted`);
    return;
  }
  const body = `${describeWhatToDo()}\n\n${report.slice(0, longestBody)}`;
  if (open === undefined) await github.openIssue({ title, body, labels: [label] });
  else await github.updateIssue(open.number, { body });
  surroundings.say(open === undefined ? 'opened an issue' : `updated issue ${open.number}`);
}

function describeWhatToDo(): string {
  return [
    'Somebody or something changed what the program made. For each change either put it into the program, or take it back:',
    'run the deploy workflow again (`pulumi up` writes what the program says), or `pulumi refresh` where the change stays.',
  ].join(' ');
}
