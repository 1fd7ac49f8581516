import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

export type CommandOptions = {
  /** Written to the program's standard input, such as a password. */
  input?: string;
  /** Shows the output as it comes; else it is only given back. */
  isShown?: boolean;
};

export type CommandResult = { code: number; stdout: string; stderr: string };

/** What a command of the delivery has around it: the same on GitHub's runners, on a developer's machine and in a test. */
export type Surroundings = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder of Pulumi.yaml. */
  readonly project: string;
  /** Does not throw on failure. */
  run(program: string, args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  say(line: string): void;
  fetch(url: string, init?: RequestInit): Promise<Response>;
};

export function createSurroundings(project: string): Surroundings {
  return {
    env: process.env,
    project,
    say: (line) => console.log(line),
    fetch: (url, init) => fetch(url, init),
    run: (program, args, options) => runIn(project, program, { args, ...options }),
  };
}

function runIn(
  cwd: string,
  program: string,
  { args, input, isShown = false }: CommandOptions & { args: readonly string[] },
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
        if (isShown) process[name].write(text);
      });
    }
    // A program that reads no input may be gone before it was written.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
    child.on('error', (error) => resolve({ code: 127, ...output, stderr: `${output.stderr}${error.message}` }));
    child.on('close', (code) => resolve({ code: code ?? 1, ...output }));
  });
}

/** What the program prints. Throws with what it complained of. */
export async function mustRun(
  { run }: Pick<Surroundings, 'run'>,
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, options);
  if (code === 0) return stdout.trim();
  const words = args.filter((arg) => !arg.startsWith('-')).slice(0, 2);
  const reason = options.isShown ? '' : `: ${stderr.trim() || stdout.trim()}`;
  throw new Error(`${[program, ...words].join(' ')} failed with code ${code}${reason}`);
}

/** Hands a value to the steps that follow, where GitHub runs this. Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-output-parameter */
export function setStepOutput({ env }: Pick<Surroundings, 'env'>, name: string, value: string): void {
  if (!env.GITHUB_OUTPUT) return;
  if (/[\r\n]/.test(value)) throw new Error(`the output ${name} must be one line`);
  appendFileSync(env.GITHUB_OUTPUT, `${name}=${value}\n`);
}

/** A variable of the environment. Throws with its name when it is missing or empty. */
export function getVariable({ env }: Pick<Surroundings, 'env'>, name: string, meaning: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} must be set: ${meaning}`);
  return value;
}
