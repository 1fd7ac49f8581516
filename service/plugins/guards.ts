import { METHODS } from 'node:http';
import type { FastifyInstance, FastifyRequest, HTTPMethods, onRequestHookHandler } from 'fastify';
import fp from 'fastify-plugin';
import type { Config } from '../config';
import { Problem } from '../errors';
import type { Lifecycle } from '../lifecycle';
import { buildApiKeyCheck } from './api-key';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers before the database is ready, and is not counted against a rate limit. */
    isProbe?: boolean;
    /** Stands on a known path for a method that it does not have. */
    isRefusal?: boolean;
  }
}

export type GuardsOptions = { config: Config; lifecycle: Lifecycle };

/**
 * What is decided before a body is read or a store is touched, in this order: unknown path 404, wrong method 405,
 * no key 401, not started 503.
 */
export const guards = fp<GuardsOptions>(
  async (app, { config, lifecycle }) => {
    for (const method of METHODS) {
      // CONNECT never reaches the router: https://nodejs.org/api/http.html#event-connect
      if (!app.supportedMethods.includes(method) && method !== 'CONNECT') app.addHttpMethod(method);
    }
    const checkApiKey = buildApiKeyCheck([config.API_KEY, config.API_KEY_PREVIOUS]);
    const requireApiKey: onRequestHookHandler = (request, _reply, done) => {
      checkApiKey?.(request.headers.authorization);
      done();
    };
    const requireStarted: onRequestHookHandler = (_request, _reply, done) => {
      done(lifecycle.isStarted ? undefined : starting());
    };

    app.addHook('onRequest', (request, _reply, done) => {
      done(request.is404 || isEmptySegment(request) ? new Problem('not_found', 'Not found') : undefined);
    });
    app.addHook('onRoute', (route) => {
      if (route.config?.isProbe || route.config?.isRefusal) return;
      const isWrite = route.method === 'POST' && checkApiKey !== undefined;
      const own = route.onRequest === undefined ? [] : [route.onRequest].flat();
      route.onRequest = [...(isWrite ? [requireApiKey] : []), requireStarted, ...own];
    });
  },
  { name: 'guards' },
);

/** The paths of all routes, filled as they are registered. */
export function collectPaths(app: FastifyInstance): ReadonlySet<string> {
  const paths = new Set<string>();
  app.addHook('onRoute', ({ url }) => void paths.add(url));
  return paths;
}

/** Answers 405 on every path registered so far, for the methods that it does not have. Called last. */
export function refuseOtherMethods(app: FastifyInstance, paths: ReadonlySet<string>): void {
  for (const url of [...paths]) {
    const hasMethod = (method: string) => app.hasRoute({ url, method: method as HTTPMethods });
    const allow = app.supportedMethods.filter(hasMethod).sort().join(', ');
    const refuse: onRequestHookHandler = (_request, _reply, done) => {
      done(new Problem('method_not_allowed', `Only ${allow} can be used here`, { headers: { allow } }));
    };
    app.route({
      method: app.supportedMethods.filter((method) => !hasMethod(method)),
      url,
      schema: { hide: true },
      config: { isRefusal: true },
      onRequest: refuse,
      handler: () => {
        throw new Error('refused before it is handled');
      },
    });
  }
}

/** `/data/` is no record with an empty key but an unknown path. */
function isEmptySegment(request: FastifyRequest): boolean {
  const { url } = request;
  const query = url.indexOf('?');
  const end = query === -1 ? url.length : query;
  return end > 1 && url[end - 1] === '/' && request.routeOptions.url?.includes('/:') === true;
}

function starting(): Problem {
  return new Problem('starting', 'The service is starting, try again later', { headers: { 'retry-after': '2' } });
}
