import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { ContainerSpec, PlatformLogs } from '../runtime';

const pauseMs = 500;

/** Ends a container that uses more memory than it has, as the kernel does for the platforms. Where /proc is missing, nothing does. */
export function limitMemory(child: ChildProcess, { name, limits, logGroup }: ContainerSpec, logs: PlatformLogs): void {
  const limitMiB = limits?.memoryMiB;
  const { pid } = child;
  if (limitMiB === undefined || pid === undefined) return;
  const timer = setInterval(async () => {
    const usedMiB = await readResidentMiB(pid);
    if (usedMiB === undefined || usedMiB <= limitMiB) return;
    clearInterval(timer);
    logs.append(logGroup, `${name}: memory limit of ${limitMiB} MiB exceeded with ${Math.round(usedMiB)} MiB used`);
    child.kill('SIGKILL');
  }, pauseMs);
  timer.unref();
  child.once('exit', () => clearInterval(timer));
}

/** Undefined where it cannot be told. Source: proc(5), VmRSS. */
async function readResidentMiB(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return kib === undefined ? undefined : Number(kib) / 1_024;
}
