import { type Static, Type } from 'typebox';
import { type ServiceSpec, settings } from '../target';
import { findDomainProblems } from './domain';
import { findFargateSize, largestFargateSize } from './fargate-size';

const egressCosts =
  'how tasks pull images, read secrets and write logs: `endpoints` (four, in one zone: 29 USD a month and 0.01 a GB; in ' +
  'two with database.highAvailability: 58) or `nat` (one gateway: 37 USD a month and 0.045 a GB); us-east-1 on 2026-11-21, ' +
  'https://aws.amazon.com/privatelink/pricing/ and https://aws.amazon.com/vpc/pricing/';

/** What only this target has. */
export const FargateSettings = settings({
  strategy: Type.Enum(['rolling', 'blue-green', 'canary'], {
    default: 'rolling',
    description:
      'how a new version takes over: instance by instance; all at once beside the old one; a tenth of the requests first',
  }),
  egress: Type.Enum(['endpoints', 'nat'], { default: 'endpoints', description: egressCosts }),
  spot: Type.Boolean({
    default: false,
    description: 'all instances but the first on Fargate Spot: cheaper, and AWS takes them back at two minutes notice',
  }),
  cpuTarget: Type.Integer({
    minimum: 20,
    maximum: 90,
    default: 60,
    description: 'percent of CPU, on average, that instances are added and removed to keep',
  }),
  requestsPerTarget: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      description: 'the same for requests a minute and instance, with `rolling` only; none: 6000',
    }),
  ),
  containerInsights: Type.Boolean({ default: false, description: 'metrics by task, at a price for each metric' }),
  waf: Type.Boolean({
    default: false,
    description: "AWS's common firewall rules in front, from 6 USD a month: what looks like an attack gets 403",
  }),
  exec: Type.Boolean({
    default: false,
    description: 'allow a shell in instances (ECS Exec); their file system is then writable',
  }),
});

export type FargateSettings = Static<typeof FargateSettings>;

const own = 'taproom:settings.ecs-fargate';

/** What of the request ECS on Fargate cannot do. */
export function findFargateProblems(
  { cpu, memoryMiB, minInstances, domain }: ServiceSpec,
  { spot, strategy, requestsPerTarget }: FargateSettings,
): string[] {
  const problems = findDomainProblems(domain);
  if (minInstances < 1) {
    problems.push('taproom:service.minInstances must be at least 1: nothing would start an instance at a request');
  }
  if (findFargateSize({ cpu, memoryMiB }) === undefined) {
    const largest = `${largestFargateSize.cpu} vCPU (cpu) and ${largestFargateSize.memoryMiB} MiB (memoryMiB)`;
    problems.push(`taproom:service must be at most ${largest}`);
  }
  if (spot && minInstances < 2) {
    problems.push(
      `${own}.spot must be false, or taproom:service.minInstances at least 2: only the first instance is never taken back`,
    );
  }
  if (requestsPerTarget !== undefined && strategy !== 'rolling') {
    problems.push(
      `${own}.requestsPerTarget must not be set with ${own}.strategy ${strategy}: ECS counts requests with rolling only`,
    );
  }
  return problems;
}
