import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const cli = join(__dirname, '..', 'cli.ts');

export type CommandLine = {
  readonly process: ChildProcess;
  /** Of both streams, so far. */
  text(): string;
  /** Waits for it in the output. Throws with the output when the command ends before. */
  sees(pattern: RegExp): Promise<void>;
  readonly ended: Promise<number | null>;
  /** What is left on the machine: files of its temporary folder, and processes that know that folder. */
  leftovers(): string[];
  /** Waits until nothing is left, which takes a moment after a SIGKILL. */
  isGone(): Promise<void>;
  remove(): void;
};

export type CommandOptions = { cwd: string; env?: NodeJS.ProcessEnv; input?: string };

/** `npm run rehearse -- ...args`, as a user types it, with a temporary folder of its own. */
export function startCommandLine(args: readonly string[], { cwd, env, input }: CommandOptions): CommandLine {
  const temporary = mkdtempSync(join(tmpdir(), 'cli-'));
  // Postgres runs as another user where this is root.
  chmodSync(temporary, 0o755);
  const child = spawn(process.execPath, ['--import', require.resolve('tsx'), cli, 'rehearse', ...args], {
    cwd,
    env: { ...process.env, ...env, TMPDIR: temporary },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input ?? '');
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
  }
  let isOver = false;
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      isOver = true;
      resolve(code);
    });
  });
  const leftovers = () => [
    ...readdirSync(temporary).filter((name) => !name.startsWith('tsx-')),
    ...findProcesses(temporary),
  ];
  return {
    process: child,
    text: () => text,
    ended,
    leftovers,
    sees: async (pattern) => {
      while (!pattern.test(text)) {
        if (isOver) throw new Error(`${pattern} was not seen in:\n${text}`);
        await delay(20);
      }
    },
    isGone: async () => {
      for (let attempt = 0; leftovers().length > 0 && attempt < 300; attempt += 1) await delay(100);
    },
    remove: () => rmSync(temporary, { recursive: true, force: true }),
  };
}

/** Processes that were told of a folder: in their arguments, environment or as where they are. */
function findProcesses(folder: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    try {
      const known = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8'));
      const isTold = [...known, readlinkSync(`/proc/${pid}/cwd`)].some((text) => text.includes(folder));
      return isTold ? [`process ${pid}: ${known[0]?.replaceAll('\0', ' ').slice(0, 200)}`] : [];
    } catch {
      // It has ended meanwhile, or is another user's.
      return [];
    }
  });
}
