import type { World } from '../../testing/world';
import { trust } from './app-runner-setup';
import { instanceSetup } from './database-setup';
import { pushImageTo } from './push-image';
import { type Made, type Step, text } from './setup';

export const digestA = `sha256:${'a'.repeat(64)}`;
export const digestB = `sha256:${'b'.repeat(64)}`;

const allow = (statements: readonly { Action: unknown; Resource: unknown }[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
  });

/** Two public subnets with a load balancer, whose group may reach the service's on 8080. */
const balancerSetup: readonly Step[] = [
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
  ...['a', 'b'].flatMap((letter, index): Step[] => [
    {
      token: 'aws:ec2/subnet:Subnet',
      name: `public-${letter}`,
      inputs: (made) => ({
        vpcId: text(made, 'network'),
        cidrBlock: `10.0.${100 + index}.0/24`,
        availabilityZone: `eu-central-1${letter}`,
      }),
    },
    {
      token: 'aws:ec2/routeTableAssociation:RouteTableAssociation',
      name: `public-${letter}-association`,
      inputs: (made) => ({ subnetId: text(made, `public-${letter}`), routeTableId: text(made, 'public-routes') }),
    },
  ]),
  {
    token: 'aws:ec2/securityGroup:SecurityGroup',
    name: 'balancer-group',
    inputs: (made) => ({ vpcId: text(made, 'network'), description: 'balancer' }),
  },
  {
    token: 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule',
    name: 'from-internet',
    inputs: (made) => ({
      securityGroupId: text(made, 'balancer-group'),
      cidrIpv4: '0.0.0.0/0',
      ipProtocol: 'tcp',
      fromPort: 80,
      toPort: 80,
    }),
  },
  ...(['Egress', 'Ingress'] as const).map(
    (direction): Step => ({
      token: `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`,
      name: `balancer-${direction.toLowerCase()}`,
      inputs: (made) => {
        const groups = [text(made, 'balancer-group'), text(made, 'service-group')];
        const [own = '', other = ''] = direction === 'Egress' ? groups : groups.reverse();
        const ports = { ipProtocol: 'tcp', fromPort: 8_080, toPort: 8_080 };
        return { securityGroupId: own, referencedSecurityGroupId: other, ...ports };
      },
    }),
  ),
  {
    token: 'aws:lb/loadBalancer:LoadBalancer',
    name: 'balancer',
    inputs: (made) => ({
      name: 'orders',
      subnets: [text(made, 'public-a'), text(made, 'public-b')],
      securityGroups: [text(made, 'balancer-group')],
    }),
  },
  ...['blue', 'green'].map(
    (color): Step => ({
      token: 'aws:lb/targetGroup:TargetGroup',
      name: color,
      inputs: (made) => ({
        name: color,
        port: 8_080,
        protocol: 'HTTP',
        targetType: 'ip',
        vpcId: text(made, 'network'),
        healthCheck: { path: '/startup' },
      }),
    }),
  ),
  {
    token: 'aws:lb/listener:Listener',
    name: 'listener',
    inputs: (made) => ({
      loadBalancerArn: text(made, 'balancer'),
      port: 80,
      protocol: 'HTTP',
      defaultActions: [{ type: 'fixed-response', fixedResponse: { contentType: 'text/plain', statusCode: '404' } }],
    }),
  },
  {
    token: 'aws:lb/listenerRule:ListenerRule',
    name: 'rule',
    inputs: (made) => ({
      listenerArn: text(made, 'listener'),
      priority: 1,
      conditions: [{ pathPattern: { values: ['/*'] } }],
      actions: [
        {
          type: 'forward',
          forward: {
            targetGroups: [
              { arn: text(made, 'blue'), weight: 100 },
              { arn: text(made, 'green'), weight: 0 },
            ],
          },
        },
      ],
    }),
  },
];

/** Everything that the tasks need before they run, reached through endpoints of the VPC. */
const waySetup: readonly Step[] = [
  {
    token: 'aws:ec2/routeTable:RouteTable',
    name: 'private-routes',
    inputs: (made) => ({ vpcId: text(made, 'network') }),
  },
  ...['a', 'b'].map(
    (letter): Step => ({
      token: 'aws:ec2/routeTableAssociation:RouteTableAssociation',
      name: `private-${letter}-association`,
      inputs: (made) => ({ subnetId: text(made, `private-${letter}`), routeTableId: text(made, 'private-routes') }),
    }),
  ),
  {
    token: 'aws:ec2/securityGroup:SecurityGroup',
    name: 'endpoint-group',
    inputs: (made) => ({ vpcId: text(made, 'network'), description: 'endpoints' }),
  },
  {
    token: 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule',
    name: 'endpoint-ingress',
    inputs: (made) => ({
      securityGroupId: text(made, 'endpoint-group'),
      cidrIpv4: '10.0.0.0/16',
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
    }),
  },
  ...['ecr.api', 'ecr.dkr', 'secretsmanager', 'logs'].map(
    (service): Step => ({
      token: 'aws:ec2/vpcEndpoint:VpcEndpoint',
      name: service,
      inputs: (made) => ({
        vpcId: text(made, 'network'),
        serviceName: `com.amazonaws.eu-central-1.${service}`,
        vpcEndpointType: 'Interface',
        privateDnsEnabled: true,
        subnetIds: [text(made, 'private-a')],
        securityGroupIds: [text(made, 'endpoint-group')],
      }),
    }),
  ),
  {
    token: 'aws:ec2/vpcEndpoint:VpcEndpoint',
    name: 's3',
    inputs: (made) => ({
      vpcId: text(made, 'network'),
      serviceName: 'com.amazonaws.eu-central-1.s3',
      vpcEndpointType: 'Gateway',
      routeTableIds: [text(made, 'private-routes')],
    }),
  },
  {
    token: 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule',
    name: 'to-endpoints',
    inputs: (made) => ({
      securityGroupId: text(made, 'service-group'),
      referencedSecurityGroupId: text(made, 'endpoint-group'),
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
    }),
  },
  {
    token: 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule',
    name: 'to-s3',
    inputs: (made) => ({
      securityGroupId: text(made, 'service-group'),
      prefixListId: text(made, 's3', 'prefixListId'),
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
    }),
  },
];

const roleSetup: readonly Step[] = [
  { token: 'aws:ecr/repository:Repository', name: 'images', inputs: { name: 'orders' } },
  { token: 'aws:secretsmanager/secret:Secret', name: 'secret', inputs: { name: 'orders' } },
  {
    token: 'aws:secretsmanager/secretVersion:SecretVersion',
    name: 'version',
    inputs: (made) => ({ secretId: text(made, 'secret'), secretString: JSON.stringify({ PASSWORD: 'hush' }) }),
  },
  { token: 'aws:cloudwatch/logGroup:LogGroup', name: 'lines', inputs: { name: '/ecs/orders', retentionInDays: 7 } },
  ...['execution', 'task'].map(
    (name): Step => ({
      token: 'aws:iam/role:Role',
      name: `${name}-role`,
      inputs: { name, assumeRolePolicy: trust('ecs-tasks.amazonaws.com') },
    }),
  ),
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
      policyArn: 'arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers',
    }),
  },
  {
    token: 'aws:iam/rolePolicy:RolePolicy',
    name: 'pull-policy',
    inputs: (made) => ({
      role: text(made, 'execution-role'),
      policy: allow([
        { Action: 'ecr:GetAuthorizationToken', Resource: '*' },
        { Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], Resource: text(made, 'images', 'arn') },
      ]),
    }),
  },
  {
    token: 'aws:iam/rolePolicy:RolePolicy',
    name: 'secret-policy',
    inputs: (made) => ({
      role: text(made, 'execution-role'),
      policy: allow([{ Action: 'secretsmanager:GetSecretValue', Resource: text(made, 'secret', 'arn') }]),
    }),
  },
  {
    token: 'aws:iam/rolePolicy:RolePolicy',
    name: 'log-policy',
    inputs: (made) => ({
      role: text(made, 'execution-role'),
      policy: allow([
        { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: `${text(made, 'lines', 'arn')}:*` },
      ]),
    }),
  },
];

/** The container of the service, with changes. */
export function containersOf(made: Made, changes: Record<string, unknown> = {}): string {
  const container = {
    name: 'orders',
    image: `${text(made, 'images', 'repositoryUrl')}@${digestA}`,
    essential: true,
    portMappings: [{ containerPort: 8_080 }],
    environment: [
      { name: 'COMPANY', value: 'Orders' },
      { name: 'PORT', value: '8080' },
    ],
    secrets: [
      {
        name: 'PASSWORD',
        valueFrom: `${text(made, 'secret', 'arn')}:PASSWORD::${text(made, 'version', 'versionId')}`,
      },
    ],
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': text(made, 'lines'),
        'awslogs-region': 'eu-central-1',
        'awslogs-stream-prefix': 'orders',
      },
    },
    ...changes,
  };
  return JSON.stringify([container]);
}

/** The load balancer of the service, as a strategy that shifts requests needs it. */
export function shiftedBalancers(made: Made): Record<string, unknown>[] {
  return [
    {
      targetGroupArn: text(made, 'blue'),
      containerName: 'orders',
      containerPort: 8_080,
      advancedConfiguration: {
        alternateTargetGroupArn: text(made, 'green'),
        productionListenerRule: text(made, 'rule'),
        roleArn: text(made, 'infrastructure-role', 'arn'),
      },
    },
  ];
}

/** A service on Fargate behind a load balancer that pulls from ECR, reads its secret and reaches the database. */
export const ecsSetup: readonly Step[] = [
  // Private names of endpoints need it.
  ...instanceSetup.map(
    (step): Step =>
      step.name === 'network' ? { ...step, inputs: { cidrBlock: '10.0.0.0/16', enableDnsHostnames: true } } : step,
  ),
  ...balancerSetup,
  ...waySetup,
  ...roleSetup,
  { token: 'aws:ecs/cluster:Cluster', name: 'cluster', inputs: { name: 'orders' } },
  {
    token: 'aws:ecs/clusterCapacityProviders:ClusterCapacityProviders',
    name: 'capacity',
    inputs: (made) => ({
      clusterName: text(made, 'cluster', 'name'),
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategies: [{ capacityProvider: 'FARGATE', base: 1, weight: 1 }],
    }),
  },
  {
    token: 'aws:ecs/taskDefinition:TaskDefinition',
    name: 'definition',
    inputs: (made) => ({
      family: 'orders',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '256',
      memory: '512',
      executionRoleArn: text(made, 'execution-role', 'arn'),
      taskRoleArn: text(made, 'task-role', 'arn'),
      runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
      containerDefinitions: containersOf(made),
    }),
  },
  {
    token: 'aws:ecs/service:Service',
    name: 'service',
    inputs: (made) => ({
      name: 'orders',
      cluster: text(made, 'cluster', 'arn'),
      taskDefinition: text(made, 'definition', 'arn'),
      capacityProviderStrategies: [{ capacityProvider: 'FARGATE', weight: 1 }],
      desiredCount: 2,
      networkConfiguration: {
        subnets: [text(made, 'private-a'), text(made, 'private-b')],
        securityGroups: [text(made, 'service-group')],
      },
      loadBalancers: [{ targetGroupArn: text(made, 'blue'), containerName: 'orders', containerPort: 8_080 }],
      healthCheckGracePeriodSeconds: 30,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      waitForSteadyState: true,
    }),
  },
  {
    token: 'aws:appautoscaling/target:Target',
    name: 'scaling',
    inputs: {
      resourceId: 'service/orders/orders',
      scalableDimension: 'ecs:service:DesiredCount',
      serviceNamespace: 'ecs',
      minCapacity: 2,
      maxCapacity: 4,
    },
  },
  {
    token: 'aws:appautoscaling/policy:Policy',
    name: 'policy',
    inputs: (made) => ({
      name: 'requests',
      policyType: 'TargetTrackingScaling',
      resourceId: text(made, 'scaling', 'resourceId'),
      scalableDimension: 'ecs:service:DesiredCount',
      serviceNamespace: 'ecs',
      targetTrackingScalingPolicyConfiguration: {
        targetValue: 100,
        predefinedMetricSpecification: {
          predefinedMetricType: 'ALBRequestCountPerTarget',
          resourceLabel: `${text(made, 'balancer', 'arnSuffix')}/${text(made, 'blue', 'arnSuffix')}`,
        },
      },
    }),
  },
];

/** Between the repository and what runs its images. */
export function pushEcsImages(world: World, made: Made): void {
  for (const digest of [digestA, digestB]) pushImageTo(world, text(made, 'images', 'repositoryUrl'), digest);
}
