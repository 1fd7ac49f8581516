import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import type { Lifecycle } from '../lifecycle';
import { isSchemaCurrent } from '../migrations/schema-version';
import type { Stores } from '../stores/stores';
import { starting } from './guards';
import { problemResponses } from './openapi';

/** Less than the two seconds in which readiness must answer, with time to spare for a busy event loop. */
const probeTimeoutMs = 1_500;

export type HealthOptions = { stores: Stores; lifecycle: Lifecycle; migrations: readonly string[] };

const ReadinessSchema = Type.Object({
  status: Type.Union([Type.Literal('ready'), Type.Literal('unavailable')]),
  checks: Type.Object({
    database: Type.Union([Type.Literal('ok'), Type.Literal('unavailable'), Type.Literal('migration pending')]),
    cache: Type.Union([Type.Literal('ok'), Type.Literal('unavailable'), Type.Literal('in-process')]),
  }),
});
type Readiness = Static<typeof ReadinessSchema>;
type Checks = Readiness['checks'];

/** Liveness touches no store; readiness asks all of them, past the connections that requests use. */
export const healthRoutes: FastifyPluginAsyncTypebox<HealthOptions> = async (app, options) => {
  const { stores, lifecycle, migrations } = options;
  const config = { isProbe: true };

  const checkDatabase = async (): Promise<Checks['database']> => {
    try {
      const isCurrent = await isSchemaCurrent(
        (statement, values) => stores.database.probe(statement, values, probeTimeoutMs),
        migrations,
      );
      return isCurrent ? 'ok' : 'migration pending';
    } catch (err) {
      app.log.warn({ err }, 'the database is unavailable');
      return 'unavailable';
    }
  };
  const checkCache = async (): Promise<Checks['cache']> => {
    if (stores.sharedCache === undefined) return 'in-process';
    return (await stores.sharedCache.ping(probeTimeoutMs)) ? 'ok' : 'unavailable';
  };
  let running: Promise<Checks> | undefined;
  const check = (): Promise<Checks> => {
    running ??= Promise.all([checkDatabase(), checkCache()])
      .then(([database, cache]) => ({ database, cache }))
      .finally(() => {
        running = undefined;
      });
    return running;
  };

  for (const path of ['/health', '/healthz']) {
    const schema = {
      tags: ['health'],
      summary: 'Liveness: the process answers',
      response: {
        200: { description: 'ok', content: { 'text/plain': { schema: Type.Literal('ok') } } },
        ...problemResponses(),
      },
    };
    app.get(path, { config, schema }, (_request, reply) => {
      reply.header('content-type', 'text/plain; charset=utf-8').header('cache-control', 'no-store').send('ok');
    });
  }

  app.get(
    '/startup',
    {
      config,
      schema: {
        tags: ['health'],
        summary: 'Start-up: the database has answered once on a current schema',
        response: {
          200: { description: 'started', content: { 'text/plain': { schema: Type.Literal('ok') } } },
          ...problemResponses(),
        },
      },
    },
    (_request, reply) => {
      reply.header('cache-control', 'no-store');
      if (!lifecycle.isStarted) throw starting();
      reply.header('content-type', 'text/plain; charset=utf-8').send('ok');
    },
  );

  for (const path of ['/ready', '/readyz']) {
    const schema = {
      tags: ['health'],
      summary: 'Readiness: the database can be used, and what the cache does',
      response: { 200: ReadinessSchema, 503: ReadinessSchema },
    };
    app.get(path, { config, schema }, async (_request, reply): Promise<Readiness> => {
      const checks = await check();
      const isReady = checks.database === 'ok' && lifecycle.isStarted && !lifecycle.isDraining;
      reply.header('cache-control', 'no-store').code(isReady ? 200 : 503);
      return { status: isReady ? 'ready' : 'unavailable', checks };
    });
  }
};
