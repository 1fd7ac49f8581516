import { pipeline, Readable } from 'node:stream';
import { createBrotliCompress, createGzip } from 'node:zlib';
import { Negotiator } from '@fastify/accept-negotiator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { brotliOptions, CachedText, type Encoding } from '../cache/cached-text';
import type { ReadCache } from '../cache/read-cache';
import type { ListSource } from './list-source';

export const maxPageSize = 1_000;
/** Rows that one reader of a long list holds in memory at a time. */
const chunkRows = 500;
/** How long a list that was found too long for the cache is taken to be so. */
const longListMs = 1_000;
/** Below this many characters, compression gains nothing. */
const minCompressedLength = 1_024;

const encodings = new Negotiator<Encoding>({ supportedValues: ['br', 'gzip'] });

export type PageQuery = { limit?: number; after?: string };

export type List = {
  /** Path of the list, for links. */
  path: string;
  source: ListSource;
  cache: ReadCache;
  isValid: (text: string) => boolean;
};

/** Answers with all rows, or with a page when `limit` or `after` is given. */
export function createListHandler({ path, source, cache, isValid }: List) {
  let longUntil = 0;
  const readAll = async (): Promise<string | undefined> => {
    const text = await source.readAll();
    if (text === undefined) longUntil = Date.now() + longListMs;
    return text;
  };

  return async (request: FastifyRequest, reply: FastifyReply, page: PageQuery): Promise<FastifyReply> => {
    reply.headers({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-cache',
      vary: 'Accept-Encoding',
    });
    if (page.limit !== undefined || page.after !== undefined) {
      const limit = page.limit ?? maxPageSize;
      const { text, last, hasMore } = await source.readChunk(page.after, limit);
      if (hasMore) reply.header('link', `<${path}?limit=${limit}&after=${encodeURIComponent(last ?? '')}>; rel="next"`);
      reply.header('x-cache', 'bypass');
      return sendText(request, reply, new CachedText(`[${text}]`));
    }
    if (Date.now() >= longUntil) {
      const { body, state } = await cache.read({ key: 'all', load: readAll, isValid });
      if (body !== undefined) return sendText(request, reply.header('x-cache', state), body);
    }
    reply.header('x-cache', 'bypass');
    return sendStream(request, reply, source);
  };
}

async function sendText(request: FastifyRequest, reply: FastifyReply, body: CachedText): Promise<FastifyReply> {
  reply.header('etag', body.etag);
  if (isNotModified(request.headers['if-none-match'], body.etag)) {
    return reply.removeHeader('content-type').code(304).send();
  }
  const encoding = body.text.length < minCompressedLength ? undefined : chooseEncoding(request);
  if (encoding === undefined) return reply.send(body.text);
  return reply.header('content-encoding', encoding).send(await body.encoded(encoding));
}

/** Reads the next chunk only when the client has taken the last one. An error on the way ends the connection. */
async function sendStream(request: FastifyRequest, reply: FastifyReply, source: ListSource): Promise<FastifyReply> {
  // Read before the answer begins, so that a database that is away is still told by a status.
  const first = await source.readChunk(undefined, chunkRows);
  const encoding = chooseEncoding(request);
  if (encoding !== undefined) reply.header('content-encoding', encoding);
  // A stream has no length to tell: without it Fastify would say 0.
  if (request.method === 'HEAD') return reply.send(Readable.from([]));

  const rows = Readable.from(
    (async function* () {
      let chunk = first;
      yield `[${chunk.text}`;
      while (chunk.hasMore) {
        chunk = await source.readChunk(chunk.last, chunkRows);
        if (chunk.text !== '') yield `,${chunk.text}`;
      }
      yield ']';
    })(),
    { objectMode: false },
  );
  if (encoding === undefined) return reply.send(rows);
  const compressor = encoding === 'gzip' ? createGzip() : createBrotliCompress(brotliOptions);
  // The reply reports a failure of the compressor, which pipeline makes one of the rows'.
  return reply.send(pipeline(rows, compressor, () => {}));
}

function chooseEncoding(request: FastifyRequest): Encoding | undefined {
  const header = request.headers['accept-encoding'];
  return typeof header === 'string' ? (encodings.negotiate(header.toLowerCase()) ?? undefined) : undefined;
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2 */
function isNotModified(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const opaque = etag.slice(2);
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === opaque);
}

/** `limit` arrives as text; here it becomes a number, or stays text for the validator to refuse. */
export function parseLimit(query: unknown): void {
  const page = query as { limit?: unknown };
  if (typeof page.limit === 'string' && /^[0-9]{1,9}$/.test(page.limit)) page.limit = Number(page.limit);
}

const limit = Type.Optional(
  Type.Integer({ minimum: 1, maximum: maxPageSize, description: `rows in a page; ${maxPageSize} with only \`after\`` }),
);

export const PageByIdSchema = Type.Object({
  limit,
  after: Type.Optional(Type.String({ pattern: '^[0-9]+$', description: 'the last id of the page before' })),
});
export type PageById = Static<typeof PageByIdSchema>;

export const PageByKeySchema = Type.Object({
  limit,
  after: Type.Optional(
    Type.String({ pattern: '^[^\\u0000\\uD800-\\uDFFF]*$', description: 'the last key of the page before' }),
  ),
});
