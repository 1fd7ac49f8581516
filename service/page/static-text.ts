import { Negotiator } from '@fastify/accept-negotiator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CachedText, type Encoding } from '../cache/cached-text';

const encodings = new Negotiator<Encoding>({ supportedValues: ['br', 'gzip'] });

/**
 * Makes the handler of a text that never changes while the process lives: compressed where the client takes that, 304
 * for a client that has it. Browsers ask each time, so that a new release is seen at once. `vary` names the other
 * headers that chose this text.
 */
export function createStaticHandler(text: string, contentType: string, vary: readonly string[] = []) {
  const body = new CachedText(text);
  const headers = {
    'cache-control': 'no-cache',
    etag: body.etag,
    vary: [...vary, 'Accept-Encoding'].join(', '),
  };
  return (request: FastifyRequest, reply: FastifyReply): void => {
    reply.headers(headers);
    if (isNamed(body.etag, request.headers['if-none-match'])) {
      reply.code(304).send();
      return;
    }
    reply.header('content-type', contentType);
    const encoding = encodings.negotiate(String(request.headers['accept-encoding'] ?? ''));
    if (encoding === null) {
      reply.send(text);
      return;
    }
    body.encoded(encoding).then(
      (bytes) => reply.header('content-encoding', encoding).send(bytes),
      (error: unknown) => reply.send(error),
    );
  };
}

/** Compares as weak tags, since front ends that compress make a tag weak: RFC 9110, section 13.1.2. */
function isNamed(etag: string, ifNoneMatch: string | undefined): boolean {
  const tags = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes('*') || tags.includes(etag.replace(/^W\//, ''));
}
