import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { sweep } from './gcp/sweep';

/** What a program prints. Rejects when it is missing or fails. */
async function run(program: string, args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)(program, [...args])).stdout.trim();
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw isMissing ? new Error(`${program} must be installed and on PATH`, { cause }) : cause;
  }
}

/** `npm run sweep -- STACK`: removes what Google kept busy while `pulumi destroy` ran. Gives the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const [stack] = args;
  if (stack === undefined || args.length > 1) throw new Error('usage: npm run sweep -- STACK');
  const pulumi = (...command: string[]) => run('pulumi', [...command, '--stack', stack]);
  const state = JSON.parse(await pulumi('stack', 'export')) as { deployment: { resources?: unknown[] } };
  // One is the stack itself.
  if ((state.deployment.resources?.length ?? 0) > 1) {
    throw new Error(`the stack ${stack} still has resources: run pulumi destroy first`);
  }
  const request = {
    identity: { project: projectName(), stack },
    project: await pulumi('config', 'get', 'gcp:project'),
    region: await pulumi('config', 'get', 'gcp:region'),
  };
  const { removed, busy } = await sweep(request, (command) => run('gcloud', command));
  for (const what of removed) console.log(`removed ${what}`);
  for (const { what, reason } of busy) console.error(`still busy, try again in an hour: ${what} (${reason})`);
  if (removed.length + busy.length === 0) console.log('nothing to remove');
  return busy.length === 0 ? 0 : 1;
}

function projectName(): string {
  const file = path.join(__dirname, '..', 'Pulumi.yaml');
  return String((parse(readFileSync(file, 'utf8')) as { name: unknown }).name);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
