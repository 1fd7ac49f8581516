import * as ec2 from '@pulumi/aws/ec2';
import * as vpc from '@pulumi/aws/vpc';
import type * as pulumi from '@pulumi/pulumi';
import type { AwsScope } from './foundation';
import { createNatGateway } from './nat-gateway';
import { once } from './once';
import type { PublicSubnets } from './public-subnets';
import { createSecurityGroup } from './security-group';

export type EgressKind = 'endpoints' | 'nat';

/** A way out of the private subnets, to pull images, read secrets and write logs. */
export type Egress = {
  /** What must exist before the way is open. */
  ready: pulumi.Resource[];
  /** Of endpoints: their security group, which callers must be let out to on 443. */
  groupId?: pulumi.Output<string>;
  /** Of endpoints: the addresses of S3, where ECR keeps the layers of images. */
  prefixListId?: pulumi.Output<string>;
};

/** Everything that makes the ways out; nothing of it is made before it is asked for. */
export type WaysOut = {
  egress(kind: EgressKind): Egress;
  /** One more AWS service, such as ssmmessages, by an endpoint in `groupId` of the others. */
  endpoint(service: string): pulumi.Resource;
};

type EgressRequest = {
  vpcId: pulumi.Output<string>;
  cidrBlock: string;
  privateSubnetIds: pulumi.Output<string>[];
  publicSubnets: () => PublicSubnets;
  /** Endpoints in both zones, or in the first one only. */
  highAvailability: boolean;
};

/**
 * What a Fargate task reaches before its container starts. Sources:
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html,
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
 */
const taskServices = ['ecr.api', 'ecr.dkr', 'secretsmanager', 'logs'];
const https = 443;

export function createWaysOut(scope: AwsScope, request: EgressRequest): WaysOut {
  const routes = once(() => createPrivateRoutes(scope, request));
  const group = once(() => createEndpointGroup(scope, request));
  const endpoints = new Map<string, ec2.VpcEndpoint>();
  const endpoint = (service: string) => {
    const made = endpoints.get(service) ?? createInterfaceEndpoint(service, group(), { scope, request });
    endpoints.set(service, made);
    return made;
  };
  const toEndpoints = once((): Egress => {
    const { routeTableId, ready } = routes();
    const toS3 = new ec2.VpcEndpoint(
      's3-endpoint',
      {
        vpcId: request.vpcId,
        serviceName: `com.amazonaws.${scope.region}.s3`,
        vpcEndpointType: 'Gateway',
        routeTableIds: [routeTableId],
        tags: { Name: scope.names('tagName', 's3') },
      },
      scope.options,
    );
    return {
      ready: [...ready, toS3, ...group().ready, ...taskServices.map(endpoint)],
      groupId: group().id,
      prefixListId: toS3.prefixListId,
    };
  });
  const toNat = once((): Egress => {
    const { routeTableId, ready } = routes();
    const nat = createNatGateway(scope, request.publicSubnets());
    const route = new ec2.Route(
      'private-to-nat',
      { routeTableId, destinationCidrBlock: '0.0.0.0/0', natGatewayId: nat.id },
      scope.options,
    );
    return { ready: [...ready, route] };
  });
  return { egress: (kind) => (kind === 'nat' ? toNat() : toEndpoints()), endpoint };
}

/** Lets a security group out on that way, by HTTPS only. */
export function allowEgress(
  name: string,
  { from, way }: { from: pulumi.Input<string>; way: Egress },
  options: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const allow = (to: string, destination: Partial<vpc.SecurityGroupEgressRuleArgs>) => {
    const rule = { ipProtocol: 'tcp', fromPort: https, toPort: https, securityGroupId: from };
    const description = `${name}-to-${to}`;
    return new vpc.SecurityGroupEgressRule(`${description}-egress`, { ...rule, ...destination, description }, options);
  };
  const { groupId, prefixListId } = way;
  if (groupId === undefined) return [allow('internet', { cidrIpv4: '0.0.0.0/0' })];
  return [
    allow('endpoints', { referencedSecurityGroupId: groupId }),
    ...(prefixListId === undefined ? [] : [allow('s3', { prefixListId })]),
  ];
}

/** A table of their own for the private subnets: without one they have the VPC's main table, and no way out. */
function createPrivateRoutes({ names, options }: AwsScope, { vpcId, privateSubnetIds }: EgressRequest) {
  const tags = { Name: names('tagName', 'private') };
  const table = new ec2.RouteTable('private-routes', { vpcId, tags }, options);
  const ready = privateSubnetIds.map((subnetId, index) => {
    const inTable = { subnetId, routeTableId: table.id };
    return new ec2.RouteTableAssociation(`private-${index}-routes`, inTable, options);
  });
  return { routeTableId: table.id, ready };
}

/**
 * Endpoints admit the whole VPC: with their private names every caller in it is led to them, also one whose own way out
 * is the NAT gateway. Who may do what is for the roles to say.
 */
function createEndpointGroup({ names, options }: AwsScope, { vpcId, cidrBlock }: EgressRequest) {
  const description = 'endpoints of AWS services';
  const group = createSecurityGroup('endpoints', { names, network: { vpcId }, description }, options);
  const rule = new vpc.SecurityGroupIngressRule(
    'endpoints-from-network',
    {
      securityGroupId: group.id,
      cidrIpv4: cidrBlock,
      ipProtocol: 'tcp',
      fromPort: https,
      toPort: https,
      description: 'from the network',
    },
    options,
  );
  return { id: group.id, ready: [rule] };
}

function createInterfaceEndpoint(
  service: string,
  group: { id: pulumi.Output<string> },
  { scope: { names, region, options }, request }: { scope: AwsScope; request: EgressRequest },
): ec2.VpcEndpoint {
  const { vpcId, privateSubnetIds, highAvailability } = request;
  const part = service.replace('.', '-');
  return new ec2.VpcEndpoint(
    `${part}-endpoint`,
    {
      vpcId,
      serviceName: `com.amazonaws.${region}.${service}`,
      vpcEndpointType: 'Interface',
      // Each subnet is paid for; the other zone reaches it too.
      subnetIds: highAvailability ? privateSubnetIds : privateSubnetIds.slice(0, 1),
      securityGroupIds: [group.id],
      privateDnsEnabled: true,
      tags: { Name: names('tagName', part) },
    },
    options,
  );
}
