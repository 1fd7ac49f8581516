import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const pattern = /^rehearsal-(?:[a-z]+-)?(\d+)-/;

/** A new temporary folder whose name tells the process that owns it: `rehearsal-4711-x7Yz`, `rehearsal-runtime-4711-...`. */
export function makeRunFolder(part = ''): Promise<string> {
  return mkdtemp(join(tmpdir(), `rehearsal-${part && `${part}-`}${process.pid}-`));
}

/** Removes the folders of runs whose process is gone, as after a loss of power. Gives how many there were. */
export async function sweepDeadRuns(): Promise<number> {
  const names = await readdir(tmpdir());
  const dead = names.filter((name) => {
    const [, owner] = pattern.exec(name) ?? [];
    return owner !== undefined && !isAlive(Number(owner));
  });
  for (const name of dead) await rm(join(tmpdir(), name), { recursive: true, force: true });
  return dead.length;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is another user's, and lives.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
