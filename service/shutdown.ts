import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Logger } from './logging';

/** Milliseconds after the drain: when connections that are still busy are cut, and when the process ends anyway. */
const limits = { cut: 7_000, stores: 1_500, exit: 9_500 };
/** npm repeats the signal that a terminal has sent to all; only a later one means "at once". */
const impatienceMs = 1_000;

export type Shutdown = {
  drainSeconds: number;
  logger: Logger;
  /** Called first: no new traffic is wanted. */
  onDrain: () => void;
  app: FastifyInstance;
  closeStores: () => Promise<void>;
};

/**
 * Ends the process on SIGTERM or SIGINT with code 0: drains, answers what is in flight, cuts what is too slow. On an
 * uncaught error it does the same without a drain, with code 1. Gives a function that does so for an error at hand.
 */
export function handleShutdown(shutdown: Shutdown): (error: unknown) => Promise<void> {
  let startedAt: number | undefined;
  const stop = async (reason: { signal: string } | { err: unknown }): Promise<void> => {
    if (startedAt !== undefined) {
      if ('signal' in reason && performance.now() - startedAt > impatienceMs) process.exit(1);
      return;
    }
    startedAt = performance.now();
    const isError = 'err' in reason;
    const drainMs = isError ? 0 : shutdown.drainSeconds * 1_000;
    if (isError) shutdown.logger.fatal(reason, 'stopping because of an error');
    else shutdown.logger.info({ ...reason, drainSeconds: shutdown.drainSeconds }, 'shutting down');
    setTimeout(() => process.exit(isError ? 1 : 0), drainMs + limits.exit).unref();
    shutdown.onDrain();
    await delay(drainMs);
    await closeApp(shutdown.app);
    await Promise.race([shutdown.closeStores().catch(() => {}), delay(limits.stores)]);
    shutdown.logger.info('stopped');
    shutdown.logger.flush();
    process.exit(isError ? 1 : 0);
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void stop({ signal }));
  for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (err) => void stop({ err }));
  return (err) => stop({ err });
}

async function closeApp(app: FastifyInstance): Promise<void> {
  const server: Server = app.server;
  // Kept-alive connections become idle one by one; Node closes only those that are idle when it begins to close.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => server.closeAllConnections(), limits.cut);
  await app.close();
  clearInterval(idle);
  clearTimeout(cut);
}
