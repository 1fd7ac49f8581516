import type { LightMyRequestResponse } from 'fastify';
import type { TestApp } from '../build-test-app';
import { buildTestApp } from '../build-test-app';
import type { TestStores } from '../test-stores';

export type Stores = () => TestStores;

/** An app of its own for a describe block, on emptied stores. */
export function useApp(stores: Stores, env?: Record<string, string>): () => TestApp {
  let testApp: TestApp;
  beforeAll(async () => {
    await stores().reset();
    testApp = await buildTestApp({ stores: stores(), ...(env === undefined ? {} : { env }) });
  });
  afterAll(() => testApp.close());
  return () => testApp;
}

type Headers = Record<string, string>;

export function get({ app }: TestApp, url: string, headers: Headers = {}) {
  return app.inject({ method: 'GET', url, headers });
}

/** Posts text or bytes as they are, anything else as JSON. */
export function post({ app }: TestApp, url: string, body?: unknown, headers: Headers = {}) {
  const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return app.inject({
    method: 'POST',
    url,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
}

/** Checks the form of problem details, and gives them. */
export function expectProblem(response: LightMyRequestResponse, status: number, code: string) {
  expect({ status: response.statusCode, body: response.json() }).toMatchObject({ status, body: { code } });
  expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  const problem = response.json();
  expect(problem).toMatchObject({
    type: 'about:blank',
    title: expect.stringMatching(/\S/),
    status,
    detail: expect.stringMatching(/\S/),
    requestId: response.headers['x-request-id'],
    error: problem.detail,
  });
  return problem;
}
