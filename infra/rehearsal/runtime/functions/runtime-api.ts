import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { FunctionResult } from '../runtime';

/** One invocation, as a function's process asks for it. */
export type RuntimeApi = {
  readonly port: number;
  readonly requestId: string;
  /** What the process answered, in either way. */
  readonly result: Promise<FunctionResult>;
  close(): void;
};

const base = '/2018-06-01/runtime';

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
export async function openRuntimeApi(invocation: {
  payload: string;
  arn: string;
  deadlineMs: number;
}): Promise<RuntimeApi> {
  const requestId = randomUUID();
  let answer: (result: FunctionResult) => void = () => {};
  const result = new Promise<FunctionResult>((resolve) => {
    answer = resolve;
  });
  let isGiven = false;

  const server = createServer((request, response) => void serve(request, response));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const route = `${request.method} ${request.url}`;
    if (route === `GET ${base}/invocation/next`) {
      // A process that asks again waits for the next invocation, which does not come.
      if (isGiven) return;
      isGiven = true;
      response.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': requestId,
        'lambda-runtime-deadline-ms': String(invocation.deadlineMs),
        'lambda-runtime-invoked-function-arn': invocation.arn,
      });
      response.end(invocation.payload);
    } else if (route === `POST ${base}/invocation/${requestId}/response`) {
      accept(response);
      answer({ ok: true, payload: body });
    } else if (route === `POST ${base}/invocation/${requestId}/error` || route === `POST ${base}/init/error`) {
      accept(response);
      answer(parseError(body));
    } else {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ errorType: 'NotFound', errorMessage: `${route} is no operation of this API` }));
    }
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the runtime API listens on a port');
  return {
    port: address.port,
    requestId,
    result,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function accept(response: ServerResponse): void {
  response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function parseError(body: string): FunctionResult {
  const fields = readObject(body);
  const text = (value: unknown, otherwise: string) => (typeof value === 'string' && value !== '' ? value : otherwise);
  return {
    ok: false,
    errorType: text(fields.errorType, 'Runtime.Unknown'),
    errorMessage: text(fields.errorMessage, 'the function gave no message'),
  };
}

function readObject(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
