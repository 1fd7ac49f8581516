import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { buildApp } from './app';
import { createBeersRepository } from './beers/repository';
import { seedBeers } from './beers/seed';
import { type Config, ConfigError, loadConfig } from './config';
import { limitHeap } from './heap-limits';
import type { Lifecycle } from './lifecycle';
import { buildLogger, type Logger } from './logging';
import { handleShutdown } from './shutdown';
import { awaitDatabase } from './start';
import { FolderLockedError } from './stores/folder-lock';
import { openStores, type Stores } from './stores/stores';

/** What the process can do, by its first argument. What only one command needs is loaded by that command. */
const commands: Record<string, () => Promise<void>> = {
  server: serve,
  migrate: async () => {
    const config = loadConfig(process.env);
    const { runMigrations } = await import('./migrations/run');
    await runMigrations(config, buildLogger(config));
  },
  'migrate-lambda': async () => (await import('./migrations/lambda')).runLambda(process.env),
  seed,
  forward: async () => {
    // It opens no store.
    const config = loadConfig({ ...process.env, EMBEDDED_STORES: 'allowed' });
    const { runForward } = await import('./forward/run');
    await nameUsedPort('PORT', runForward(process.argv[3], config, buildLogger(config)));
  },
  'health-check': checkHealth,
};

async function serve(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = buildLogger(config);
  const lifecycle: Lifecycle = { isStarted: false, isDraining: false };
  let stopFor: (error: unknown) => Promise<void> = async (error) => {
    throw error;
  };
  const stores = await openStores({ config, logger, onFatal: (error) => void stopFor(error) });
  const metrics = config.METRICS_PORT === undefined ? undefined : (await import('./plugins/metrics')).buildMetrics();
  metrics?.observePool(stores.database);
  let metricsServer: Server | undefined;
  const app = await buildApp({ config, stores, lifecycle, logger, metrics });
  stopFor = handleShutdown({
    drainSeconds: config.DRAIN_SECONDS,
    logger,
    onDrain: () => {
      lifecycle.isDraining = true;
    },
    app,
    closeStores: async () => {
      metricsServer?.close();
      await stores.close();
    },
  });
  try {
    if (metrics !== undefined && config.METRICS_PORT !== undefined) {
      metricsServer = await nameUsedPort('METRICS_PORT', metrics.listen(config.METRICS_PORT, config.HOST));
    }
    await nameUsedPort('PORT', app.listen({ port: config.PORT, host: config.HOST }));
    await awaitDatabase(stores.database, logger);
  } catch (error) {
    await stopFor(error);
    return;
  }
  lifecycle.isStarted = true;
  // Until now the bundle has kept the young generation small: see build.mjs.
  limitHeap();
  announce(app, config, stores, logger);
}

async function nameUsedPort<T>(name: 'PORT' | 'METRICS_PORT', listening: Promise<T>): Promise<T> {
  try {
    return await listening;
  } catch (error) {
    const { code, port } = error as NodeJS.ErrnoException & { port?: number };
    if (code !== 'EADDRINUSE') throw error;
    throw new Error(`${name} ${port} is in use by another process: stop that process, or set ${name} to another port`, {
      cause: error,
    });
  }
}

function announce(app: FastifyInstance, config: Config, stores: Stores, logger: Logger): void {
  const { port } = app.server.address() as AddressInfo;
  const host = ['0.0.0.0', '::'].includes(config.HOST) ? 'localhost' : config.HOST;
  logger.info(
    {
      version: config.SERVICE_VERSION,
      database: stores.database.kind,
      cache: stores.sharedCache === undefined ? 'in-process' : 'redis',
      writes: config.API_KEY === undefined ? 'open' : 'API key',
    },
    `ready: open http://${host}:${port} or http://${host}:${port}/docs`,
  );
}

async function seed(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = buildLogger(config);
  const stores = await openStores({ config, logger, onFatal: () => {} });
  try {
    await awaitDatabase(stores.database, logger);
    logger.info(await seedBeers(createBeersRepository(stores.database)), 'seed');
  } finally {
    await stores.close();
  }
}

/** For a container's HEALTHCHECK, in an image that holds no other HTTP client. */
async function checkHealth(): Promise<void> {
  const { PORT } = loadConfig(process.env);
  const { status } = await fetch(`http://127.0.0.1:${PORT}/health`, { signal: AbortSignal.timeout(2_000) });
  if (status !== 200) throw new Error(`/health answered ${status}`);
}

async function main(name: string): Promise<void> {
  const command = commands[name];
  if (command === undefined) {
    throw new ConfigError([`the command must be one of ${Object.keys(commands).join(', ')}`]);
  }
  await command();
}

main(process.argv[2] ?? 'server').catch((error: unknown) => {
  // What a person can mend is told in words; of the rest the place matters too.
  const isPlain = error instanceof ConfigError || error instanceof FolderLockedError;
  console.error(isPlain ? (error as Error).message : error);
  // Connections and timers of what was begun would keep the process alive.
  process.exit(1);
});
