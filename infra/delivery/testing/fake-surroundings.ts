import type { CommandResult, Surroundings } from '../surroundings';

export type FakeSurroundings = Surroundings & {
  /** Every command, as one line. */
  readonly commands: string[];
  readonly said: string[];
  readonly requests: { method: string; url: string; body: unknown }[];
};

type Options = {
  env?: Record<string, string>;
  project?: string;
  /** What a command answers, by how its line begins; others succeed and print nothing. */
  programs?: Readonly<Record<string, Partial<CommandResult>>>;
  /** What GitHub answers, by method and path without its query. */
  github?: Readonly<Record<string, unknown>>;
};

/** A runner on which nothing runs: for tests of what a command does in which order. */
export function createFakeSurroundings({ env = {}, project = '/nowhere', programs = {}, github = {} }: Options = {}) {
  const commands: string[] = [];
  const said: string[] = [];
  const requests: FakeSurroundings['requests'] = [];
  const surroundings: FakeSurroundings = {
    env: { GITHUB_REPOSITORY: 'acme/taproom', GITHUB_TOKEN: 'token', ...env },
    project,
    commands,
    said,
    requests,
    say: (line) => void said.push(line),
    run: async (program, args) => {
      const line = [program, ...args].join(' ');
      commands.push(line);
      const [, answer] = Object.entries(programs).find(([start]) => line.startsWith(start)) ?? [];
      return { code: 0, stdout: '', stderr: '', ...answer };
    },
    fetch: async (url, { method = 'GET', body } = {}) => {
      const { pathname } = new URL(url);
      requests.push({ method, url: pathname, body: typeof body === 'string' ? JSON.parse(body) : undefined });
      const answer = github[`${method} ${pathname.replace('/repos/acme/taproom', '')}`];
      return new Response(JSON.stringify(answer ?? {}), { status: 200 });
    },
  };
  return surroundings;
}
