import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ReadCache } from '../cache/read-cache';
import { invalidField, Problem } from '../errors';
import { createListHandler, PageByIdSchema, parseLimit } from '../lists/list-route';
import { problemResponses } from '../plugins/openapi';
import { IdParamsSchema, parseId } from '../text-schema';
import type { BeersRepository } from './repository';
import { BeerInputSchema, BeerSchema, maxAbvLength, SeedResultSchema } from './schemas';
import { seedBeers } from './seed';

export type BeersRoutesOptions = { repository: BeersRepository; cache: ReadCache };

/** GET and POST /beers, GET /beers/:id, POST /beers/seed. */
export const beersRoutes: FastifyPluginAsyncTypebox<BeersRoutesOptions> = async (app, { repository, cache }) => {
  const sendList = createListHandler({ path: '/beers', source: repository.list, cache, isValid: () => false });

  app.get(
    '/beers',
    {
      schema: {
        tags: ['beers'],
        summary: 'List all beers by id',
        querystring: PageByIdSchema,
        response: { 200: Type.Array(BeerSchema), ...problemResponses(400, 503) },
      },
      preValidation: async (request) => parseLimit(request.query),
    },
    async (request, reply) => sendList(request, reply, request.query),
  );

  app.get(
    '/beers/:id',
    {
      schema: {
        tags: ['beers'],
        summary: 'Get one beer',
        params: IdParamsSchema,
        response: { 200: BeerSchema, ...problemResponses(400, 404, 503) },
      },
    },
    async (request) => {
      const id = parseId(request.params.id);
      const beer = id === undefined ? undefined : await repository.find(id);
      if (beer === undefined) throw new Problem('beer_not_found', 'Beer not found');
      return beer;
    },
  );

  app.post(
    '/beers',
    {
      schema: {
        tags: ['beers'],
        summary: 'Add a beer',
        body: BeerInputSchema,
        response: { 201: BeerSchema, ...problemResponses(400, 401, 413, 415, 503) },
      },
    },
    async (request, reply) => {
      const { name, style, abv } = request.body;
      const beer = await repository.create({ name, style: style ?? null, abv: abvText(abv) });
      await cache.invalidate();
      return reply.code(201).header('location', `/beers/${beer.id}`).send(beer);
    },
  );

  app.register(async (seed) => {
    // It takes no body: whatever comes with the request is not read as one, of whatever type it says it is.
    seed.addHook('onRequest', (request, _reply, done) => {
      delete request.headers['content-type'];
      done();
    });
    seed.removeAllContentTypeParsers();
    seed.addContentTypeParser('*', { parseAs: 'buffer' }, async () => undefined);
    seed.post(
      '/beers/seed',
      {
        schema: {
          tags: ['beers'],
          summary: 'Add the sample beers, if there are none',
          response: { 200: SeedResultSchema, ...problemResponses(401, 413, 503) },
        },
      },
      async () => {
        const result = await seedBeers(repository);
        if (result.inserted > 0) await cache.invalidate();
        return result;
      },
    );
  });
};

function abvText(abv: string | number | undefined): string | null {
  if (abv === undefined) return null;
  if (typeof abv === 'string') return abv;
  const text = JSON.stringify(abv);
  if (text.length > maxAbvLength) throw invalidField('/abv', `must NOT have more than ${maxAbvLength} characters`);
  return text;
}
