import * as ec2 from '@pulumi/aws/ec2';
import type * as pulumi from '@pulumi/pulumi';
import type { AwsScope } from './foundation';

export type PublicSubnets = {
  /** Two, in the zones of the private ones. */
  ids: pulumi.Output<string>[];
  /** What must exist before the internet is reached from there, and before it can be let go. */
  ready: pulumi.Resource[];
};

/** Room for load balancers and NAT gateways, which have the only public addresses. */
export function createPublicSubnets(
  { names, options }: AwsScope,
  vpcId: pulumi.Output<string>,
  zoneIds: readonly pulumi.Output<string>[],
): PublicSubnets {
  const tags = (part: string) => ({ Name: names('tagName', part) });
  const gateway = new ec2.InternetGateway('internet-gateway', { vpcId, tags: tags('internet') }, options);
  const routes = new ec2.RouteTable('public-routes', { vpcId, tags: tags('public') }, options);
  const route = new ec2.Route(
    'public-to-internet',
    { routeTableId: routes.id, destinationCidrBlock: '0.0.0.0/0', gatewayId: gateway.id },
    options,
  );
  const subnets = zoneIds.map((availabilityZoneId, index) => {
    const subnet = new ec2.Subnet(
      `public-${index}`,
      {
        vpcId,
        cidrBlock: `10.20.${128 + index * 16}.0/20`,
        availabilityZoneId,
        mapPublicIpOnLaunch: false,
        // Source: https://docs.aws.amazon.com/eks/latest/userguide/network-load-balancing.html
        tags: { ...tags(`public-${index}`), 'kubernetes.io/role/elb': '1' },
      },
      options,
    );
    const inTable = { subnetId: subnet.id, routeTableId: routes.id };
    const association = new ec2.RouteTableAssociation(`public-${index}-routes`, inTable, options);
    return { id: subnet.id, association };
  });
  return {
    ids: subnets.map(({ id }) => id),
    ready: [route, ...subnets.map(({ association }) => association)],
  };
}
