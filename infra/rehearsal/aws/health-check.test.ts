import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readSamples } from '../cloud/metrics';
import { passMinutes } from '../cloud/minutes';
import { publicNames } from '../cloud/public-names';
import { createAwsWorld, type Step, testMutations } from './testing/setup';

const token = 'aws:route53/healthCheck:HealthCheck';
const inputs = {
  type: 'HTTP',
  fqdn: 'orders.example.org',
  port: 80,
  resourcePath: '/health',
  requestInterval: 30,
  failureThreshold: 3,
};
const steps: readonly Step[] = [{ token, name: 'check', inputs }];
const numbers = 'aws.route53.health-check-numbers';
const address = 'aws.route53.health-check-address';

describe('a health check of Route 53', () => {
  testMutations(steps, [
    { rule: numbers, what: 'a minute', resource: 'check', inputs: { requestInterval: 60 } },
    { rule: numbers, what: 'eleven failures', resource: 'check', inputs: { failureThreshold: 11 } },
    { rule: numbers, what: 'port 0', resource: 'check', inputs: { port: 0 } },
    { rule: address, what: 'an unknown type', resource: 'check', inputs: { type: 'HTTP3' } },
    { rule: address, what: 'a URL', resource: 'check', inputs: { fqdn: 'https://orders.example.org' } },
    { rule: address, what: 'no host', resource: 'check', inputs: { fqdn: undefined } },
    { rule: address, what: 'a path without slash', resource: 'check', inputs: { resourcePath: 'health' } },
  ]);

  test('asks what answers under the name, and measures it in us-east-1', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.headers.host}${request.url}`);
      response.writeHead(asked.length < 2 ? 200 : 503).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { cloud, apply } = createAwsWorld();
    cloud.table(publicNames).set('orders.example.org', { connect: () => ({ kind: 'port', port }) });
    const { id } = await apply(token, 'check', inputs);

    await passMinutes(cloud, 2);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    cloud.table(publicNames).clear();
    await passMinutes(cloud, 1);

    const place = { partition: 'aws', account: '123456789012', region: 'us-east-1' };
    const series = { namespace: 'AWS/Route53', metric: 'HealthCheckStatus', labels: { HealthCheckId: id }, place };
    const samples = readSamples(cloud, series, { sinceMs: 0, untilMs: cloud.clock.now() });
    expect(samples.map(({ value }) => value)).toEqual([1, 0, 0]);
    expect(asked).toEqual(['orders.example.org/health', 'orders.example.org/health']);
  });
});
