import { join } from 'node:path';
import { type CommandLine, type CommandOptions, startCommandLine } from '../rehearsal/testing/command-line';

const repository = join(__dirname, '..', '..');
const started: CommandLine[] = [];

/** `npm run rehearse -- ...args` in this repository, beside the test. */
export function startRehearsal(args: readonly string[], options: Partial<CommandOptions> = {}): CommandLine {
  const command = startCommandLine(args, { cwd: repository, ...options });
  started.push(command);
  return command;
}

export async function rehearse(args: readonly string[], options: Partial<CommandOptions> = {}) {
  const command = startRehearsal(args, options);
  const code = await command.ended;
  return { code, text: command.text(), leftovers: command.leftovers() };
}

/** Ends what a failed test left running. */
export function stopRehearsals(): void {
  for (const command of started) {
    command.process.kill('SIGKILL');
    command.remove();
  }
}
