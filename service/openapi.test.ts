import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Ajv from 'ajv/dist/2020';
import type { OpenAPIV3_1 } from 'openapi-types';
import { problemCodes } from './errors';
import { buildTestApp, type TestApp } from './testing/build-test-app';
import { openEmbeddedTestStores, type TestStores } from './testing/test-stores';

type Document = OpenAPIV3_1.Document;
type Operation = OpenAPIV3_1.OperationObject;
type Content = { schema?: object; example?: unknown; examples?: Record<string, { value: unknown }> };

describe('the OpenAPI document', () => {
  let stores: TestStores;
  let app: TestApp;
  let document: Document;
  beforeAll(async () => {
    stores = await openEmbeddedTestStores();
    app = await buildTestApp({ stores, env: { COMPANY_NAME: 'Acme', SERVICE_VERSION: '1.2.3' } });
    document = (await app.app.inject('/openapi.json')).json();
  });
  afterAll(async () => {
    await app.close();
    await stores.close();
  });

  const operations = (): [name: string, operation: Operation][] =>
    Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
      Object.entries(item ?? {}).map(([method, operation]): [string, Operation] => [
        `${method.toUpperCase()} ${path}`,
        operation as Operation,
      ]),
    );
  const responses = (operation: Operation) => operation.responses as Record<string, OpenAPIV3_1.ResponseObject>;

  test('is valid OpenAPI 3.1', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'taproom-openapi-'));
    const file = join(folder, 'openapi.json');
    await writeFile(file, JSON.stringify(document));
    // An ES module, which jest cannot load on Node 20: its program in a process of its own.
    const validator = join(__dirname, '../node_modules/@seriousme/openapi-schema-validator/bin/validate-api-cli.js');
    const { stdout } = await promisify(execFile)(process.execPath, [validator, file]).catch((error) => error);
    await rm(folder, { recursive: true });
    expect(JSON.parse(stdout)).toEqual({ valid: true });
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.info).toMatchObject({ title: 'Acme API', description: 'API for Acme', version: '1.2.3' });
  });

  test('has every route, with a summary and the answer of its success', () => {
    expect(
      operations()
        .map(([name, { responses: all }]) => `${name} ${Object.keys(all ?? {}).find((status) => /^2/.test(status))}`)
        .sort(),
    ).toEqual([
      'GET / 200',
      'GET /api/{value} 200',
      'GET /beers 200',
      'GET /beers/{id} 200',
      'GET /data 200',
      'GET /data/{key} 200',
      'GET /health 200',
      'GET /healthz 200',
      'GET /openapi.json 200',
      'GET /ready 200',
      'GET /readyz 200',
      'GET /startup 200',
      'GET /users 200',
      'GET /users/{id} 200',
      'POST /beers 201',
      'POST /beers/seed 200',
      'POST /data 200',
      'POST /users 201',
    ]);
    for (const [name, { summary }] of operations())
      expect([name, summary]).toEqual([name, expect.stringMatching(/\S/)]);
  });

  test('names the errors of each route', () => {
    const statuses = Object.fromEntries(
      operations().map(([name, operation]) => [name, Object.keys(responses(operation))]),
    );
    const write = ['400', '401', '405', '413', '415', '429', '500', '503', 'default'];
    for (const name of ['POST /data', 'POST /users', 'POST /beers']) {
      expect([name, statuses[name]]).toEqual([name, expect.arrayContaining(write)]);
    }
    expect(statuses['POST /users']).toContain('409');
    for (const name of ['GET /data/{key}', 'GET /users/{id}', 'GET /beers/{id}']) {
      expect([name, statuses[name]]).toEqual([name, expect.arrayContaining(['400', '404', '405', '503'])]);
    }
    for (const name of ['GET /data', 'GET /users', 'GET /beers']) {
      expect([name, statuses[name]]).toEqual([name, expect.arrayContaining(['304', '400', '503'])]);
    }
    expect(statuses['GET /ready']).toContain('503');
  });

  test('names every error code', () => {
    const problem = document.components?.schemas?.Problem as { properties: { code: { enum: string[] } } };
    expect(problem.properties.code.enum).toEqual(Object.keys(problemCodes));
  });

  test('asks for the API key at every write, and nowhere else', () => {
    expect(document.components?.securitySchemes?.apiKey).toMatchObject({ type: 'http', scheme: 'bearer' });
    for (const [name, { security }] of operations()) {
      expect([name, security]).toEqual([name, name.startsWith('POST') ? [{ apiKey: [] }, {}] : undefined]);
    }
  });

  test('has examples that fit their schemas', () => {
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    ajv.addSchema({ ...document, $id: 'document' });
    const resolve = (schema: object) => JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/'));
    let checked = 0;
    const check = (name: string, { schema, example, examples }: Content) => {
      const values = [
        ...(example === undefined ? [] : [example]),
        ...Object.values(examples ?? {}).map(({ value }) => value),
      ];
      for (const value of values) {
        const validate = ajv.compile(resolve(schema ?? {}));
        expect([name, validate(value), validate.errors]).toEqual([name, true, null]);
        checked += 1;
      }
    };
    for (const [name, operation] of operations()) {
      const body = (operation.requestBody as OpenAPIV3_1.RequestBodyObject | undefined)?.content ?? {};
      for (const content of Object.values(body)) check(name, content as Content);
      for (const [status, { content = {} }] of Object.entries(responses(operation))) {
        for (const [type, one] of Object.entries(content)) check(`${name} ${status} ${type}`, one as Content);
      }
    }
    expect(checked).toBeGreaterThan(50);
  });

  test('shows an example of every body that is sent or answered', () => {
    for (const [name, operation] of operations().filter(([name]) => /^(POST|GET) \/(data|users|beers)/.test(name))) {
      const success = Object.entries(responses(operation)).find(([status]) => /^2/.test(status))?.[1];
      const contents = [
        success?.content,
        (operation.requestBody as OpenAPIV3_1.RequestBodyObject | undefined)?.content,
      ];
      for (const content of contents.filter((one) => one !== undefined)) {
        const { example, examples, schema } = Object.values(content)[0] as Content & {
          schema: { examples?: unknown; items?: { examples?: unknown } };
        };
        expect([name, example ?? examples ?? schema.examples ?? schema.items?.examples]).not.toEqual([name, undefined]);
      }
    }
  });

  test('holds patterns that other languages read', () => {
    for (const [, pattern] of JSON.stringify(document).matchAll(/"pattern":"((?:[^"\\]|\\.)*)"/g)) {
      expect(JSON.parse(`"${pattern}"`)).not.toMatch(/\\u/);
    }
  });
});
