import { once } from 'node:events';
import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { createServer } from 'node:https';
import type { Certificate } from '../certificates/certificate-authority';
import type { Container, Front, FrontSpec, PlatformLogs } from '../runtime';
import { createBackendPool, type Member } from './backend-pool';
import type { Traffic } from './traffic';

export type FrontOptions = {
  certificate: Certificate;
  logs: PlatformLogs;
  traffic: Traffic;
  localPort(container: Container, port: number): number | undefined;
};

/** More than any platform takes: what is too long is the backend's to judge. */
const maxHeaderSize = 128 * 1_024;
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

/** An HTTPS front end, as the platforms have one: ends TLS, says who asked, and hands the request to a backend. */
export async function openFront(
  spec: FrontSpec,
  { certificate, logs, traffic, localPort }: FrontOptions,
): Promise<Front> {
  const pool = createBackendPool(spec.maxConcurrency);
  const server = createServer(
    { cert: certificate.certificate, key: certificate.key, maxHeaderSize, keepAliveTimeout: 60_000 },
    (incoming, response) => void serve(incoming, response),
  );
  server.on('tlsClientError', () => {});

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    response.once('close', () => logRequest(incoming, response, performance.now() - startedAt));
    const { method = 'GET', url = '/', headers } = incoming;
    const [path = '/'] = url.split('?');
    const own = spec.answer?.({ method, path, host: headers.host ?? '' });
    if (own) {
      response.writeHead(own.status, own.headers).end(method === 'HEAD' ? undefined : own.body);
      return;
    }
    const limit = AbortSignal.timeout(Math.ceil(spec.requestTimeoutSeconds * 1_000));
    const member = await pool.acquire(limit);
    if (!member) {
      return limit.aborted
        ? answerText(response, 504, 'upstream request timeout')
        : answerText(response, 503, 'no healthy upstream');
    }
    traffic.enter(member.container);
    try {
      await forward(member, { incoming, response, limit });
    } finally {
      traffic.leave(member.container);
      pool.release(member);
    }
  }

  /** Resolves when the request is over, in whatever way. */
  async function forward(
    member: Member,
    { incoming, response, limit }: { incoming: IncomingMessage; response: ServerResponse; limit: AbortSignal },
  ): Promise<void> {
    const hasBody =
      incoming.headers['content-length'] !== undefined || incoming.headers['transfer-encoding'] !== undefined;
    const head = hasBody ? await readHead(incoming) : Buffer.alloc(0);
    for (const isRetry of [false, true]) {
      const port = localPort(member.container, member.port);
      if (port === undefined) return answerText(response, 503, 'upstream connect error: connection refused');
      const outgoing = request({
        host: '127.0.0.1',
        port,
        method: incoming.method,
        path: incoming.url,
        headers: forwardedHeaders(incoming),
        // A kept connection may end just when it is used again; only what has no body can then be sent once more.
        agent: hasBody || isRetry ? false : member.agent,
      });
      const outcome = await exchange({ incoming, head, outgoing, response, limit });
      if (outcome === 'done') return;
      if (outcome === 'timeout') return answerText(response, 504, 'upstream request timeout');
      if (!outgoing.reusedSocket)
        return answerText(response, 503, 'upstream connect error or disconnect before headers');
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

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('a front listens on a port');
  return {
    url: `https://127.0.0.1:${address.port}`,
    setBackends: pool.replace,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      pool.close();
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

/** As every front end does it: the caller's address is added to what the caller claims, the rest is set anew. */
function forwardedHeaders(incoming: IncomingMessage): IncomingHttpHeaders {
  const claimed = incoming.headers['x-forwarded-for'];
  const caller = incoming.socket.remoteAddress ?? '';
  const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !hopByHop.has(name)));
  const isChunked = incoming.headers['transfer-encoding'] !== undefined;
  return {
    ...headers,
    ...(isChunked && { 'transfer-encoding': 'chunked' }),
    'x-forwarded-for': claimed === undefined ? caller : `${[claimed].flat().join(', ')}, ${caller}`,
    'x-forwarded-proto': 'https',
  };
}

function withoutHopByHop(raw: readonly string[]): string[] {
  return raw.filter((_, index) => !hopByHop.has((raw[index - (index % 2)] ?? '').toLowerCase()));
}

function answerText(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
}
