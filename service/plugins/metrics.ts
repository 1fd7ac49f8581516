import { createServer, type Server } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { CacheState } from '../cache/read-cache';
import type { Database } from '../stores/database';

export type RequestEntry = { method: string; route: string; status: number; durationMs: number };

/** Figures of this process, as Prometheus text. https://prometheus.io/docs/instrumenting/exposition_formats/ */
export interface Metrics {
  observeRequest(entry: RequestEntry): void;
  observeCacheRead(resource: string, state: CacheState): void;
  observePool(database: Database): void;
  /** Serves `/metrics` on a port of its own, which must not be public. */
  listen(port: number, host: string): Promise<Server>;
}

export function buildMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer a request, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const cacheReads = new Counter({
    name: 'cache_reads_total',
    help: 'Reads through the cache: hit, miss, or bypass of an unavailable cache',
    labelNames: ['resource', 'state'],
    registers: [registry],
  });

  return {
    observeRequest: ({ method, route, status, durationMs }) => {
      requests.observe({ method, route, status }, durationMs / 1_000);
    },
    observeCacheRead: (resource, state) => cacheReads.inc({ resource, state }),
    observePool: (database) => {
      new Gauge({
        name: 'database_pool_connections',
        help: 'Connections for requests: total and idle; waiting: callers who wait for one',
        labelNames: ['state'],
        registers: [registry],
        collect() {
          for (const [state, value] of Object.entries(database.usage())) this.set({ state }, value);
        },
      });
    },
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        const server = createServer((request, response) => {
          if (request.url !== '/metrics') {
            response.writeHead(404).end();
            return;
          }
          registry.metrics().then(
            (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
            () => response.writeHead(500).end(),
          );
        });
        server.once('error', reject);
        server.listen(port, host, () => resolve(server));
      }),
  };
}
