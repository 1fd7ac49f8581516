import { parseGraph } from '../graph/graph';
import { ecsOrderRules } from './ecs-order';
import { orderRules } from './order';

const digest = `sha256:${'a'.repeat(64)}`;
const image = `123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders@${digest}`;
const roleArn = 'arn:aws:iam::123456789012:role/execution';
const secretArn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:orders-AbCdEf';
const definitionArn = 'arn:aws:ecs:eu-central-1:123456789012:task-definition/orders:1';
const groupArn = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/orders/0123456789abcdef';
const rule = { securityGroupId: 'sg-0a', referencedSecurityGroupId: 'sg-0b', ipProtocol: 'tcp' };

type Node = { type: string; id?: string; inputs?: object; outputs?: object; needs?: readonly string[] };

const policy = 'aws:appautoscaling/policy:Policy';

/** A service on Fargate that waits for all that it needs. */
const program: Readonly<Record<string, Node>> = {
  role: { type: 'aws:iam/role:Role', outputs: { arn: roleArn, name: 'execution' } },
  'role-policy': { type: 'aws:iam/rolePolicy:RolePolicy', inputs: { role: 'execution' }, needs: ['role'] },
  version: { type: 'aws:secretsmanager/secretVersion:SecretVersion', outputs: { secretArn } },
  subnet: { type: 'aws:ec2/subnet:Subnet', id: 'subnet-0a', inputs: { vpcId: 'vpc-0a' } },
  table: { type: 'aws:ec2/routeTable:RouteTable', id: 'rtb-0a', inputs: { vpcId: 'vpc-0a' } },
  association: {
    type: 'aws:ec2/routeTableAssociation:RouteTableAssociation',
    inputs: { subnetId: 'subnet-0a', routeTableId: 'rtb-0a' },
    needs: ['subnet', 'table'],
  },
  endpoint: {
    type: 'aws:ec2/vpcEndpoint:VpcEndpoint',
    inputs: { vpcId: 'vpc-0a', serviceName: 'com.amazonaws.eu-central-1.ecr.api' },
  },
  egress: { type: 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule', inputs: rule },
  database: { type: 'aws:rds/instance:Instance', inputs: { vpcSecurityGroupIds: ['sg-0b'] } },
  function: {
    type: 'aws:lambda/function:Function',
    inputs: { imageUri: image, vpcConfig: { securityGroupIds: ['sg-0a'] } },
    outputs: { name: 'migrate' },
  },
  invocation: {
    type: 'aws:lambda/invocation:Invocation',
    inputs: { functionName: 'migrate' },
    needs: ['function', 'egress', 'database'],
  },
  definition: {
    type: 'aws:ecs/taskDefinition:TaskDefinition',
    inputs: {
      executionRoleArn: roleArn,
      containerDefinitions: JSON.stringify([
        { name: 'orders', image, secrets: [{ name: 'PASSWORD', valueFrom: `${secretArn}:PASSWORD::` }] },
      ]),
    },
    outputs: { arn: definitionArn },
  },
  listener: {
    type: 'aws:lb/listener:Listener',
    inputs: { defaultActions: [{ type: 'forward', targetGroupArn: groupArn }] },
  },
  capacity: {
    type: 'aws:ecs/clusterCapacityProviders:ClusterCapacityProviders',
    inputs: { clusterName: 'orders' },
  },
  service: {
    type: 'aws:ecs/service:Service',
    inputs: {
      cluster: 'arn:aws:ecs:eu-central-1:123456789012:cluster/orders',
      taskDefinition: definitionArn,
      capacityProviderStrategies: [{ capacityProvider: 'FARGATE', weight: 1 }],
      loadBalancers: [{ targetGroupArn: groupArn, containerName: 'orders', containerPort: 8_080 }],
      networkConfiguration: { subnets: ['subnet-0a'], securityGroups: ['sg-0a'] },
    },
    outputs: { arn: 'arn:aws:ecs:eu-central-1:123456789012:service/orders/orders' },
    needs: [
      'definition',
      'role-policy',
      'version',
      'association',
      'endpoint',
      'egress',
      'database',
      'invocation',
      'listener',
      'capacity',
    ],
  },
  scaling: {
    type: 'aws:appautoscaling/target:Target',
    inputs: { resourceId: 'service/orders/orders' },
    needs: ['service'],
  },
  policy: { type: policy, inputs: { resourceId: 'service/orders/orders' }, needs: ['scaling'] },
};

const urnOf = (name: string, judged = program) => `urn:pulumi:a::b::${judged[name]?.type}::${name}`;

/** What the rules say when the first does not wait for the second. */
async function judge(from?: string, to?: string, judged = program): Promise<string[]> {
  const resources = Object.entries(judged).map(([name, { type, id, inputs = {}, outputs = {}, needs = [] }]) => ({
    urn: urnOf(name, judged),
    type,
    custom: true,
    ...(id && { id }),
    inputs,
    outputs,
    dependencies: needs.filter((need) => name !== from || need !== to).map((need) => urnOf(need, judged)),
  }));
  const graph = parseGraph({ deployment: { resources } });
  const findings = await Promise.all(
    [...ecsOrderRules, ...orderRules].map(async (candidate) =>
      candidate.stage === 'graph'
        ? (await candidate.check(graph)).map(({ message }) => `${candidate.id}: ${message}`)
        : [],
    ),
  );
  return findings.flat();
}

test('accepts a program that waits for all', async () => {
  expect(await judge()).toEqual([]);
});

test.each([
  ['aws.order.listener', 'service', 'listener'],
  ['aws.order.task-path', 'service', 'endpoint'],
  ['aws.order.task-path', 'service', 'association'],
  ['aws.order.capacity-providers', 'service', 'capacity'],
  ['aws.order.scaling', 'scaling', 'service'],
  ['aws.order.scaling', 'policy', 'scaling'],
  ['aws.order.role-policies', 'service', 'role-policy'],
  ['aws.order.secret-version', 'service', 'version'],
  ['aws.order.migration', 'service', 'invocation'],
])('%s finds that the %s does not wait for the %s', async (id, from, to) => {
  expect((await judge(from, to)).join('\n')).toContain(`${id}: ${from} must wait for ${to}`);
});

describe('with endpoints of all services, and a NAT gateway that another program part made', () => {
  const services = ['ecr.dkr', 'logs', 's3', 'secretsmanager'];
  const endpoints = Object.fromEntries(
    services.map((name): [string, Node] => [
      name,
      {
        type: 'aws:ec2/vpcEndpoint:VpcEndpoint',
        inputs: { vpcId: 'vpc-0a', serviceName: `com.amazonaws.eu-central-1.${name}` },
      },
    ]),
  );
  const { service = { type: '' } } = program;
  const both = (needs: readonly string[]): Readonly<Record<string, Node>> => ({
    ...program,
    ...endpoints,
    gateway: { type: 'aws:ec2/natGateway:NatGateway', id: 'nat-0a' },
    default: {
      type: 'aws:ec2/route:Route',
      inputs: { routeTableId: 'rtb-0a', destinationCidrBlock: '0.0.0.0/0', natGatewayId: 'nat-0a' },
      needs: ['gateway', 'table'],
    },
    service: { ...service, needs: [...(service.needs ?? []), ...needs] },
  });

  test.each([[services], [['default', 'gateway']]])('a service may wait for %j', async (needs) => {
    expect(await judge(undefined, undefined, both(needs))).toEqual([]);
  });

  test('a service that waits for neither is found', async () => {
    expect((await judge(undefined, undefined, both(['logs']))).join('\n')).toContain(
      'aws.order.task-path: service must wait for gateway',
    );
  });
});
