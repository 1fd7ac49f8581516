import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a function answered: exactly one of the two, as JSON. */
export type InvocationResult = { response: unknown } | { error: { errorType: string; errorMessage: string } };

/** AWS Lambda's side of the Runtime API: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
export type LambdaRuntimeApi = {
  port: number;
  /** Hands the event to the next function that asks for one. Resolves with its answer; waits as long as that takes. */
  invoke(event: unknown): Promise<InvocationResult>;
  /** Resolves when a function is waiting for an event. */
  idle(): Promise<void>;
  close(): Promise<void>;
};

type Invocation = { id: string; event: unknown; resolve: (result: InvocationResult) => void };

const prefix = '/2018-06-01/runtime/invocation/';

/** Listens on a free port of `host`. Answers anything that the real API does not know as it does: 403 or 404. */
export async function startLambdaRuntimeApi(host = '127.0.0.1'): Promise<LambdaRuntimeApi> {
  const queue: Invocation[] = [];
  const running = new Map<string, Invocation>();
  const waiting: ServerResponse[] = [];
  const idleListeners: (() => void)[] = [];

  const dispatch = () => {
    while (waiting.length > 0 && queue.length > 0) {
      const [answer, invocation] = [waiting.shift() as ServerResponse, queue.shift() as Invocation];
      running.set(invocation.id, invocation);
      answer.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': invocation.id,
        'lambda-runtime-deadline-ms': String(Date.now() + 60_000),
        'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-central-1:123456789012:function:migrate',
      });
      answer.end(JSON.stringify(invocation.event));
    }
    if (waiting.length > 0) for (const resolve of idleListeners.splice(0)) resolve();
  };
  const finish = async (request: IncomingMessage, answer: ServerResponse, [id, kind]: string[]) => {
    const body = JSON.parse(await readText(request));
    const invocation = running.get(id ?? '');
    if (invocation === undefined || !['response', 'error'].includes(kind ?? '')) {
      answer.writeHead(403).end('{"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}');
      return;
    }
    running.delete(invocation.id);
    answer.writeHead(202).end('{"status":"OK"}');
    invocation.resolve(kind === 'response' ? { response: body } : { error: body });
  };
  const server = createServer((request, answer) => {
    const path = request.url?.startsWith(prefix) ? request.url.slice(prefix.length) : undefined;
    if (request.method === 'GET' && path === 'next') {
      waiting.push(answer);
      answer.once('close', () => waiting.splice(waiting.indexOf(answer), waiting.includes(answer) ? 1 : 0));
      dispatch();
    } else if (request.method === 'POST' && path !== undefined) {
      finish(request, answer, path.split('/')).catch(() => answer.writeHead(400).end());
    } else {
      answer.writeHead(404).end();
    }
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    invoke: (event) =>
      new Promise((resolve) => {
        queue.push({ id: randomUUID(), event, resolve });
        dispatch();
      }),
    idle: () => new Promise((resolve) => (waiting.length > 0 ? resolve() : idleListeners.push(resolve))),
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
