import { parseGraph } from '../graph/graph';
import { securityGroupRules } from './security-group-rules';
import { natSetup, networkSetup } from './testing/network-setup';
import { applySetup, createAwsWorld, type Mutation, testMutations, text } from './testing/setup';

describe('the rules of aws.ec2 about VPCs and subnets', () => {
  testMutations(networkSetup, [
    {
      rule: 'aws.ec2.vpc-cidr',
      what: 'a VPC without addresses',
      resource: 'network',
      inputs: { cidrBlock: undefined },
    },
    { rule: 'aws.ec2.vpc-cidr', what: 'too large a VPC', resource: 'network', inputs: { cidrBlock: '10.0.0.0/15' } },
    { rule: 'aws.ec2.vpc-cidr', what: 'host bits', resource: 'network', inputs: { cidrBlock: '10.0.1.0/16' } },
    { rule: 'aws.ec2.vpc-cidr', what: 'no address', resource: 'network', inputs: { cidrBlock: '10.0.0.0' } },
    {
      rule: 'aws.ec2.subnet-cidr',
      what: 'too small a subnet',
      resource: 'private-a',
      inputs: { cidrBlock: '10.0.0.0/29' },
    },
    {
      rule: 'aws.ec2.subnet-in-vpc',
      what: 'a subnet outside the VPC',
      resource: 'private-a',
      inputs: { cidrBlock: '10.1.0.0/24' },
    },
    {
      rule: 'aws.ec2.subnet-overlap',
      what: 'a subnet over another',
      resource: 'private-b',
      inputs: { cidrBlock: '10.0.0.128/25' },
    },
    {
      rule: 'aws.ec2.subnet-zone',
      what: 'a zone of another region',
      resource: 'private-b',
      inputs: { availabilityZone: 'us-east-1a' },
    },
    {
      rule: 'aws.ec2.subnet-zone',
      what: 'a zone by name and by id',
      resource: 'private-b',
      inputs: { availabilityZoneId: 'euc1-az1' },
    },
    {
      rule: 'aws.ec2.subnet-vpc',
      what: 'a missing VPC',
      resource: 'private-a',
      inputs: { vpcId: 'vpc-00000000000000000' },
    },
  ]);
});

describe('the rules of aws.ec2 about security groups', () => {
  testMutations(networkSetup, [
    {
      rule: 'aws.ec2.security-group-text',
      what: 'a reserved name',
      resource: 'store-group',
      inputs: { name: 'sg-store' },
    },
    {
      rule: 'aws.ec2.security-group-text',
      what: 'an umlaut',
      resource: 'store-group',
      inputs: { description: 'für den Speicher' },
    },
    {
      rule: 'aws.ec2.security-group-rule-text',
      what: 'an arrow in a description',
      resource: 'ingress-5432',
      inputs: { description: 'service -> store' },
    },
    {
      rule: 'aws.ec2.security-group-vpc',
      what: 'a missing VPC',
      resource: 'store-group',
      inputs: { vpcId: 'vpc-00000000000000000' },
    },
    {
      rule: 'aws.ec2.security-group-rule-peer',
      what: 'a rule for nobody',
      resource: 'ingress-5432',
      inputs: { referencedSecurityGroupId: undefined },
    },
    {
      rule: 'aws.ec2.security-group-rule-peer',
      what: 'a rule with two peers',
      resource: 'ingress-5432',
      inputs: { cidrIpv4: '10.0.0.0/16' },
    },
    {
      rule: 'aws.ec2.security-group-rule-ports',
      what: 'a rule without ports',
      resource: 'ingress-5432',
      inputs: { fromPort: undefined },
    },
    {
      rule: 'aws.ec2.security-group-rule-ports',
      what: 'ports in disorder',
      resource: 'ingress-5432',
      inputs: { toPort: 80 },
    },
    {
      rule: 'aws.ec2.security-group-rule-group',
      what: 'a missing group',
      resource: 'ingress-5432',
      inputs: { referencedSecurityGroupId: 'sg-00000000000000000' },
    },
    {
      rule: 'aws.ec2.ingress-rule-twice',
      what: 'the same rule again',
      resource: 'ingress-6379',
      inputs: { fromPort: 5432, toPort: 5432 },
    },
    {
      rule: 'aws.ec2.egress-rule-twice',
      what: 'the same rule again',
      resource: 'egress-6379',
      inputs: { fromPort: 5432, toPort: 5432 },
    },
    ...[
      { what: 'a direction that does not exist', inputs: { type: 'inbound', cidrBlocks: ['10.0.0.0/16'] } },
      { what: 'a rule for nobody', inputs: { type: 'ingress', cidrBlocks: [] } },
    ].map(
      ({ what, inputs }): Mutation => ({
        rule: 'aws.ec2.security-group-rule-older-form',
        what,
        resource: 'older',
        add: {
          token: 'aws:ec2/securityGroupRule:SecurityGroupRule',
          name: 'older',
          inputs: { securityGroupId: 'sg-1', protocol: 'tcp', fromPort: 80, toPort: 80, ...inputs },
        },
      }),
    ),
    {
      rule: 'aws.ec2.security-group-rule-older-form-group',
      what: 'a rule of a missing group',
      resource: 'older',
      add: {
        token: 'aws:ec2/securityGroupRule:SecurityGroupRule',
        name: 'older',
        inputs: {
          securityGroupId: 'sg-00000000000000000',
          type: 'ingress',
          protocol: 'tcp',
          fromPort: 80,
          toPort: 80,
          cidrBlocks: ['10.0.0.0/16'],
        },
      },
    },
  ]);
});

describe('aws.ec2.store-open-to-all', () => {
  const tcp = { ipProtocol: 'tcp', protocol: 'tcp' };

  test.each<[string, object, number]>([
    [
      'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule',
      { ...tcp, cidrIpv4: '0.0.0.0/0', fromPort: 5432, toPort: 5432 },
      1,
    ],
    [
      'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule',
      { ...tcp, cidrIpv4: '0.0.0.0/0', fromPort: 443, toPort: 443 },
      0,
    ],
    [
      'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule',
      { ...tcp, cidrIpv4: '10.0.0.0/8', fromPort: 5432, toPort: 5432 },
      0,
    ],
    [
      'aws:ec2/securityGroupRule:SecurityGroupRule',
      { ...tcp, type: 'ingress', cidrBlocks: ['0.0.0.0/0'], fromPort: 0, toPort: 65535 },
      1,
    ],
    [
      'aws:ec2/securityGroup:SecurityGroup',
      { ingress: [{ protocol: '-1', cidrBlocks: ['0.0.0.0/0'], fromPort: 0, toPort: 0 }] },
      1,
    ],
    [
      'aws:ec2/securityGroup:SecurityGroup',
      { egress: [{ protocol: '-1', cidrBlocks: ['0.0.0.0/0'], fromPort: 0, toPort: 0 }] },
      0,
    ],
  ])('judges %s with %j', async (type, inputs, count) => {
    const resources = [{ urn: `urn:pulumi:a::b::${type}::g`, type, custom: true, inputs, outputs: {} }];
    const rule = securityGroupRules.find(({ id }) => id === 'aws.ec2.store-open-to-all');
    if (rule?.stage !== 'graph') throw new Error('no such rule');
    expect(await rule.check(parseGraph({ deployment: { resources } }))).toHaveLength(count);
  });
});

describe('the rules of aws.ec2 about routes', () => {
  testMutations(natSetup, [
    {
      rule: 'aws.ec2.route-target',
      what: 'a route to nowhere',
      resource: 'way-out',
      inputs: { natGatewayId: undefined },
    },
    {
      rule: 'aws.ec2.route-missing',
      what: 'a missing NAT gateway',
      resource: 'way-out',
      inputs: { natGatewayId: 'nat-0' },
    },
    { rule: 'aws.ec2.route-missing', what: 'a missing table', resource: 'way-out', inputs: { routeTableId: 'rtb-0' } },
    {
      rule: 'aws.ec2.route-twice',
      what: 'the same destination again',
      resource: 'second-way',
      add: {
        token: 'aws:ec2/route:Route',
        name: 'second-way',
        inputs: (made) => ({
          routeTableId: text(made, 'private-routes'),
          destinationCidrBlock: '0.0.0.0/0',
          gatewayId: text(made, 'gateway'),
        }),
      },
    },
    {
      rule: 'aws.ec2.route-table-association',
      what: 'a subnet with two tables',
      resource: 'private-b-association',
      inputs: (made) => ({ subnetId: text(made, 'private-a') }),
    },
    {
      rule: 'aws.ec2.internet-gateway-twice',
      what: 'a second gateway',
      resource: 'gateway-2',
      add: {
        token: 'aws:ec2/internetGateway:InternetGateway',
        name: 'gateway-2',
        inputs: (made) => ({ vpcId: text(made, 'network') }),
      },
    },
    {
      rule: 'aws.ec2.nat-gateway-way-out',
      what: 'a NAT without gateway',
      resource: 'nat',
      of: 'gateway',
      inputs: { vpcId: undefined },
    },
    {
      rule: 'aws.ec2.nat-gateway-way-out',
      what: 'a NAT without address',
      resource: 'nat',
      inputs: { allocationId: undefined },
    },
  ]);
});

describe('deleting a network', () => {
  test('is refused while something is in it', async () => {
    const world = createAwsWorld();
    await applySetup(world, networkSetup);
    await expect(world.destroy('network')).rejects.toThrow('has dependencies and cannot be deleted');
    await expect(world.destroy('service-group')).rejects.toThrow('has a dependent object');
  });

  test('ends with nothing when it goes in order', async () => {
    const world = createAwsWorld();
    await applySetup(world, natSetup);
    for (const { name } of [...natSetup].reverse()) await world.destroy(name);
    expect(world.cloud.everything()).toEqual([]);
  });
});
