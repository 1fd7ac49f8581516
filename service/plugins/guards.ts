import type { FastifyInstance, FastifyRequest, HTTPMethods, onRequestHookHandler } from 'fastify';
import fp from 'fastify-plugin';
import type { Config } from '../config';
import { handleError, Problem } from '../errors';
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

export type GuardsOptions = { config: Config; lifecycle: Lifecycle; routes: Routes };

/**
 * What is decided before a body is read or a store is touched, in this order: unknown path 404, wrong method 405,
 * no key 401, not started 503.
 */
export const guards = fp<GuardsOptions>(
  async (app, { config, lifecycle, routes }) => {
    const checkApiKey = buildApiKeyCheck([config.API_KEY, config.API_KEY_PREVIOUS]);
    const requireApiKey: onRequestHookHandler = (request, _reply, done) => {
      checkApiKey?.(request.headers.authorization);
      done();
    };
    const requireStarted: onRequestHookHandler = (_request, _reply, done) => {
      done(lifecycle.isStarted ? undefined : starting());
    };

    app.addHook('onRequest', (request, _reply, done) => {
      done(request.is404 || isEmptySegment(request) ? findMissing(app, routes, request) : undefined);
    });
    // For what a route itself does not find: a file of the documentation.
    app.setNotFoundHandler((request, reply) => handleError(new Problem('not_found', 'Not found'), request, reply));
    app.addHook('onRoute', (route) => {
      if (route.config?.isProbe || route.config?.isRefusal) return;
      const isWrite = route.method === 'POST' && checkApiKey !== undefined;
      const own = route.onRequest === undefined ? [] : [route.onRequest].flat();
      route.onRequest = [...(isWrite ? [requireApiKey] : []), requireStarted, ...own];
    });
  },
  { name: 'guards' },
);

/** The methods of every path. Paths are added as routes are registered, methods once all are there. */
export type Routes = Map<string, Set<string>>;

export function collectRoutes(app: FastifyInstance): Routes {
  const routes: Routes = new Map();
  app.addHook('onRoute', ({ url, config }) => {
    if (!config?.isRefusal) routes.set(url, new Set());
  });
  return routes;
}

/** Answers 405 on every path registered so far, for the methods that it does not have. Called last. */
export function refuseOtherMethods(app: FastifyInstance, routes: Routes): void {
  for (const [url, methods] of routes) {
    for (const method of app.supportedMethods as HTTPMethods[]) {
      if (app.hasRoute({ url, method })) methods.add(method);
    }
  }
  for (const [url, methods] of routes) {
    const problem = methodNotAllowed(methods);
    app.route({
      method: app.supportedMethods.filter((method) => !methods.has(method)),
      url,
      schema: { hide: true },
      config: { isRefusal: true },
      onRequest: (_request, _reply, done) => done(problem),
      handler: () => {
        throw problem;
      },
    });
  }
}

function methodNotAllowed(methods: ReadonlySet<string>): Problem {
  const allow = [...methods].sort().join(', ');
  return new Problem('method_not_allowed', `Only ${allow} can be used here`, { headers: { allow } });
}

/** The router knows only common methods. With another, such as PROPFIND, even a known path ends up here. */
function findMissing(app: FastifyInstance, routes: Routes, request: FastifyRequest): Problem {
  if (!app.supportedMethods.includes(request.method)) {
    const path = pathOf(request);
    const segments = path.split('/');
    const methods = routes.get(path) ?? [...routes].find(([pattern]) => hasSegments(pattern.split('/'), segments))?.[1];
    if (methods !== undefined) return methodNotAllowed(methods);
  }
  return new Problem('not_found', 'Not found');
}

function hasSegments(pattern: string[], segments: string[]): boolean {
  const isLongEnough = pattern.at(-1) === '*' ? pattern.length <= segments.length : pattern.length === segments.length;
  return (
    isLongEnough &&
    pattern.every((part, index) =>
      part.startsWith(':') ? segments[index] !== '' : ['*', segments[index]].includes(part),
    )
  );
}

/** `/data/` is no record with an empty key but an unknown path. */
function isEmptySegment(request: FastifyRequest): boolean {
  return request.routeOptions.url?.includes('/:') === true && pathOf(request).endsWith('/');
}

function pathOf({ url }: FastifyRequest): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}

export function starting(): Problem {
  return new Problem('starting', 'The service is starting, try again later', { headers: { 'retry-after': '2' } });
}
