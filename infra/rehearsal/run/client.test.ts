import { setTargets, shiftTraffic } from '../aws/target-group-targets';
import { loadBalancerSetup, secureSetup } from '../aws/testing/load-balancer-setup';
import { applySetup, createAwsWorld, type Made, text } from '../aws/testing/setup';
import { connectByName } from '../cloud/public-names';
import { createRuntime } from '../runtime/create-runtime';
import type { Container, Runtime } from '../runtime/runtime';
import { buildTinyImage, noNetwork } from '../runtime/testing/build-tiny-image';
import type { World } from '../testing/world';
import { createClient, type FrontClient } from './client';

/** Says its name and what it was asked; /cut closes the connection, /slow answers after 2 seconds. */
const program = (name: string) => `
  require('node:http').createServer((request, response) => {
    if (request.url === '/cut') return request.socket.destroy();
    if (request.url === '/slow') return setTimeout(() => response.end(), 2000);
    request.resume().on('end', () => response.end(JSON.stringify({ name: '${name}', headers: request.headers })));
  }).listen(8080);
`;

const userAgent = { 'user-agent': 'test' };

let runtime: Runtime;
let blue: Container;
let green: Container;

async function start(name: string): Promise<Container> {
  const { digest } = await buildTinyImage(runtime, program(name));
  const container = await runtime.startContainer({ name, digest, env: {}, network: noNetwork, logGroup: name });
  const probe = { kind: 'tcp', port: 8080, initialDelaySeconds: 0, intervalSeconds: 1, timeoutSeconds: 1 } as const;
  await runtime.waitUntilHealthy(container, { ...probe, healthyThreshold: 1, unhealthyThreshold: 10 });
  return container;
}

function clientOf({ cloud }: World): FrontClient {
  return createClient(runtime.frontCertificateAuthority, (host, port) => connectByName(cloud, host, port));
}

function target(made: Made, group: string, container: Container, world: World): void {
  setTargets(world.cloud, String(made[group]?.arn), [{ container, port: 8080 }]);
}

beforeAll(async () => {
  runtime = await createRuntime();
  [blue, green] = await Promise.all([start('blue'), start('green')]);
});

afterAll(() => runtime.close());

describe('a client of a load balancer', () => {
  test('reaches its targets by the name of the load balancer', async () => {
    const world = createAwsWorld({ runtime });
    const made = await applySetup(world, loadBalancerSetup);
    const client = clientOf(world);
    const url = `http://${made.balancer?.dnsName}`;
    expect(client.locate(url)).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(url).toMatch(/^http:\/\/balancer-[0-9a-f]{7}-\d{9}\.eu-central-1\.elb\.amazonaws\.com$/);
    expect(await client.send(url)).toMatchObject({ status: 503, headers: { server: 'awselb/2.0' } });
    target(made, 'blue', blue, world);
    const answer = await client.send(url, { headers: { 'x-forwarded-for': '6.6.6.6' } });
    expect(answer.json()).toMatchObject({
      name: 'blue',
      headers: {
        host: made.balancer?.dnsName,
        'x-forwarded-for': '6.6.6.6, 127.0.0.1',
        'x-forwarded-proto': 'http',
        'x-forwarded-port': '80',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      },
    });
    expect((await client.send(`${url}/cut`)).status).toBe(502);
    const balancer = {
      name: text(made, 'balancer', 'name'),
      subnets: [text(made, 'public-a'), text(made, 'public-b')],
    };
    const groups = { securityGroups: [text(made, 'front-group')] };
    await world.apply('aws:lb/loadBalancer:LoadBalancer', 'balancer', { ...balancer, ...groups, idleTimeout: 1 });
    expect((await client.send(`${url}/slow`)).status).toBe(504);
    expect((await client.send(`${url}/?${'q'.repeat(17_000)}`)).status).toBe(414);
    expect((await client.send(url, { headers: { 'x-long': 'x'.repeat(17_000) } })).status).toBe(400);
    await expect(client.send(url.replace('http', 'https'))).rejects.toThrow('no listener on this port');
    await expect(client.send('http://nowhere.example.org')).rejects.toThrow('unknown host: there is no name');
    client.close();
  });

  test('reaches them by a name of its own over HTTPS, by rule and weight, behind a firewall', async () => {
    const world = createAwsWorld({ runtime });
    const made = await applySetup(world, secureSetup);
    const client = clientOf(world);
    target(made, 'blue', blue, world);
    target(made, 'green', green, world);
    const url = 'https://beer.example.org';
    const ask = async () => (await client.send(url, { headers: userAgent })).json();
    expect(await client.send('http://beer.example.org/a?b=c', { headers: userAgent })).toMatchObject({
      status: 301,
      headers: { location: 'https://beer.example.org:443/a?b=c' },
    });
    const names = await Promise.all(Array.from({ length: 30 }, async () => ((await ask()) as { name: string }).name));
    expect(names.filter((name) => name === 'green').length).toBeGreaterThan(0);
    expect(names.filter((name) => name === 'green').length).toBeLessThan(9);
    shiftTraffic(world.cloud, String(made.rule?.arn), { [String(made.green?.arn)]: 100, [String(made.blue?.arn)]: 0 });
    expect(await ask()).toMatchObject({ name: 'green', headers: { 'x-forwarded-proto': 'https' } });
    expect((await client.send(url)).status).toBe(403);
    const long = { method: 'POST', headers: userAgent, body: 'x'.repeat(8_193) };
    expect((await client.send(url, long)).status).toBe(403);
    expect((await client.send(url, { ...long, body: 'x'.repeat(8_192) })).status).toBe(200);
    // The rule is for the one name, and the certificate too.
    const other = { headers: { ...userAgent, host: 'other.example.org' } };
    expect((await client.send(url, other)).status).toBe(404);
    await expect(client.send(`https://${made.balancer?.dnsName}`, { headers: userAgent })).rejects.toThrow(/altnames/);
    client.close();
  });

  test('waits for ever where a security group, a route or the scheme is in the way', async () => {
    const cases = [
      { of: 'front-group', inputs: { ingress: [] }, why: 'lets TCP 80 in from the internet' },
      { of: 'public-routes', inputs: { routes: [] }, why: 'has no route to an internet gateway' },
      { of: 'balancer', inputs: { internal: true }, why: 'the load balancer is internal' },
    ];
    for (const { of, inputs, why } of cases) {
      const world = createAwsWorld({ runtime });
      const made = await applySetup(world, loadBalancerSetup, { of, inputs });
      const client = clientOf(world);
      await expect(client.send(`http://${made.balancer?.dnsName}`)).rejects.toThrow(why);
      client.close();
    }
  });
});
