import { spawn } from 'node:child_process';

export type ProgramResult = { code: number; stdout: string; stderr: string };

export type RunOptions = {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  timeoutMs?: number;
  /** Every piece of output as it comes, both streams. */
  onOutput?: (text: string) => void;
  signal?: AbortSignal;
};

/** Runs a program to its end. Does not throw on a non-zero code; a program that cannot be started is code 127. */
export function runProgram(command: string, args: readonly string[], options: RunOptions = {}): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
      signal: options.signal,
      // SIGINT lets the engine write its state and end its own children.
      killSignal: 'SIGINT',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      options.onOutput?.(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      options.onOutput?.(text);
    });
    child.on('error', (error) => resolve({ code: 127, stdout, stderr: stderr + error.message }));
    child.on('close', (code, signal) => resolve({ code: code ?? (signal ? 130 : 1), stdout, stderr }));
  });
}
