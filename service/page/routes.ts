import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';

export type PageOptions = { companyName: string; isKeyRequired: boolean };

export const pageRoutes: FastifyPluginAsyncTypebox<PageOptions> = async (app, { companyName }) => {
  app.get('/', (request, reply) => {
    if (request.headers.accept === 'application/json') reply.send({ company: companyName, status: 'running' });
    else reply.type('text/plain; charset=utf-8').send('Hello, World!');
  });
};
