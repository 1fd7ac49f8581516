import type { ProgramResult } from '../engine/run-program';

/**
 * What a failed engine run says is wrong, without the tables around it; of changes that nobody expected, each resource and
 * what differs. All that it said when it has neither.
 */
export function extractDiagnostics({ stdout, stderr }: Pick<ProgramResult, 'stdout' | 'stderr'>): string {
  const lines = stdout.split('\n');
  const start = lines.findIndex((line) => /^Diagnostics:/.test(line));
  const changes = lines.filter((line) => / \[diff: /.test(line)).map((line) => line.trim());
  const errors = `${stdout}\n${stderr}`.split('\n').filter((line) => /^error: /.test(line));
  if (start < 0 && changes.length > 0) return [...errors, ...changes].join('\n');
  if (start < 0) return `${stdout}${stderr}`.trim();
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^(Outputs|Resources|Duration|Policies):?/.test(line));
  const told = rest.slice(0, end < 0 ? undefined : end);
  return [...told, stderr].join('\n').trim();
}

/** The line `Resources:` and its counts, as one: "3 created, 1 updated". Empty when nothing was told. */
export function summariseResources(stdout: string): string {
  const [, part = ''] = /^Resources:\n((?:[ ]{4}.*\n?)+)/m.exec(stdout) ?? [];
  return part
    .split('\n')
    .map((line) => line.trim().replace(/^(\+-|[-+~])\s*/, ''))
    .filter((line) => line !== '' && !/^\d+ changes?\./.test(line))
    .join(', ');
}
