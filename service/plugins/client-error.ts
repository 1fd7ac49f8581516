import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config';
import { Problem } from '../errors';
import type { Logger } from '../logging';
import { requestId } from './request-context';

/** What Node keeps at a connection: the answer that is due, and the request that was read last. */
type HttpSocket = Socket & {
  _httpMessage?: ServerResponse<IncomingMessage> | null;
  parser?: { incoming?: IncomingMessage | null } | null;
};
export type ClientErrorAnswer = (error: NodeJS.ErrnoException, socket: Socket) => void;

/**
 * Answers what Node's HTTP parser refuses: there is no request yet, only a socket.
 * https://nodejs.org/api/http.html#event-clienterror
 */
export function buildClientErrorAnswer(config: Config, logger: Logger): ClientErrorAnswer {
  // The parser reports every further chunk of a connection that it has given up.
  const ending = new WeakSet<Socket>();
  return (error, socket: HttpSocket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    if (ending.has(socket)) return;
    ending.add(socket);
    const problem = toParserProblem(error.code);
    // The rest of a request that was refused before its body was read has its answer already.
    if (!socket._httpMessage && socket.parser?.incoming?.complete === false) socket.destroy();
    else if (socket._httpMessage) endAfter(socket._httpMessage, problem, socket);
    else sendProblem(problem, socket, { config, logger });
  };
}

/** Requests that Node parses but does not hand over: https://nodejs.org/api/http.html#event-checkexpectation, #event-connect */
export function refuseUnsupported(app: FastifyInstance, config: Config, logger: Logger): void {
  app.server.on('checkExpectation', (request: IncomingMessage) => {
    const problem = new Problem('expectation_failed', 'The header Expect may only be 100-continue');
    sendProblem(problem, request.socket, { config, logger });
  });
  app.server.on('connect', (_request, socket) => {
    sendProblem(new Problem('bad_request', 'CONNECT is not supported'), socket as Socket, { config, logger });
  });
}

/**
 * A request of this connection is under way. Where the parser failed in its body, the failure is its answer. Otherwise
 * what failed came after it: it is answered as if nothing had happened, for what it wrote may be stored by then.
 */
function endAfter(response: ServerResponse<IncomingMessage>, problem: Problem, socket: Socket): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
  response.once('finish', () => socket.destroySoon());
  const { req } = response;
  if (req.complete) return;
  const isRead = () => req.listenerCount('error') > 0;
  if (isRead()) req.emit('error', problem);
  // Its body is not being read yet, and never will be if it is refused for another reason.
  else
    req.on('newListener', (event) => event === 'error' && setImmediate(() => isRead() && req.emit('error', problem)));
}

function sendProblem(problem: Problem, socket: Socket, { config, logger }: { config: Config; logger: Logger }): void {
  const id = requestId({ headers: {} });
  const body = JSON.stringify(problem.body(id));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Service-Version: ${config.SERVICE_VERSION}`,
    `X-Request-Id: ${id}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ].join('\r\n');
  logger.info({ route: 'unknown', status: problem.status, requestId: id, reason: problem.message }, 'request');
  socket.end(`${head}\r\n\r\n${body}`);
}

function toParserProblem(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new Problem('headers_too_large', 'The request line and headers must be at most 32 KiB');
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem('request_timeout', 'The request took too long to arrive');
  return new Problem('bad_request', 'The request is not valid HTTP');
}
