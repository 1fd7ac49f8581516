import type { IncomingMessage } from 'node:http';

/** As long as the slowest client that is still worth an answer. */
const patienceMs = 2_000;
/** Beyond it, a client is cut off. */
const mostBytes = 16 * 1_024 * 1_024;

/**
 * Whether a body is still on its way. Answered now, it would meet a closing connection, whose reset loses the answer.
 * Source: https://www.rfc-editor.org/rfc/rfc9112#section-9.6
 */
export function hasUnreadBody({ headers, complete, readableEnded, destroyed }: IncomingMessage): boolean {
  const isAnnounced = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return isAnnounced && !complete && !readableEnded && !destroyed;
}

/** Throws the rest of a body away, then calls back, once: at its end, or when it takes too long or is too large. */
export function discardBody(request: IncomingMessage, done: (isWhole: boolean) => void): void {
  let bytes = 0;
  const finish = () => {
    clearTimeout(timer);
    request.off('data', count).off('end', finish).off('close', finish);
    // What still comes must not fill the buffers of a connection that is about to close.
    request.resume();
    done(request.complete || request.readableEnded);
  };
  const count = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > mostBytes) finish();
  };
  const timer = setTimeout(finish, patienceMs);
  request.on('data', count).once('end', finish).once('close', finish);
  request.resume();
}
