import path from 'node:path';
import { parseArgs } from 'node:util';
import { commands } from './commands';
import { createSurroundings } from './surroundings';

async function main(words: readonly string[]): Promise<void> {
  const [name = '', ...rest] = words;
  const command = commands[name];
  if (command === undefined) {
    const lines = Object.entries(commands).map(([key, { usage }]) => `  ${`${key} ${usage}`.trimEnd()}`);
    throw new Error(`usage: npx tsx infra/delivery/cli.ts COMMAND\n${lines.join('\n')}`);
  }
  const { positionals, values } = parseArgs({
    args: rest,
    allowPositionals: true,
    options: { like: { type: 'string' }, report: { type: 'string', default: path.join('reports', `${name}.md`) } },
  });
  await command.run(createSurroundings(path.resolve(__dirname, '../..')), positionals, values);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
