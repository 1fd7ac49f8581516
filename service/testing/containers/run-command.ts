import { execFile } from 'node:child_process';

export type CommandResult = { code: number; stdout: string; stderr: string };
export type CommandOptions = { cwd?: string; env?: Readonly<Record<string, string>>; timeoutMs?: number };

/** Runs a program to its end, whatever its exit code. `code` is 124 when it was ended for taking too long. */
export function tryCommand(
  program: string,
  args: readonly string[],
  { cwd, env, timeoutMs = 600_000 }: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const settings = { cwd, env: { ...process.env, ...env }, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 };
    execFile(program, [...args], settings, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (error.killed) resolve({ code: 124, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
      else reject(error);
    });
  });
}

/** Gives what the program wrote to its standard output, trimmed. Throws when its exit code is not 0. */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await tryCommand(program, args, options);
  if (code === 0) return stdout.trim();
  const tail = `${stdout}${stderr}`.slice(-4_000);
  throw new Error(`${program} ${args.slice(0, 4).join(' ')} ended with ${code}:\n${tail}`);
}
