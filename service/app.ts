import type { Socket } from 'node:net';
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifySchema,
  type FastifySerializerCompiler,
  LogController,
} from 'fastify';
import { createBeersRepository } from './beers/repository';
import { beersRoutes } from './beers/routes';
import { createReadCache, type ReadCache, type ReadCacheOptions } from './cache/read-cache';
import { calculatorRoutes } from './calculator/routes';
import type { Config } from './config';
import { createDataRepository } from './data/repository';
import { dataRoutes } from './data/routes';
import { handleError } from './errors';
import type { Lifecycle } from './lifecycle';
import type { Logger } from './logging';
import { migrationNames } from './migrations/schema-version';
import { pageRoutes } from './page/routes';
import { buildClientErrorAnswer, refuseUnsupported } from './plugins/client-error';
import { draining } from './plugins/draining';
import { collectRoutes, guards, refuseOtherMethods } from './plugins/guards';
import { healthRoutes } from './plugins/health';
import { jsonBody } from './plugins/json-body';
import type { Metrics } from './plugins/metrics';
import { openapi } from './plugins/openapi';
import { pipelining } from './plugins/pipelining';
import { rateLimits } from './plugins/rate-limit';
import { buildRequestContext, requestContext, requestId } from './plugins/request-context';
import { securityHeaders } from './plugins/security-headers';
import type { Stores } from './stores/stores';
import { createUsersRepository } from './users/repository';
import { usersRoutes } from './users/routes';

export const maxBodyBytes = 64 * 1024;
const maxHeadBytes = 32 * 1024;
/** How long a copy of shared data may live in one process: what another instance wrote is seen after that. */
const sharedCopyTtlMs = 1_000;

export type AppOptions = {
  config: Config;
  stores: Stores;
  lifecycle: Lifecycle;
  logger: Logger;
  metrics: Metrics | undefined;
};

/** The whole service on given stores: every plugin and resource, in order. It does not listen. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { config, stores, lifecycle, logger, metrics } = options;
  const beginRequest = buildRequestContext({ config, logger, metrics });
  const answerClientError = buildClientErrorAnswer(config, logger);
  const app = fastify({
    loggerInstance: logger as FastifyBaseLogger,
    // One line per request is written by request-context; a child logger for each request would cost more than it tells.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: () => logger,
    genReqId: requestId,
    bodyLimit: maxBodyBytes,
    requestTimeout: 60_000,
    trustProxy: config.TRUST_PROXY_HOPS > 0 && ((_address, hop) => hop < config.TRUST_PROXY_HOPS),
    // While closing, what arrives on open connections is still answered.
    return503OnClosing: false,
    // A request without Host gets problem details from request-context instead of Node's empty answer.
    http: { maxHeaderSize: maxHeadBytes, requireHostHeader: false },
    // Longer than any path that fits into the request's head.
    routerOptions: { maxParamLength: maxHeadBytes },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } },
    clientErrorHandler: (error, socket) => answerClientError(error, socket as Socket),
    frameworkErrors: (error, request, reply) => {
      const [req, res] = [request as FastifyRequest, reply as FastifyReply];
      beginRequest(req, res);
      handleError(error, req, res);
    },
  });
  refuseUnsupported(app, config, logger);
  app.setErrorHandler(handleError);
  app.setSerializerCompiler(successSerializerCompiler());
  const routes = collectRoutes(app);

  await app.register(requestContext, { begin: beginRequest });
  await app.register(draining, { lifecycle });
  await app.register(pipelining);
  await app.register(securityHeaders);
  await app.register(rateLimits, { perMinute: config.RATE_LIMIT_PER_MINUTE });
  await app.register(guards, { config, lifecycle, routes });
  await app.register(jsonBody);
  await app.register(openapi, { config });

  const caches: ReadCache[] = [];
  const cache = (resource: string, shared?: ReadCacheOptions['shared']): ReadCache => {
    const made = createReadCache({
      copyTtlMs: stores.database.isShared ? sharedCopyTtlMs : config.CACHE_TTL_SECONDS * 1_000,
      onRead: (state) => metrics?.observeCacheRead(resource, state),
      ...(shared === undefined ? {} : { shared }),
    });
    caches.push(made);
    return made;
  };
  app.addHook('onClose', async () => {
    for (const made of caches) made.close();
  });

  await app.register(healthRoutes, { stores, lifecycle, migrations: migrationNames() });
  await app.register(pageRoutes, { companyName: config.COMPANY_NAME, isKeyRequired: config.API_KEY !== undefined });
  await app.register(calculatorRoutes);
  await app.register(dataRoutes, { repository: createDataRepository(stores.database), cache: cache('data') });
  await app.register(usersRoutes, {
    repository: createUsersRepository(stores.database),
    cache: cache(
      'users',
      stores.sharedCache && {
        cache: stores.sharedCache,
        generationKey: 'users:gen',
        redisKey: (key) => (key === 'all' ? 'users:all' : `user:${key}`),
        staleKeys: ['users:all'],
      },
    ),
  });
  await app.register(beersRoutes, { repository: createBeersRepository(stores.database), cache: cache('beers') });

  refuseOtherMethods(app, routes);
  await app.ready();
  return app;
}

/** Errors are sent as text, so only the shapes of successes need a serializer; compiling all would slow the start. */
function successSerializerCompiler(): FastifySerializerCompiler<FastifySchema> {
  const compile = SerializerSelector()({}, {});
  return (route) => (Number(route.httpStatus) >= 400 ? JSON.stringify : compile(route as never));
}
