import { resourceName, type StackIdentity } from '../names';

/** The longest name of each kind of resource. Sources: the API reference of each service, `Create...` actions. */
export const awsNameLimits = {
  alarm: 255,
  appRunnerService: 40,
  // Of 40, nine are left for a hash of what it connects.
  appRunnerVpcConnector: 31,
  // "Member must have length less than or equal to 32", unlike the other names of App Runner.
  appRunnerAutoScaling: 32,
  budget: 100,
  cacheSubnetGroup: 255,
  dashboard: 255,
  dbInstance: 63,
  dbParameterGroup: 255,
  dbSnapshot: 255,
  dbSubnetGroup: 255,
  ecrRepository: 256,
  ecsCluster: 255,
  // Also the family of its task definitions, which has the same limit.
  ecsService: 255,
  eksCluster: 100,
  eksNodeGroup: 63,
  // It begins the label of a host name, before a part of AWS's own, and a certificate's first name has 64 characters.
  expressService: 32,
  lambdaFunction: 64,
  loadBalancer: 32,
  // Of 512, the prefix takes some.
  logGroup: 480,
  metricFilter: 512,
  metricNamespace: 255,
  replicationGroup: 40,
  role: 64,
  scalingPolicy: 256,
  schedule: 64,
  secret: 512,
  securityGroup: 255,
  tagName: 256,
  targetGroup: 32,
  topic: 256,
  webAcl: 128,
} as const;

/** The name of one resource; `part` tells it from others of its kind. */
export type AwsNames = (kind: keyof typeof awsNameLimits, part: string) => string;

export function awsNames(identity: StackIdentity): AwsNames {
  return (kind, part) => resourceName(identity, part, awsNameLimits[kind]);
}

/** The repository's policy names the function before it exists. */
export function migrationFunctionName(names: AwsNames): string {
  return names('lambdaFunction', 'migration');
}
