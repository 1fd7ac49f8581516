import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ReadCache } from '../cache/read-cache';
import { invalidField, Problem } from '../errors';
import { createListHandler, PageByKeySchema, parseLimit } from '../lists/list-route';
import { problemResponses } from '../plugins/openapi';
import type { DataRepository } from './repository';
import {
  maxKeyLength,
  RecordInputSchema,
  RecordParamsSchema,
  RecordSchema,
  type UpsertResult,
  UpsertResultSchema,
} from './schemas';

export type DataRoutesOptions = { repository: DataRepository; cache: ReadCache };

/** GET and POST /data, GET /data/:key. */
export const dataRoutes: FastifyPluginAsyncTypebox<DataRoutesOptions> = async (app, { repository, cache }) => {
  const sendList = createListHandler({ path: '/data', source: repository.list, cache, isValid: () => false });

  app.get(
    '/data',
    {
      schema: {
        tags: ['data'],
        summary: 'List all records by key, in byte order',
        querystring: PageByKeySchema,
        response: { 200: Type.Array(RecordSchema), ...problemResponses(400, 503) },
      },
      preValidation: async (request) => parseLimit(request.query),
    },
    async (request, reply) => {
      const { after } = request.query;
      // Rows of the older apps may have longer keys, and their lists are paged too.
      if (after !== undefined && isTooLong(after) && (await repository.find(after)) === undefined) {
        throw tooLongKey('/query/after');
      }
      return sendList(request, reply, request.query);
    },
  );

  app.get(
    '/data/:key',
    {
      schema: {
        tags: ['data'],
        summary: 'Get one record',
        params: RecordParamsSchema,
        response: { 200: RecordSchema, ...problemResponses(400, 404, 503) },
      },
    },
    async (request) => {
      const { key } = request.params;
      const record = await repository.find(key);
      if (record !== undefined) return record;
      throw isTooLong(key) ? tooLongKey('/params/key') : new Problem('record_not_found', 'Record not found');
    },
  );

  app.post(
    '/data',
    {
      schema: {
        tags: ['data'],
        summary: 'Insert a record, or update the one with this key',
        body: RecordInputSchema,
        response: { 200: UpsertResultSchema, ...problemResponses(400, 401, 413, 415, 503) },
      },
      preValidation: async (request) => refuseMissing(request.body),
    },
    async (request): Promise<UpsertResult> => {
      const { key } = request.body;
      const value = typeof request.body.value === 'string' ? request.body.value : JSON.stringify(request.body.value);
      const { isInserted } = await repository.upsert({ key, value });
      await cache.invalidate();
      return { message: isInserted ? 'Inserted new record.' : 'Updated existing record.', key, value };
    },
  );
};

/** The older app's words for a field that is absent. */
function refuseMissing(body: unknown): void {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  if (!isObject && body !== undefined) return;
  const fields = (body ?? {}) as Record<string, unknown>;
  const missing = ['key', 'value'].filter((name) => fields[name] === undefined || fields[name] === null);
  if (missing.length === 0) return;
  throw new Problem('validation_failed', 'Missing "key" or "value" in request', {
    errors: missing.map((name) => ({ path: `/${name}`, message: 'is required' })),
  });
}

/** In code points, as Postgres counts. */
function isTooLong(key: string): boolean {
  return key.length > maxKeyLength && [...key].length > maxKeyLength;
}

function tooLongKey(path: string): Problem {
  return invalidField(path, `must NOT have more than ${maxKeyLength} characters`);
}
