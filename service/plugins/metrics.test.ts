import type { AddressInfo } from 'node:net';
import { buildTestApp, type TestApp } from '../testing/build-test-app';
import { openEmbeddedTestStores, type TestStores } from '../testing/test-stores';
import { buildMetrics } from './metrics';

describe('metrics', () => {
  let stores: TestStores;
  let app: TestApp;
  let url: string;
  let close: () => void;
  beforeAll(async () => {
    stores = await openEmbeddedTestStores();
    const metrics = buildMetrics();
    metrics.observePool(stores.stores.database);
    app = await buildTestApp({ stores, metrics });
    const server = await metrics.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    close = () => server.close();
  });
  afterAll(async () => {
    close();
    await app.close();
    await stores.close();
  });

  test('count requests by route and status, cache reads, connections and event loop delay', async () => {
    for (const path of ['/users', '/users', '/users/7', '/nowhere/at/all', '/users/%ff']) await app.app.inject(path);
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    const text = await response.text();
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/users",status="200"} 2');
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/users/:id",status="404"} 1');
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="unknown",status="404"} 1');
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="unknown",status="400"} 1');
    expect(text).toMatch(
      /http_request_duration_seconds_bucket\{le="0\.005",method="GET",route="\/users",status="200"\} \d/,
    );
    expect(text).toContain('cache_reads_total{resource="users",state="hit"} 1');
    expect(text).toMatch(/cache_reads_total\{resource="users",state="miss"\} [12]/);
    expect(text).toContain('database_pool_connections{state="total"} 1');
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds \d/m);
  });

  test('are on their own port only, and nothing else is there', async () => {
    expect((await app.app.inject('/metrics')).statusCode).toBe(404);
    expect((await fetch(`${url}/`)).status).toBe(404);
    expect((await fetch(`${url}/users`)).status).toBe(404);
  });
});
