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
export type RequestContext = (request: FastifyRequest, reply: FastifyReply) => void;

/**
 * Begins a request: what every answer carries, and at its end one log line and its metrics. Also for the answers that
 * the framework gives before any hook runs.
 */
export function buildRequestContext({ config, logger, metrics }: RequestContextOptions): RequestContext {
  const finish = (request: FastifyRequest, reply: FastifyReply) => {
    const isAnswered = reply.raw.headersSent;
    const entry = {
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      // As nginx notes a client that left before there was an answer.
      status: isAnswered ? reply.statusCode : 499,
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
  return (request, reply) => {
    reply.headers({
      'x-service-version': config.SERVICE_VERSION,
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
    });
    reply.raw.once('close', () => finish(request, reply));
  };
}

export const requestContext = fp<{ begin: RequestContext }>(
  async (app, { begin }) => {
    app.addHook('onRequest', (request, reply, done) => {
      begin(request, reply);
      // RFC 9112, section 3.2: https://www.rfc-editor.org/rfc/rfc9112#section-3.2
      const isHostMissing = request.raw.httpVersion === '1.1' && request.headers.host === undefined;
      done(isHostMissing ? new Problem('bad_request', 'The header Host is required') : undefined);
    });
  },
  { name: 'request-context' },
);
