import rateLimit from '@fastify/rate-limit';
import fp from 'fastify-plugin';
import { Problem } from '../errors';

/** Counts each client's requests before anything else is done for them, unknown paths and wrong keys included. */
export const rateLimits = fp<{ perMinute: number }>(
  async (app, { perMinute }) => {
    if (perMinute === 0) return;
    await app.register(rateLimit, {
      global: false,
      max: perMinute,
      timeWindow: 60_000,
      allowList: (request) => request.routeOptions.config.isProbe === true,
      errorResponseBuilder: (_request, { ttl }) =>
        new Problem('rate_limited', `Too many requests: ${perMinute} a minute are allowed`, {
          headers: { 'retry-after': String(Math.max(1, Math.ceil(ttl / 1_000))) },
        }),
    });
    app.addHook('onRequest', app.rateLimit());
  },
  { name: 'rate-limits' },
);
