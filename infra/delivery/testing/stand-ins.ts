import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

export type Call = { program: string; args: readonly string[]; input: string };
export type Answer = { code?: number; stdout?: string; stderr?: string };
/** What a program of the runner does; undefined: it does not know the command. */
export type StandIn = (call: Call) => Promise<Answer | undefined> | Answer | undefined;

/** Programs in a folder for PATH, each of which asks this process what to print. */
export async function startStandIns(
  folder: string,
  programs: Readonly<Record<string, StandIn>>,
): Promise<{ address: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const call = JSON.parse(await readAll(request)) as Call;
    const answer = await Promise.resolve(programs[call.program]?.(call)).catch((error: Error) => ({
      code: 1,
      stderr: `${error.message}\n`,
    }));
    const unknown = { code: 127, stderr: `not simulated: ${call.program} ${call.args.join(' ')}\n` };
    response.end(JSON.stringify(answer ?? unknown));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  mkdirSync(folder, { recursive: true });
  for (const name of Object.keys(programs)) {
    const file = path.join(folder, name);
    writeFileSync(file, scriptOf(name, port));
    chmodSync(file, 0o755);
  }
  return {
    address: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function scriptOf(program: string, port: number): string {
  return `#!${process.execPath}
const input = require('node:fs').readFileSync(0, 'utf8');
fetch('http://127.0.0.1:${port}', {
  method: 'POST',
  body: JSON.stringify({ program: ${JSON.stringify(program)}, args: process.argv.slice(2), input }),
})
  .then((answer) => answer.json())
  .then(({ code = 0, stdout = '', stderr = '' }) => {
    process.stdout.write(stdout);
    process.stderr.write(stderr);
    process.exitCode = code;
  });
`;
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request.setEncoding('utf8')) text += piece;
  return text;
}
