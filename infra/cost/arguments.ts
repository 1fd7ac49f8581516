import { defaultLoad, type Load } from './load';

export const usage = `npm run cost -- STACK [options]

What the stack costs in a month, by resource, idle and at a load, from the price table in infra/cost. Asks no cloud.

  --rps N         requests a second, on average (${defaultLoad.requestsPerSecond})
  --ms N          how long each keeps a vCPU busy (${defaultLoad.msPerRequest})
  --gb-out N      GB a month to users (${defaultLoad.gbOut})
  --stored-gb N   GB of rows (${defaultLoad.storedGb})
  --json          for machines
  --docs          write docs/cost.md, of the example stacks`;

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type CostRequest =
  | { kind: 'help' }
  | { kind: 'docs' }
  | { kind: 'stack'; stack: string; load: Load; isJson: boolean };

const amounts: Readonly<Record<string, keyof Load>> = {
  '--rps': 'requestsPerSecond',
  '--ms': 'msPerRequest',
  '--gb-out': 'gbOut',
  '--stored-gb': 'storedGb',
};

/** Throws UsageError that names the argument and what is allowed. */
export function parseRequest(args: readonly string[]): CostRequest {
  const load = { ...defaultLoad };
  const stacks: string[] = [];
  let isJson = false;
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] ?? '';
    const amount = amounts[argument];
    if (argument === '--help') return { kind: 'help' };
    if (argument === '--docs') return { kind: 'docs' };
    if (argument === '--json') isJson = true;
    else if (amount !== undefined) {
      index += 1;
      load[amount] = parseAmount(argument, args[index]);
    } else if (argument.startsWith('-')) {
      throw new UsageError(`${argument} is no option: choose from ${Object.keys(amounts).join(', ')}, --json, --docs`);
    } else stacks.push(argument);
  }
  const [stack] = stacks;
  if (stack === undefined || stacks.length > 1) throw new UsageError('name one stack: npm run cost -- STACK');
  return { kind: 'stack', stack, load, isJson };
}

function parseAmount(option: string, text: string | undefined): number {
  const amount = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(amount) || amount < 0) throw new UsageError(`${option} must be a number, 0 or more`);
  return amount;
}
