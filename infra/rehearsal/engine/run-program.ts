import { type ChildProcess, spawn } from 'node:child_process';

export type ProgramResult = { code: number; stdout: string; stderr: string };

export type RunOptions = {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  timeoutMs?: number;
  /** Every piece of output as it comes, both streams. */
  onOutput?: (text: string) => void;
  /** Ends the program: by SIGINT, which lets an engine write its state, and after a while by SIGKILL. */
  signal?: AbortSignal;
  /** Told when a process group begins and ends, for whoever has to end it should this process be killed. */
  guard?: { watch(processGroup: number): void; forget(processGroup: number): void };
};

/** What an interrupted engine has time for. */
const graceMs = 10_000;

/**
 * Runs a program to its end, in a process group of its own: a Ctrl-C in the terminal reaches it through `signal` only.
 * Does not throw on a non-zero code; a program that cannot be started is code 127, an interrupted one 130.
 */
export function runProgram(command: string, args: readonly string[], options: RunOptions = {}): Promise<ProgramResult> {
  const { cwd, env = process.env, timeoutMs, onOutput, signal, guard } = options;
  if (signal?.aborted) return Promise.resolve({ code: 130, stdout: '', stderr: 'interrupted' });
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGINT',
      detached: true,
    });
    const { pid } = child;
    let kill: NodeJS.Timeout | undefined;
    const interrupt = () => {
      child.kill('SIGINT');
      kill = setTimeout(() => killGroup(child), graceMs);
    };
    const finish = (result: ProgramResult) => {
      clearTimeout(kill);
      signal?.removeEventListener('abort', interrupt);
      if (pid !== undefined) guard?.forget(pid);
      resolve(result);
    };
    if (pid !== undefined) guard?.watch(pid);
    signal?.addEventListener('abort', interrupt, { once: true });

    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      onOutput?.(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      onOutput?.(text);
    });
    child.on('error', (error) => finish({ code: 127, stdout, stderr: stderr + error.message }));
    child.on('close', (code, ending) => finish({ code: code ?? (ending ? 130 : 1), stdout, stderr }));
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
