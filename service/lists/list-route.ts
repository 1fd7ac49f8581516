import { pipeline, Readable } from 'node:stream';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { CachedText } from '../cache/cached-text';
import type { ReadCache } from '../cache/read-cache';
import { chooseEncoding, sendText } from '../cache/send-text';
import { StorableText } from '../text-schema';
import type { ListSource } from './list-source';

export const maxPageSize = 1_000;
/** Each reader of a long list has a compressor of its own: with these it takes 1 MiB, with the defaults 16. */
const brotliStreamOptions = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 18 },
};
/** Rows that one reader of a long list holds in memory at a time. */
const chunkRows = 500;
/** How long a list that was found too long for the cache is taken to be so. */
const longListMs = 1_000;
const contentType = 'application/json; charset=utf-8';

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
    reply.headers({ 'cache-control': 'no-cache', vary: 'Accept-Encoding' });
    if (page.limit !== undefined || page.after !== undefined) {
      const limit = page.limit ?? maxPageSize;
      const { text, last, hasMore } = await source.readChunk(page.after, limit);
      if (hasMore) reply.header('link', `<${path}?limit=${limit}&after=${encodeURIComponent(last ?? '')}>; rel="next"`);
      reply.header('x-cache', 'bypass');
      return sendText(request, reply, new CachedText(`[${text}]`), contentType);
    }
    if (Date.now() >= longUntil) {
      const { body, state } = await cache.read({ key: 'all', load: readAll, isValid });
      if (body !== undefined) return sendText(request, reply.header('x-cache', state), body, contentType);
    }
    reply.header('x-cache', 'bypass');
    return sendStream(request, reply, source);
  };
}

/** Reads the next chunk only when the client has taken the last one. An error on the way ends the connection. */
async function sendStream(request: FastifyRequest, reply: FastifyReply, source: ListSource): Promise<FastifyReply> {
  // Read before the answer begins, so that a database that is away is still told by a status.
  const first = await source.readChunk(undefined, chunkRows);
  const encoding = chooseEncoding(request);
  reply.header('content-type', contentType);
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
  const compressor = encoding === 'gzip' ? createGzip() : createBrotliCompress(brotliStreamOptions);
  // The reply reports a failure of the compressor, which pipeline makes one of the rows'.
  return reply.send(pipeline(rows, compressor, () => {}));
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
  after: Type.Optional(StorableText({ description: 'the last key of the page before' })),
});
