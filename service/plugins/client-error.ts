import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Config } from '../config';
import { Problem } from '../errors';
import type { Logger } from '../logging';
import { requestId } from './request-context';

/**
 * Answers what Node's HTTP parser refuses: there is no request yet, only a socket.
 * https://nodejs.org/api/http.html#event-clienterror
 */
export function clientErrorAnswer(
  error: NodeJS.ErrnoException,
  socket: Socket & { _httpMessage?: { headersSent: boolean } },
  config: Config,
  logger: Logger,
): void {
  // Gone, or in the middle of another answer, into which nothing may be written.
  if (error.code === 'ECONNRESET' || !socket.writable || socket._httpMessage?.headersSent) {
    socket.destroy();
    return;
  }
  const problem = toParserProblem(error.code);
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
  logger.info({ route: 'unknown', status: problem.status, requestId: id, parser: error.code }, 'request');
  socket.end(`${head}\r\n\r\n${body}`);
}

function toParserProblem(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new Problem('headers_too_large', 'The request line and headers must be at most 32 KiB');
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem('request_timeout', 'The request took too long to arrive');
  return new Problem('bad_request', 'The request is not valid HTTP');
}
