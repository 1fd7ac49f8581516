import { Negotiator } from '@fastify/accept-negotiator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CachedText, Encoding } from './cached-text';

/** Below this many characters, compression gains nothing. */
const minCompressedLength = 1_024;

const encodings = new Negotiator<Encoding>({ supportedValues: ['br', 'gzip'] });

/** Sends the text compressed where the client takes that, or 304 to a client that has it. The caller sets Vary. */
export async function sendText(
  request: FastifyRequest,
  reply: FastifyReply,
  body: CachedText,
  contentType: string,
): Promise<FastifyReply> {
  reply.header('etag', body.etag);
  if (isNamed(body.etag, request.headers['if-none-match'])) return reply.code(304).send();
  reply.header('content-type', contentType);
  const encoding = body.text.length < minCompressedLength ? undefined : chooseEncoding(request);
  if (encoding === undefined) return reply.send(body.text);
  return reply.header('content-encoding', encoding).send(await body.encoded(encoding));
}

export function chooseEncoding(request: FastifyRequest): Encoding | undefined {
  const header = request.headers['accept-encoding'];
  return typeof header === 'string' ? (encodings.negotiate(header.toLowerCase()) ?? undefined) : undefined;
}

/** Compares as weak tags, since front ends that compress make a tag weak: RFC 9110, section 13.1.2. */
function isNamed(etag: string, ifNoneMatch: string | undefined): boolean {
  const tags = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes('*') || tags.includes(etag.replace(/^W\//, ''));
}
