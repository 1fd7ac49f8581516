import { parseGraph } from '../graph/graph';
import { gatewayRules } from './gateway-rules';
import { publicNetworkSetup } from './testing/load-balancer-setup';
import { natSetup } from './testing/network-setup';
import { applySetup, createAwsWorld, type Mutation, type Step, testMutations, text } from './testing/setup';

const name = (service: string) => `com.amazonaws.eu-central-1.${service}`;

const secrets: Step = {
  token: 'aws:ec2/vpcEndpoint:VpcEndpoint',
  name: 'secrets',
  inputs: (made) => ({
    vpcId: text(made, 'network'),
    serviceName: name('secretsmanager'),
    vpcEndpointType: 'Interface',
    privateDnsEnabled: true,
    subnetIds: [text(made, 'public-a'), text(made, 'public-b')],
    securityGroupIds: [text(made, 'task-group')],
  }),
};

const store: Step = {
  token: 'aws:ec2/vpcEndpoint:VpcEndpoint',
  name: 'store',
  inputs: (made) => ({
    vpcId: text(made, 'network'),
    serviceName: name('s3'),
    routeTableIds: [text(made, 'public-routes')],
  }),
};

const table: Step = {
  token: 'aws:ec2/routeTable:RouteTable',
  name: 'more-routes',
  inputs: (made) => ({ vpcId: text(made, 'network') }),
};

const association: Step = {
  token: 'aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation',
  name: 'store-route',
  inputs: (made) => ({ vpcEndpointId: text(made, 'store'), routeTableId: text(made, 'more-routes') }),
};

const mutations: Mutation[] = [
  {
    rule: 'aws.ec2.endpoint-service',
    what: 'a service of another region',
    resource: 'secrets',
    inputs: { serviceName: 'com.amazonaws.eu-west-1.secretsmanager' },
  },
  {
    rule: 'aws.ec2.endpoint-service',
    what: 'a gateway to Secrets Manager',
    resource: 'store',
    inputs: { serviceName: name('secretsmanager') },
  },
  {
    rule: 'aws.ec2.endpoint-shape',
    what: 'a gateway in subnets',
    resource: 'store',
    inputs: (made) => ({ subnetIds: [text(made, 'public-a')] }),
  },
  {
    rule: 'aws.ec2.endpoint-shape',
    what: 'an interface in route tables',
    resource: 'secrets',
    inputs: (made) => ({ routeTableIds: [text(made, 'public-routes')] }),
  },
  { rule: 'aws.ec2.endpoint-network', what: 'a missing VPC', resource: 'store', inputs: { vpcId: 'vpc-0' } },
  {
    rule: 'aws.ec2.endpoint-network',
    what: 'a missing group',
    resource: 'secrets',
    inputs: { securityGroupIds: ['sg-0'] },
  },
  {
    rule: 'aws.ec2.endpoint-network',
    what: 'two subnets of one zone',
    resource: 'secrets',
    of: 'public-b',
    inputs: { availabilityZone: 'eu-central-1a' },
  },
  {
    rule: 'aws.ec2.endpoint-private-dns',
    what: 'a VPC that gives no names',
    resource: 'secrets',
    of: 'network',
    inputs: { enableDnsHostnames: undefined },
  },
  {
    rule: 'aws.ec2.endpoint-private-dns-twice',
    what: 'a second endpoint of a service',
    resource: 'again',
    add: { ...secrets, name: 'again' },
  },
  {
    rule: 'aws.ec2.endpoint-route',
    what: 'a route to interfaces',
    resource: 'store-route',
    inputs: (made) => ({ vpcEndpointId: text(made, 'secrets') }),
  },
  {
    rule: 'aws.ec2.endpoint-route-twice',
    what: 'a second gateway in a route table',
    resource: 'again',
    add: { ...store, name: 'again' },
  },
];

describe('the rules of aws.ec2 about endpoints', () => {
  testMutations([...publicNetworkSetup, secrets, store, table, association], mutations);
});

describe('the rules of aws.ec2 about gateways', () => {
  testMutations(natSetup, [
    {
      rule: 'aws.ec2.nat-gateway-address',
      what: 'one address for two',
      resource: 'second',
      add: {
        token: 'aws:ec2/natGateway:NatGateway',
        name: 'second',
        inputs: (made) => ({ subnetId: text(made, 'public'), allocationId: text(made, 'address') }),
      },
    },
  ]);

  test('aws.ec2.internet-gateway-in-use refuses to delete the gateway of a NAT gateway', async () => {
    const world = createAwsWorld();
    await applySetup(world, natSetup);
    await expect(world.destroy('gateway')).rejects.toThrow('[rule aws.ec2.internet-gateway-in-use:');
    await world.destroy('nat');
    await world.destroy('gateway');
  });

  test.each([
    [['gateway'], []],
    [[], ['nat must wait for gateway (dependsOn)']],
  ])('aws.order.internet-gateway judges a NAT gateway that waits for %j', async (needs, expected) => {
    const node = (own: string, type: string, dependencies: string[] = []) => ({
      urn: `urn:pulumi:a::b::${type}::${own}`,
      type,
      custom: true,
      outputs: { vpcId: 'vpc-0a' },
      dependencies: dependencies.map((need) => `urn:pulumi:a::b::aws:ec2/internetGateway:InternetGateway::${need}`),
    });
    const resources = [
      node('gateway', 'aws:ec2/internetGateway:InternetGateway'),
      node('nat', 'aws:ec2/natGateway:NatGateway', needs),
    ];
    const graph = parseGraph({ deployment: { resources } });
    const rule = gatewayRules.find(({ id }) => id === 'aws.order.internet-gateway');
    if (rule?.stage !== 'graph') throw new Error('a graph rule');
    const found = (await rule.check(graph)).map(({ message }) => message);
    expect(found).toEqual(expected.map((text) => expect.stringContaining(text)));
  });
});
