import { parseArgs } from 'node:util';
import { parse as parseYaml } from 'yaml';

export type RehearseOptions = {
  stack: string;
  json: boolean;
  keep: boolean;
  shell: boolean;
  all: boolean;
  fault?: string;
  /** In place of what the stack file says, by full key. */
  config: Readonly<Record<string, unknown>>;
};

export type Request =
  | { kind: 'help' }
  | { kind: 'rules' }
  | { kind: 'faults' }
  | ({ kind: 'rehearse' } & RehearseOptions);

export const usage = `Rehearses the deployment of a stack, end to end, on this machine: the real Pulumi engine, simulated clouds, the real service.

    npm run rehearse -- [STACK] [options]

    STACK          the stack to rehearse, by its file Pulumi.STACK.yaml (default: dev)
    --all          every step, also those that take the whole beyond a minute
    --keep         deploy, check, then leave it running until Ctrl-C, to open its addresses
    --shell        a shell in which pulumi and curl work against the simulated clouds; nothing is deployed yet
    --config K=V   rehearse with another setting, such as --config 'taproom:targets=[eks]'; V as in the stack file; repeatable
    --fault NAME   put a mistake in, and see the rehearsal find it; --fault list names them
    --json         one JSON document instead of the report
    --rules        what the simulated clouds refuse, each with its source
    --help         this text

Exit code 0 when everything passed, else 1.
`;

/** Wrong options or arguments. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Throws UsageError. Only that the stack and the fault exist is for others to check. */
export function parseRequest(argv: readonly string[]): Request {
  const { values, positionals } = parse(argv);
  if (values.help) return { kind: 'help' };
  if (values.rules) return { kind: 'rules' };
  if (values.fault === 'list') return { kind: 'faults' };
  const [stack = 'dev', ...more] = positionals;
  if (more.length > 0) throw new UsageError(`one stack at a time: ${positionals.join(' ')}`);
  const { all = false, json = false, keep = false, shell = false, fault } = values;
  const config = Object.fromEntries((values.config ?? []).map(parseSetting));
  const modes = Object.entries({ '--json': json, '--keep': keep, '--shell': shell }).filter(([, isSet]) => isSet);
  if (modes.length > 1) throw new UsageError(`${modes.map(([name]) => name).join(' and ')} exclude each other`);
  return { kind: 'rehearse', stack, all, json, keep, shell, config, ...(fault !== undefined && { fault }) };
}

function parseSetting(text: string): [string, unknown] {
  const [, key, value = ''] = /^([^=\s:]+:[^=\s]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined) throw new UsageError(`--config must be NAMESPACE:KEY=VALUE, and not ${text}`);
  try {
    return [key, parseYaml(value)];
  } catch {
    throw new UsageError(`--config ${key}= must be followed by a value as the stack file has it`);
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        all: { type: 'boolean' },
        config: { type: 'string', multiple: true },
        fault: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        json: { type: 'boolean' },
        keep: { type: 'boolean' },
        rules: { type: 'boolean' },
        shell: { type: 'boolean' },
      },
    });
  } catch (error) {
    // Node's own words end with a hint that does not fit here.
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split('. To specify');
    throw new UsageError(first);
  }
}
