import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { Problem } from '../errors';

/** Bodies are JSON in UTF-8, and nothing else. Keys such as `__proto__` are dropped like other unknown fields. */
export const jsonBody = fp(
  async (app: FastifyInstance) => {
    const parse = app.getDefaultJsonParser('remove', 'remove');
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
      const encoding = request.headers['content-encoding'] ?? 'identity';
      if (encoding !== 'identity') {
        done(new Problem('unsupported_media_type', 'The body must not be compressed'));
      } else if (!isUtf8(body)) {
        done(new Problem('bad_request', 'The body is not valid UTF-8'));
      } else {
        parse(request, body.toString('utf8'), done);
      }
    });
  },
  { name: 'json-body' },
);
