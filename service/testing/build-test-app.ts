import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../app';
import { loadConfig } from '../config';
import type { Lifecycle } from '../lifecycle';
import { buildLogger } from '../logging';
import type { Metrics } from '../plugins/metrics';
import type { Stores } from '../stores/stores';
import type { TestStores } from './test-stores';

export type LogLine = Record<string, unknown>;

export type TestApp = {
  app: FastifyInstance;
  lifecycle: Lifecycle;
  /** What was logged so far, as objects; `text` as it was written. */
  logs: LogLine[];
  logText: () => string;
  /** Listens on a free port of this machine, once. Gives the address. */
  listen: () => Promise<{ port: number; url: string }>;
  close: () => Promise<void>;
};

export type TestAppOptions = {
  stores: Pick<TestStores, 'stores' | 'env'> | Stores;
  env?: Record<string, string>;
  lifecycle?: Lifecycle;
  metrics?: Metrics;
};

/** The service on given stores, started, as `npm start` would build it. Closing it leaves the stores open. */
export async function buildTestApp(options: TestAppOptions): Promise<TestApp> {
  const { lifecycle = { isStarted: true, isDraining: false }, env = {}, metrics } = options;
  const [stores, storesEnv] =
    'env' in options.stores ? [options.stores.stores, options.stores.env] : [options.stores, {}];
  const config = loadConfig({ ...storesEnv, ...env });
  const written: string[] = [];
  const logs: LogLine[] = [];
  const logger = buildLogger(config, {
    write: (line) => {
      written.push(line);
      logs.push(JSON.parse(line));
    },
  });
  const app = await buildApp({ config, stores, lifecycle, logger, metrics });
  let address: Promise<{ port: number; url: string }> | undefined;
  const listen = async () => {
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    return { port: (app.server.address() as AddressInfo).port, url };
  };
  return {
    app,
    lifecycle,
    logs,
    logText: () => written.join(''),
    listen: () => {
      address ??= listen();
      return address;
    },
    close: async () => {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}
