import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Config } from '../config';
import { Problem } from '../errors';
import { type Logger, traceFields } from '../logging';
import type { Metrics } from './metrics';

/** A client may name its request; anything that could not stand in a log line or header is replaced. */
export function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}

export type RequestContextOptions = { config: Config; logger: Logger; metrics: Metrics | undefined };

/** What every answer carries, one log line for each, and its metrics. */
export const requestContext = fp<RequestContextOptions>(
  async (app, { config, logger, metrics }) => {
    const finish = (request: FastifyRequest, reply: FastifyReply) => {
      const entry = {
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 1_000) / 1_000,
      };
      metrics?.observeRequest(entry);
      logger.info(
        {
          ...entry,
          requestId: request.id,
          ...traceFields(request.headers.traceparent, config.LOG_FORMAT),
          // The client left before it had the whole answer.
          ...(reply.raw.writableFinished ? {} : { isAborted: true }),
        },
        'request',
      );
    };
    app.addHook('onRequest', (request, reply, done) => {
      addStandardHeaders(request, reply, config);
      reply.raw.once('close', () => finish(request, reply));
      // RFC 9112, section 3.2: https://www.rfc-editor.org/rfc/rfc9112#section-3.2
      const isHostMissing = request.raw.httpVersion === '1.1' && request.headers.host === undefined;
      done(isHostMissing ? new Problem('bad_request', 'The header Host is required') : undefined);
    });
  },
  { name: 'request-context' },
);

/** Also for the answers that the framework gives before any hook runs. */
export function addStandardHeaders(request: FastifyRequest, reply: FastifyReply, config: Config): void {
  reply.header('x-service-version', config.SERVICE_VERSION);
  reply.header('x-request-id', request.id);
}
