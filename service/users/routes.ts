import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ReadCache } from '../cache/read-cache';
import { Problem } from '../errors';
import { createListHandler, PageByIdSchema, parseLimit } from '../lists/list-route';
import { problemResponses } from '../plugins/openapi';
import { IdParamsSchema, parseId } from '../text-schema';
import type { UsersRepository } from './repository';
import { UserInputSchema, UserSchema } from './schemas';

export type UsersRoutesOptions = { repository: UsersRepository; cache: ReadCache };

/** Names of the cached reads: those of the older users app. */
export const usersCacheKeys = { all: 'all', one: (id: number) => String(id) };

/** GET and POST /users, GET /users/:id. */
export const usersRoutes: FastifyPluginAsyncTypebox<UsersRoutesOptions> = async (app, { repository, cache }) => {
  const sendList = createListHandler({
    path: '/users',
    source: repository.list,
    cache,
    isValid: (text) => {
      const users = parseJson(text);
      return Array.isArray(users) && users.every((user) => isUser(user));
    },
  });

  app.get(
    '/users',
    {
      schema: {
        tags: ['users'],
        summary: 'List all users by id',
        querystring: PageByIdSchema,
        response: { 200: Type.Array(UserSchema), ...problemResponses(400, 503) },
      },
      preValidation: async (request) => parseLimit(request.query),
    },
    async (request, reply) => sendList(request, reply, request.query),
  );

  app.get(
    '/users/:id',
    {
      schema: {
        tags: ['users'],
        summary: 'Get one user',
        params: IdParamsSchema,
        // The cached JSON is passed on as text.
        response: { 200: Type.Unsafe<string>(UserSchema), ...problemResponses(400, 404, 503) },
      },
    },
    async (request, reply) => {
      const id = parseId(request.params.id);
      if (id === undefined) throw userNotFound();
      const { body, state } = await cache.read({
        key: usersCacheKeys.one(id),
        isImmutable: true,
        load: () => repository.findJson(id),
        isValid: (text) => isUser(parseJson(text), id),
      });
      reply.header('x-cache', state);
      if (body === undefined) throw userNotFound();
      return reply.header('content-type', 'application/json; charset=utf-8').send(body.text);
    },
  );

  app.post(
    '/users',
    {
      schema: {
        tags: ['users'],
        summary: 'Add a user',
        body: UserInputSchema,
        response: { 201: UserSchema, ...problemResponses(400, 401, 409, 413, 415, 503) },
      },
    },
    async (request, reply) => {
      const user = await repository.create(request.body);
      if (user === undefined) throw new Problem('email_taken', 'Email already exists');
      await cache.invalidate();
      return reply.code(201).header('location', `/users/${user.id}`).send(user);
    },
  );
};

function userNotFound(): Problem {
  return new Problem('user_not_found', 'User not found');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Exactly the three fields: what comes from Redis is passed on as it is. */
function isUser(value: unknown, id?: number): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 3) return false;
  const user = value as { id?: unknown; name?: unknown; email?: unknown };
  return (
    Number.isSafeInteger(user.id) &&
    (id === undefined || user.id === id) &&
    typeof user.name === 'string' &&
    typeof user.email === 'string'
  );
}
