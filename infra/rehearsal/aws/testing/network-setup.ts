import { type Step, text } from './setup';

/** A VPC with two private subnets, and two groups: `service` may open connections to `store` on 5432 and 6379. */
export const networkSetup: readonly Step[] = [
  { token: 'aws:ec2/vpc:Vpc', name: 'network', inputs: { cidrBlock: '10.0.0.0/16' } },
  ...['a', 'b'].map(
    (letter, index): Step => ({
      token: 'aws:ec2/subnet:Subnet',
      name: `private-${letter}`,
      inputs: (made) => ({
        vpcId: text(made, 'network'),
        cidrBlock: `10.0.${index}.0/24`,
        availabilityZone: `eu-central-1${letter}`,
      }),
    }),
  ),
  ...['service', 'store'].map(
    (name): Step => ({
      token: 'aws:ec2/securityGroup:SecurityGroup',
      name: `${name}-group`,
      inputs: (made) => ({ vpcId: text(made, 'network'), description: name }),
    }),
  ),
  ...[5432, 6379].flatMap((port): Step[] => [
    {
      token: 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule',
      name: `egress-${port}`,
      inputs: (made) => ({
        securityGroupId: text(made, 'service-group'),
        referencedSecurityGroupId: text(made, 'store-group'),
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
      }),
    },
    {
      token: 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule',
      name: `ingress-${port}`,
      inputs: (made) => ({
        securityGroupId: text(made, 'store-group'),
        referencedSecurityGroupId: text(made, 'service-group'),
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
      }),
    },
  ]),
];

/** A public subnet with a NAT gateway, through which the private subnets reach the internet. */
export const natSetup: readonly Step[] = [
  ...networkSetup,
  {
    token: 'aws:ec2/subnet:Subnet',
    name: 'public',
    inputs: (made) => ({ vpcId: text(made, 'network'), cidrBlock: '10.0.255.0/24' }),
  },
  {
    token: 'aws:ec2/internetGateway:InternetGateway',
    name: 'gateway',
    inputs: (made) => ({ vpcId: text(made, 'network') }),
  },
  { token: 'aws:ec2/eip:Eip', name: 'address', inputs: { domain: 'vpc' } },
  {
    token: 'aws:ec2/natGateway:NatGateway',
    name: 'nat',
    inputs: (made) => ({ subnetId: text(made, 'public'), allocationId: text(made, 'address') }),
  },
  {
    token: 'aws:ec2/routeTable:RouteTable',
    name: 'public-routes',
    inputs: (made) => ({
      vpcId: text(made, 'network'),
      routes: [{ cidrBlock: '0.0.0.0/0', gatewayId: text(made, 'gateway') }],
    }),
  },
  {
    token: 'aws:ec2/routeTable:RouteTable',
    name: 'private-routes',
    inputs: (made) => ({ vpcId: text(made, 'network') }),
  },
  {
    token: 'aws:ec2/route:Route',
    name: 'way-out',
    inputs: (made) => ({
      routeTableId: text(made, 'private-routes'),
      destinationCidrBlock: '0.0.0.0/0',
      natGatewayId: text(made, 'nat'),
    }),
  },
  ...['public', 'private-a', 'private-b'].map(
    (name): Step => ({
      token: 'aws:ec2/routeTableAssociation:RouteTableAssociation',
      name: `${name}-association`,
      inputs: (made) => ({
        subnetId: text(made, name),
        routeTableId: text(made, name === 'public' ? 'public-routes' : 'private-routes'),
      }),
    }),
  ),
];
