import type { RehearsalResult } from './rehearse';

/** The end of the report: what was checked, what it costs, what was not as in a cloud, and what only a real run shows. */
export function describeResult({ checked, notes, onlyARealRun, cost }: RehearsalResult): string {
  const width = Math.max(0, ...[...checked.keys()].map((what) => what.length));
  const table = [...checked].map(([what, count]) => `    ${what.padEnd(width)}  ${count}`);
  return [
    section('Checked', table),
    section('What it would cost', (cost?.lines ?? []).map(indent)),
    section('Not as in a cloud', notes.map(indent)),
    section('What only a real run can show', onlyARealRun.map(indent)),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [`\n${title}`, ...lines].join('\n');
}

function indent(line: string): string {
  return `    ${line}`;
}
