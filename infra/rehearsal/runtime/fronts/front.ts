import { once } from 'node:events';
import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { Certificate } from '../certificates/certificate-authority';
import type { Container, Front, FrontAnswer, FrontFailure, FrontSpec, PlatformLogs } from '../runtime';
import { type BackendPool, createBackendPool, type Member } from './backend-pool';
import { createFrontServer } from './front-server';
import type { Traffic } from './traffic';

export type FrontOptions = {
  /** A certificate for this machine and these names. */
  issue(names: readonly string[]): Certificate;
  logs: PlatformLogs;
  traffic: Traffic;
  localPort(container: Container, port: number): number | undefined;
};

const readAheadBytes = 256 * 1_024;

/** Of one connection only. Source: RFC 9110, section 7.6.1 */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** A front end, as the platforms have one: ends TLS, says who asked, and hands the request to a backend. */
export async function openFront(spec: FrontSpec, { issue, logs, traffic, localPort }: FrontOptions): Promise<Front> {
  const pools = new Map<string, BackendPool>();
  const { scheme = 'https', certificateNames = () => [], failure = failInText } = spec;
  const server = createFrontServer(scheme, { issue, names: certificateNames }, (incoming, response) => {
    void serve(incoming, response);
  });

  function poolOf(name: string): BackendPool {
    const pool = pools.get(name) ?? createBackendPool(spec.maxConcurrency);
    pools.set(name, pool);
    return pool;
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    response.once('close', () => logRequest(incoming, response, performance.now() - startedAt));
    const limit = AbortSignal.timeout(Math.ceil(spec.requestTimeoutSeconds * 1_000));
    const head = await readHead(incoming);
    const fate = spec.answer?.(describeRequest(incoming, head.length)) ?? { pool: '' };
    if (!('pool' in fate)) return send(response, fate, incoming.method);
    const pool = poolOf(fate.pool);
    const member = await pool.acquire(limit);
    if (!member) return send(response, failure(limit.aborted ? 'timeout' : 'no backend'));
    traffic.enter(member.container);
    try {
      await forward(member, { incoming, head, response, limit });
    } finally {
      traffic.leave(member.container);
      pool.release(member);
      if (response.headersSent) spec.onAnswer?.({ container: member.container, status: response.statusCode });
    }
  }

  /** Resolves when the request is over, in whatever way. */
  async function forward(
    member: Member,
    { incoming, head, response, limit }: Omit<Exchange, 'outgoing'>,
  ): Promise<void> {
    for (const isRetry of [false, true]) {
      const port = localPort(member.container, member.port);
      if (port === undefined) return send(response, failure('lost'));
      const outgoing = request({
        host: '127.0.0.1',
        port,
        method: incoming.method,
        path: incoming.url,
        headers: forwardedHeaders(incoming, spec),
        // A kept connection may end just when it is used again; only what has no body can then be sent once more.
        agent: hasBody(incoming) || isRetry ? false : member.agent,
      });
      const outcome = await exchange({ incoming, head, outgoing, response, limit });
      if (outcome === 'done') return;
      if (outcome === 'timeout') return send(response, failure('timeout'));
      if (!outgoing.reusedSocket) return send(response, failure('lost'));
    }
  }

  function logRequest(incoming: IncomingMessage, response: ServerResponse, durationMs: number): void {
    if (spec.logGroup === undefined) return;
    const { method, url, socket } = incoming;
    const line = {
      method,
      path: url,
      status: response.statusCode,
      remoteIp: socket.remoteAddress,
      durationMs: Math.round(durationMs),
    };
    logs.append(spec.logGroup, JSON.stringify({ httpRequest: line }));
  }

  server.listen(spec.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('a front listens on a port');
  return {
    url: `${scheme}://127.0.0.1:${address.port}`,
    setBackends: (backends, pool = '') => poolOf(pool).replace(backends),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      for (const pool of pools.values()) pool.close();
      await closed;
    },
  };
}

type Exchange = {
  incoming: IncomingMessage;
  /** Of the body; what follows is still in `incoming`. */
  head: Buffer;
  outgoing: ClientRequest;
  response: ServerResponse;
  limit: AbortSignal;
};

/** Sends the request and passes the answer on. "lost": the connection ended before an answer began. */
function exchange({ incoming, head, outgoing, response, limit }: Exchange): Promise<'done' | 'lost' | 'timeout'> {
  return new Promise((resolve) => {
    let hasAnswered = false;
    const onLimit = () => outgoing.destroy(new Error('the request took too long'));
    const onClientGone = () => outgoing.destroy();
    const finish = (outcome: 'done' | 'lost' | 'timeout') => {
      limit.removeEventListener('abort', onLimit);
      response.off('close', onClientGone);
      // The answer has begun, so that the client can only see that it ends too early.
      if (hasAnswered && outcome !== 'done') response.destroy();
      resolve(hasAnswered || response.destroyed ? 'done' : outcome);
    };
    limit.addEventListener('abort', onLimit, { once: true });
    response.once('close', onClientGone);
    outgoing.once('error', () => finish(limit.aborted ? 'timeout' : 'lost'));
    outgoing.once('response', (answer) => {
      hasAnswered = true;
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, withoutHopByHop(answer.rawHeaders));
      response.flushHeaders();
      answer.pipe(response);
      answer.once('error', () => finish('lost'));
      answer.once('close', () => finish(answer.complete ? 'done' : 'lost'));
    });
    if (incoming.readableEnded || head.length === 0) outgoing.end(head);
    else {
      outgoing.write(head);
      incoming.pipe(outgoing);
    }
  });
}

/**
 * The body, up to a limit, before any of it is passed on, as buffering front ends do: a backend that answers and closes without
 * having read it would else be lost with its answer. Less than all when the client goes away.
 */
async function readHead(incoming: IncomingMessage): Promise<Buffer> {
  if (!hasBody(incoming)) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > readAheadBytes) break;
    }
  } catch {
    // The client is gone: the response is closed too.
  }
  return Buffer.concat(chunks);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

function describeRequest(incoming: IncomingMessage, bodyBytes: number) {
  const { method = 'GET', url = '/', headers, socket } = incoming;
  const [path = '/', ...query] = url.split('?');
  const remoteAddress = socket.remoteAddress ?? '';
  return { method, path, query: query.join('?'), host: headers.host ?? '', headers, bodyBytes, remoteAddress };
}

/** As every front end does it: the caller's address is added to what the caller claims, the rest is set anew. */
function forwardedHeaders(
  incoming: IncomingMessage,
  { scheme = 'https', forwardedFor = 'append', addHeaders }: FrontSpec,
): IncomingHttpHeaders {
  const claimed = incoming.headers['x-forwarded-for'];
  const callers = [...(claimed === undefined ? [] : [claimed].flat()), incoming.socket.remoteAddress ?? ''];
  const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !hopByHop.has(name)));
  if (forwardedFor === 'remove') delete headers['x-forwarded-for'];
  return {
    ...headers,
    ...(incoming.headers['transfer-encoding'] !== undefined && { 'transfer-encoding': 'chunked' }),
    ...(forwardedFor === 'append' && { 'x-forwarded-for': callers.join(', ') }),
    'x-forwarded-proto': scheme,
    ...addHeaders?.(),
  };
}

function withoutHopByHop(raw: readonly string[]): string[] {
  return raw.filter((_, index) => !hopByHop.has((raw[index - (index % 2)] ?? '').toLowerCase()));
}

const failures: Readonly<Record<FrontFailure, { status: number; body: string }>> = {
  'no backend': { status: 503, body: 'no healthy upstream' },
  lost: { status: 503, body: 'upstream connect error or disconnect before headers' },
  timeout: { status: 504, body: 'upstream request timeout' },
};

function failInText(kind: FrontFailure): FrontAnswer {
  return { ...failures[kind], headers: { 'content-type': 'text/plain' } };
}

function send(response: ServerResponse, { status, headers, body }: FrontAnswer, method?: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, headers).end(method === 'HEAD' ? undefined : body);
}
