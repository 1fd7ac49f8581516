import { existsSync } from 'node:fs';
import { join } from 'node:path';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fp from 'fastify-plugin';
import { Type } from 'typebox';
import type { Config } from '../config';
import { Problem, type ProblemCode, ProblemSchema, problemCodes } from '../errors';
import { shippedFile } from '../files';
import { escapeHtml } from '../page/escape-html';
import { completeDocument } from './openapi-document';

type Status = 400 | 401 | 404 | 409 | 413 | 415;

const statusDescriptions: Record<number, string> = {
  400: 'The request is not valid',
  401: 'No API key, or a wrong one',
  404: 'There is none',
  409: 'It conflicts with what is stored',
  413: 'The body is larger than 64 KiB',
  415: 'The body is not application/json',
  429: 'Too many requests from this client; see Retry-After',
  500: 'A mistake on our side',
  503: 'Starting, or the database is unavailable; see Retry-After',
};

/** Response schemas of the errors a route can answer with; those that every route can are added. */
export function problemResponses<const S extends Status | 503>(
  ...statuses: S[]
): Record<S | 429 | 500 | 503, ProblemResponse> {
  const all = [...new Set<number>([...statuses, 429, 500, 503])].sort();
  return Object.fromEntries(all.map((status) => [status, problemResponse(status)])) as Record<
    S | 429 | 500 | 503,
    ProblemResponse
  >;
}

export type ProblemResponse = {
  description: string;
  content: { 'application/problem+json': { schema: typeof ProblemSchema; example: unknown } };
};

function problemResponse(status: number): ProblemResponse {
  const code = (Object.keys(problemCodes) as ProblemCode[]).find((name) => problemCodes[name] === status);
  const description = statusDescriptions[status] ?? 'Error';
  const example = new Problem(code ?? 'internal_error', description).body('5f1c6a52-7d0a-4f4e-9a51-0d2c8e3b7a11');
  return { description, content: { 'application/problem+json': { schema: ProblemSchema, example } } };
}

/** `/openapi.json` from the routes' schemas, and `/docs` to read and try it. Registered before the routes. */
export const openapi = fp<{ config: Config }>(
  async (app, { config }) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: `${config.COMPANY_NAME} API`,
          description: `API for ${config.COMPANY_NAME}`,
          version: config.SERVICE_VERSION,
          license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        },
        servers: [{ url: '/' }],
        components: {
          securitySchemes: {
            apiKey: { type: 'http', scheme: 'bearer', description: 'Needed for writes where API_KEY is set' },
          },
        },
      },
      transform: ({ schema, url, route }) => ({
        url,
        schema: route.method === 'POST' ? { ...schema, security: [{ apiKey: [] }, {}] } : schema,
      }),
      transformObject: (made) => ('openapiObject' in made ? completeDocument(made.openapiObject) : made.swaggerObject),
    });
    await app.register(swaggerUi, {
      routePrefix: '/docs',
      ...bundledAssets(),
      logo: null as never,
      // It is put into the HTML as it is.
      theme: { title: escapeHtml(`${config.COMPANY_NAME} API`) },
      // The standalone layout adds a bar whose logo carries an inline style, which the policy refuses.
      uiConfig: { layout: 'BaseLayout' },
      staticCSP: false,
    });

    let text: string | undefined;
    app.get(
      '/openapi.json',
      {
        schema: {
          tags: ['service'],
          summary: 'This document',
          response: { 200: Type.Unsafe<string>({ type: 'object' }), ...problemResponses() },
        },
      },
      (_request, reply) => {
        text ??= JSON.stringify(app.swagger());
        reply.header('content-type', 'application/json; charset=utf-8').send(text);
      },
    );
  },
  { name: 'openapi' },
);

/** The build copies the assets of the documentation beside the bundle; run from its sources, the package has them. */
function bundledAssets(): { baseDir?: string } {
  const folder = shippedFile('docs');
  return existsSync(join(folder, 'swagger-ui.css')) ? { baseDir: folder } : {};
}
