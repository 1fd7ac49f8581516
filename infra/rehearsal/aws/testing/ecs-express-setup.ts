import type { World } from '../../testing/world';
import { digestA, digestB, trust } from './app-runner-setup';
import { instanceSetup } from './database-setup';
import { pushImageTo } from './push-image';
import { type Changes, type Made, type Step, text } from './setup';

const association = (name: string): Step => ({
  token: 'aws:ec2/routeTableAssociation:RouteTableAssociation',
  name: `${name}-association`,
  inputs: (made) => ({ subnetId: text(made, name), routeTableId: text(made, 'public-routes') }),
});

/** Two public subnets in two zones, and 443 out of the service's group. */
const publicSetup: readonly Step[] = [
  ...instanceSetup,
  {
    token: 'aws:ec2/internetGateway:InternetGateway',
    name: 'gateway',
    inputs: (made) => ({ vpcId: text(made, 'network') }),
  },
  {
    token: 'aws:ec2/routeTable:RouteTable',
    name: 'public-routes',
    inputs: (made) => ({
      vpcId: text(made, 'network'),
      routes: [{ cidrBlock: '0.0.0.0/0', gatewayId: text(made, 'gateway') }],
    }),
  },
  ...['a', 'b'].map(
    (letter, index): Step => ({
      token: 'aws:ec2/subnet:Subnet',
      name: `public-${letter}`,
      inputs: (made) => ({
        vpcId: text(made, 'network'),
        cidrBlock: `10.0.${128 + index}.0/24`,
        availabilityZone: `eu-central-1${letter}`,
      }),
    }),
  ),
  association('public-a'),
  association('public-b'),
  {
    token: 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule',
    name: 'egress-443',
    inputs: (made) => ({
      securityGroupId: text(made, 'service-group'),
      cidrIpv4: '0.0.0.0/0',
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
    }),
  },
];

/** An Express service that pulls from ECR, reads its secret and reaches the database. */
export const expressSetup: readonly Step[] = [
  ...publicSetup,
  { token: 'aws:ecr/repository:Repository', name: 'images', inputs: { name: 'orders' } },
  { token: 'aws:secretsmanager/secret:Secret', name: 'secret', inputs: { name: 'orders' } },
  {
    token: 'aws:secretsmanager/secretVersion:SecretVersion',
    name: 'version',
    inputs: (made) => ({ secretId: text(made, 'secret'), secretString: JSON.stringify({ PASSWORD: 'hush' }) }),
  },
  { token: 'aws:cloudwatch/logGroup:LogGroup', name: 'logs', inputs: { name: '/ecs/orders', retentionInDays: 30 } },
  {
    token: 'aws:iam/role:Role',
    name: 'execution-role',
    inputs: { name: 'execution', assumeRolePolicy: trust('ecs-tasks.amazonaws.com') },
  },
  {
    token: 'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
    name: 'execution-policy',
    inputs: (made) => ({
      role: text(made, 'execution-role'),
      policyArn: 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy',
    }),
  },
  {
    token: 'aws:iam/rolePolicy:RolePolicy',
    name: 'secret-policy',
    inputs: (made) => ({
      role: text(made, 'execution-role'),
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: text(made, 'secret', 'arn') },
        ],
      }),
    }),
  },
  {
    token: 'aws:iam/role:Role',
    name: 'infrastructure-role',
    inputs: { name: 'infrastructure', assumeRolePolicy: trust('ecs.amazonaws.com') },
  },
  {
    token: 'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
    name: 'infrastructure-policy',
    inputs: (made) => ({
      role: text(made, 'infrastructure-role'),
      policyArn: 'arn:aws:iam::aws:policy/service-role/AmazonECSInfrastructureRoleforExpressGatewayServices',
    }),
  },
  { token: 'aws:ecs/cluster:Cluster', name: 'cluster', inputs: { name: 'orders' } },
  {
    token: 'aws:ecs/expressGatewayService:ExpressGatewayService',
    name: 'service',
    inputs: (made) => ({
      serviceName: 'orders',
      cluster: text(made, 'cluster', 'name'),
      cpu: '256',
      memory: '512',
      executionRoleArn: text(made, 'execution-role', 'arn'),
      infrastructureRoleArn: text(made, 'infrastructure-role', 'arn'),
      primaryContainer: containerOf(made),
      healthCheckPath: '/startup',
      networkConfigurations: [networkOf(made)],
      scalingTargets: [
        { autoScalingMetric: 'AVERAGE_CPU', autoScalingTargetValue: 60, minTaskCount: 1, maxTaskCount: 2 },
      ],
      waitForSteadyState: true,
    }),
  },
];

/** The service's container, with changes. */
export function containerOf(made: Made, changes: Record<string, unknown> = {}) {
  return JSON.parse(
    JSON.stringify({
      image: imageOf(made, digestA),
      containerPort: 8080,
      environments: [{ name: 'COMPANY', value: 'Orders' }],
      secrets: [
        {
          name: 'PASSWORD',
          valueFrom: `${text(made, 'secret', 'arn')}:PASSWORD::${text(made, 'version', 'versionId')}`,
        },
      ],
      awsLogsConfigurations: [{ logGroup: text(made, 'logs', 'name'), logStreamPrefix: 'orders' }],
      ...changes,
    }),
  );
}

export function networkOf(made: Made, subnets = ['public-a', 'public-b']): Changes & { subnets: string[] } {
  return {
    subnets: subnets.map((name) => text(made, name)),
    securityGroups: [text(made, 'service-group')],
  };
}

export function imageOf(made: Made, digest: string): string {
  return `${text(made, 'images', 'repositoryUrl')}@${digest}`;
}

/** Between the repository and what runs its images. */
export function pushImages(world: World, made: Made): void {
  for (const digest of [digestA, digestB]) pushImageTo(world, text(made, 'images', 'repositoryUrl'), digest);
}
