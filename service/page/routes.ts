import { readFile } from 'node:fs/promises';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { shippedFile } from '../files';
import { problemResponses } from '../plugins/openapi';
import { preferredType } from './preferred-type';
import { type PageOptions, renderPage } from './render-page';
import { createStaticHandler } from './static-text';

export type { PageOptions };

const greeting = 'Hello, World!';

/** What the page loads, by path. */
const assets: Record<string, string> = {
  '/favicon.svg': 'image/svg+xml',
  '/page.css': 'text/css; charset=utf-8',
  '/page.js': 'text/javascript; charset=utf-8',
  '/page-collection.js': 'text/javascript; charset=utf-8',
  '/page-form.js': 'text/javascript; charset=utf-8',
  '/page-health.js': 'text/javascript; charset=utf-8',
  '/page-key.js': 'text/javascript; charset=utf-8',
  '/page-rows.js': 'text/javascript; charset=utf-8',
  '/page-service.js': 'text/javascript; charset=utf-8',
};

const rootSchema = (companyName: string) => ({
  tags: ['service'],
  summary: 'A greeting, the status or the page',
  description: [
    'By `Accept`: JSON or the HTML page for a client that prefers it to everything else here; text for all others,',
    'ties and nothing acceptable included.',
  ].join(' '),
  response: {
    200: {
      description: 'the service runs',
      content: {
        'text/plain': { schema: Type.Literal(greeting) },
        'application/json': {
          schema: Type.Object(
            { company: Type.String(), status: Type.Literal('running') },
            { title: 'Status', examples: [{ company: companyName, status: 'running' }] },
          ),
        },
        'text/html': { schema: Type.String({ description: 'the page for people' }) },
      },
    },
    304: Type.Null({ description: 'the page is as `If-None-Match` names it' }),
    ...problemResponses(),
  },
});

/** `GET /` by content negotiation, and the files of its page. */
export const pageRoutes: FastifyPluginAsyncTypebox<PageOptions> = async (app, options) => {
  const status = JSON.stringify({ company: options.companyName, status: 'running' });
  const page = renderPage(await readAsset('page.html'), options);
  const sendPage = createStaticHandler(page, 'text/html; charset=utf-8', ['Accept']);

  app.get('/', { schema: rootSchema(options.companyName) }, async (request, reply): Promise<void> => {
    const type = preferredType(request.headers.accept);
    if (type === 'text/html') {
      await sendPage(request, reply);
    } else {
      reply.header('vary', 'Accept').header('content-type', `${type}; charset=utf-8`);
      reply.send(type === 'application/json' ? status : greeting);
    }
  });

  for (const [path, contentType] of Object.entries(assets)) {
    const text = await readAsset(path.slice(1));
    app.get(path, { schema: { hide: true } }, createStaticHandler(text, contentType));
  }
};

function readAsset(name: string): Promise<string> {
  return readFile(shippedFile('page', 'assets', name), 'utf8');
}
