import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runProgram } from '../rehearsal/engine/run-program';
import { render, required } from './testing/render';

type TestPod = { containers: { command: string[]; env: { name: string; value: string }[] }[] };

/** What the service answers to the test, by the contract. */
const right = { health: 'ok', company: 'Bar "1"', version: required.image.digest };
let server: Server | undefined;

afterEach(() => server?.close());

async function serve({ health, company, version }: typeof right): Promise<string> {
  server = createServer(({ url, headers }, response) => {
    response.setHeader('x-service-version', version);
    if (url === '/health') response.end(health);
    else response.end(headers.accept === 'application/json' ? JSON.stringify({ company }) : 'Hello, World!');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Runs what the pod of `helm test` would run, against this address. */
async function runTestPod(url: string) {
  const manifests = await render({ companyName: right.company });
  const pod = manifests.find(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === 'test');
  const [container] = (pod?.spec as TestPod | undefined)?.containers ?? [];
  const [command = '', ...args] = container?.command ?? [];
  const variables = Object.fromEntries(container?.env.map(({ name, value }) => [name, value]) ?? []);
  return runProgram(command, args, { env: { PATH: process.env.PATH, ...variables, SERVICE_URL: url } });
}

describe('helm test', () => {
  test('is content with the service of this release', async () => {
    const { code, stdout } = await runTestPod(await serve(right));
    expect(stdout).toContain('company of GET /: Bar "1"');
    expect(code).toBe(0);
  });

  test.each<[string, Partial<typeof right>, string]>([
    ['another company', { company: 'Another' }, 'company of GET / is Another, not Bar "1"'],
    ['another release', { version: 'dev' }, `X-Service-Version is dev, not ${right.version}`],
    ['a service that is ill', { health: 'no' }, 'GET /health is 200 no, not 200 ok'],
  ])('fails with %s', async (_, wrong, message) => {
    const { code, stderr } = await runTestPod(await serve({ ...right, ...wrong }));
    expect(stderr.trim()).toBe(message);
    expect(code).toBe(1);
  });
});
