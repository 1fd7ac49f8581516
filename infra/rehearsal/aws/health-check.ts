import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { route53 } from '@pulumi/aws';
import type { Cloud, Entity } from '../cloud/cloud';
import { feed } from '../cloud/metrics';
import { onEachMinute } from '../cloud/minutes';
import { connectByName } from '../cloud/public-names';
import { resource } from '../declare';
import { inputRule } from '../rules';

export const healthCheck = resource<route53.HealthCheck, route53.HealthCheckArgs>({
  token: 'aws:route53/healthCheck:HealthCheck',
  replaceOn: ['measureLatency', 'referenceName', 'requestInterval', 'routingControlArn', 'type'],
  defaults: { disabled: false, invertHealthcheck: false, measureLatency: false, requestInterval: 30 },
  unordered: ['regions'],
  empty: ['triggers'],
  seconds: { create: 1, delete: 1 },
  id: ({ seed }) => seed.uuid(),
  outputs: ({ id, inputs }) => ({
    arn: `arn:aws:route53:::healthcheck/${id}`,
    enableSni: inputs.enableSni ?? inputs.type.startsWith('HTTPS'),
    failureThreshold: inputs.failureThreshold ?? 3,
    regions: inputs.regions ?? [],
  }),
  create: ({ cloud }) => onEachMinute(cloud, 'aws 1: health checks', askEach),
});

/** Where all metrics of Route 53 are. */
const metricRegion = 'us-east-1';
const timeoutMs = 4_000;

async function askEach(cloud: Cloud): Promise<void> {
  for (const { id, inputs, place } of cloud.list(healthCheck)) {
    if (inputs.disabled) continue;
    const isHealthy = (await isAnswering(cloud, inputs)) !== (inputs.invertHealthcheck ?? false);
    const home = { ...place, region: metricRegion };
    const series = { namespace: 'AWS/Route53', labels: { HealthCheckId: id }, place: home };
    feed(cloud, { ...series, metric: 'HealthCheckStatus' }, isHealthy ? 1 : 0);
    feed(cloud, { ...series, metric: 'HealthCheckPercentageHealthy' }, isHealthy ? 100 : 0);
  }
}

/** Asks the front as it stands; 2xx and 3xx are healthy. Certificates are not looked at. Source:
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html */
function isAnswering(cloud: Cloud, inputs: Entity<route53.HealthCheckArgs>['inputs']): Promise<boolean> {
  const isSecure = String(inputs.type).startsWith('HTTPS');
  const host = String(inputs.fqdn);
  const found = connectByName(cloud, host, Number(inputs.port ?? (isSecure ? 443 : 80)));
  if (found?.kind !== 'port') return Promise.resolve(false);
  return new Promise((resolve) => {
    const outgoing = (isSecure ? requestHttps : requestHttp)({
      host: '127.0.0.1',
      port: found.port,
      path: String(inputs.resourcePath ?? '/'),
      headers: { host, 'user-agent': 'Amazon-Route53-Health-Check-Service' },
      ...(isSecure && { servername: host, rejectUnauthorized: false }),
      timeout: timeoutMs,
    });
    outgoing.once('response', (incoming) => {
      incoming.resume();
      resolve((incoming.statusCode ?? 500) < 400);
    });
    outgoing.once('timeout', () => outgoing.destroy());
    outgoing.once('error', () => resolve(false));
    outgoing.end();
  });
}

const source = 'https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html';
const types = [
  'HTTP',
  'HTTPS',
  'HTTP_STR_MATCH',
  'HTTPS_STR_MATCH',
  'TCP',
  'CALCULATED',
  'CLOUDWATCH_METRIC',
  'RECOVERY_CONTROL',
];

const rules = [
  inputRule({
    id: 'aws.route53.health-check-numbers',
    refuses: 'An interval other than 10 or 30 seconds, a threshold other than 1 to 10, or a port that is none.',
    source,
    types: healthCheck,
    check: ({ inputs: { requestInterval = 30, failureThreshold = 3, port = 80 } }) => [
      ...([10, 30].includes(requestInterval)
        ? []
        : [`expected requestInterval to be one of [10 30], got ${requestInterval}`]),
      ...(failureThreshold >= 1 && failureThreshold <= 10
        ? []
        : [`expected failureThreshold to be in the range (1 - 10), got ${failureThreshold}`]),
      ...(port >= 1 && port <= 65_535 ? [] : [`expected port to be in the range (1 - 65535), got ${port}`]),
    ],
  }),
  inputRule({
    id: 'aws.route53.health-check-address',
    refuses: 'A type that does not exist, a host that is no bare name, a path without its slash, or no host at all.',
    source,
    types: healthCheck,
    check: ({ inputs: { type, fqdn, ipAddress, resourcePath } }) => {
      if (!types.includes(type)) return `expected type to be one of ${JSON.stringify(types)}, got ${type}`;
      if (!/^(HTTP|TCP)/.test(type)) return undefined;
      return [
        ...(fqdn === undefined && ipAddress === undefined ? ['InvalidInput: fqdn or ipAddress must be given'] : []),
        ...(fqdn === undefined || /^[A-Za-z0-9*_.-]{1,255}$/.test(fqdn)
          ? []
          : [`InvalidInput: Invalid fully qualified domain name: ${fqdn} (fqdn: a name without scheme and path)`]),
        ...(resourcePath === undefined || /^\/.{0,254}$/.test(resourcePath)
          ? []
          : ['InvalidInput: resourcePath must begin with / and have at most 255 characters']),
      ];
    },
  }),
];

export const healthCheckSimulation = { resources: [healthCheck], functions: [], rules };
