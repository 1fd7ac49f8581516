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

export type GuardsOptions = { config: Config; lifecycle: Lifecycle; paths: ReadonlySet<string> };

/**
 * What is decided before a body is read or a store is touched, in this order: unknown path 404, wrong method 405,
 * no key 401, not started 503.
 */
export const guards = fp<GuardsOptions>(
  async (app, { config, lifecycle, paths }) => {
    const checkApiKey = buildApiKeyCheck([config.API_KEY, config.API_KEY_PREVIOUS]);
    const requireApiKey: onRequestHookHandler = (request, _reply, done) => {
      checkApiKey?.(request.headers.authorization);
      done();
    };
    const requireStarted: onRequestHookHandler = (_request, _reply, done) => {
      done(lifecycle.isStarted ? undefined : starting());
    };

    app.addHook('onRequest', (request, _reply, done) => {
      done(request.is404 || isEmptySegment(request) ? findMissing(app, paths, request) : undefined);
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

/** The paths of all routes, filled as they are registered. */
export function collectPaths(app: FastifyInstance): ReadonlySet<string> {
  const paths = new Set<string>();
  app.addHook('onRoute', ({ url }) => void paths.add(url));
  return paths;
}

/** Answers 405 on every path registered so far, for the methods that it does not have. Called last. */
export function refuseOtherMethods(app: FastifyInstance, paths: ReadonlySet<string>): void {
  for (const url of [...paths]) {
    const problem = methodNotAllowed(app, url);
    app.route({
      method: app.supportedMethods.filter((method) => !app.hasRoute({ url, method: method as HTTPMethods })),
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

function methodNotAllowed(app: FastifyInstance, url: string): Problem {
  const hasMethod = (method: string) => app.hasRoute({ url, method: method as HTTPMethods });
  const allow = app.supportedMethods.filter(hasMethod).sort().join(', ');
  return new Problem('method_not_allowed', `Only ${allow} can be used here`, { headers: { allow } });
}

/** The router knows only common methods. With another, such as PROPFIND, even a known path ends up here. */
function findMissing(app: FastifyInstance, paths: ReadonlySet<string>, request: FastifyRequest): Problem {
  if (!app.supportedMethods.includes(request.method)) {
    const segments = pathOf(request).split('/');
    const known = [...paths].find((path) => hasSegments(path.split('/'), segments));
    if (known !== undefined) return methodNotAllowed(app, known);
  }
  return new Problem('not_found', 'Not found');
}

function hasSegments(pattern: string[], segments: string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => (part.startsWith(':') ? segments[index] !== '' : part === segments[index]))
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
