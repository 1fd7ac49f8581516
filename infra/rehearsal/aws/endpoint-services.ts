import { createSeed } from '../cloud/seed';

/** Services that a VPC reaches by a route in its tables. Source: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html */
const gatewayServices = ['dynamodb', 's3'];

/** Services with interfaces in a VPC. Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html */
const interfaceServices = [
  'acm-pca',
  'application-autoscaling',
  'apprunner',
  'apprunner.requests',
  'athena',
  'autoscaling',
  'bedrock-runtime',
  'cloudformation',
  'codebuild',
  'dynamodb',
  'ec2',
  'ec2messages',
  'ecr.api',
  'ecr.dkr',
  'ecs',
  'ecs-agent',
  'ecs-telemetry',
  'eks',
  'eks-auth',
  'elasticache',
  'elasticfilesystem',
  'elasticloadbalancing',
  'events',
  'execute-api',
  'guardduty-data',
  'kinesis-streams',
  'kms',
  'lambda',
  'logs',
  'monitoring',
  'rds',
  'rds-data',
  's3',
  'secretsmanager',
  'servicediscovery',
  'sns',
  'sqs',
  'ssm',
  'ssmmessages',
  'states',
  'sts',
  'xray',
];

export type EndpointType = 'Gateway' | 'Interface';

/** How a service of this region can be reached; nothing when there is no such service (that is known here). */
export function endpointTypesOf(serviceName: string, region: string): EndpointType[] {
  const service = serviceOf(serviceName, region);
  if (service === undefined) return [];
  return [
    ...(gatewayServices.includes(service) ? (['Gateway'] as const) : []),
    ...(interfaceServices.includes(service) ? (['Interface'] as const) : []),
  ];
}

/** `com.amazonaws.eu-west-1.ecr.api` is `ecr.api`; undefined in another region. */
export function serviceOf(serviceName: string, region: string): string | undefined {
  const prefix = `com.amazonaws.${region}.`;
  return serviceName.startsWith(prefix) ? serviceName.slice(prefix.length) : undefined;
}

/**
 * The name that programs in the VPC ask for: the words of a service's name the other way round. Every account's registry has a
 * name of its own below ECR's. Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 */
export function privateNameOf(service: string, region: string): string {
  return `${service === 'ecr.dkr' ? '*.' : ''}${service.split('.').reverse().join('.')}.${region}.amazonaws.com`;
}

/** The list of a gateway service's public addresses, which routes and security groups may name. */
export function prefixListOf(serviceName: string, region: string): { id: string; cidrBlocks: string[] } | undefined {
  if (!endpointTypesOf(serviceName, region).includes('Gateway')) return undefined;
  // 198.51.100.0/24 is kept for documentation.
  return { id: `pl-${createSeed(`prefix list of ${serviceName}`).hex(8)}`, cidrBlocks: ['198.51.100.0/24'] };
}

/** Every gateway service of a region. */
export function gatewayServiceNames(region: string): string[] {
  return gatewayServices.map((service) => `com.amazonaws.${region}.${service}`);
}
