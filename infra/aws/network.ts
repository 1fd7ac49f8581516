import { getAvailabilityZonesOutput } from '@pulumi/aws';
import * as ec2 from '@pulumi/aws/ec2';
import * as pulumi from '@pulumi/pulumi';
import { DeploymentError } from '../deployment-error';
import { createWaysOut, type WaysOut } from './egress';
import type { AwsScope } from './foundation';
import { once } from './once';
import { createPublicSubnets, type PublicSubnets } from './public-subnets';
import { interfacesGone } from './security-group';

export type Network = WaysOut & {
  vpcId: pulumi.Output<string>;
  /** Two, in two zones, with no way to or from the internet but what `egress` opens. */
  privateSubnetIds: pulumi.Output<string>[];
  /** Made at the first call. */
  publicSubnets(): PublicSubnets;
};

export type NetworkRequest = {
  /** Ids of two zones; none: chosen here. */
  zoneIds: string[] | undefined;
  highAvailability: boolean;
};

/** Of everything in the network. */
export const cidrBlock = '10.20.0.0/16';

/**
 * Old zones that lack App Runner's connectors or Lambda's networks. AWS publishes no list; where another one fails, the
 * error names the subnet, and `taproom:zones.aws` chooses. Source:
 * https://docs.aws.amazon.com/apprunner/latest/dg/network-vpc.html
 */
const excludedZoneIds = ['use1-az3', 'apne1-az3'];

/**
 * A VPC with a private subnet in each of two zones. What costs money is made only for the targets that ask for it: App
 * Runner pulls images, writes logs and reads secrets from outside, and the service itself calls nothing but its stores.
 */
export function createNetwork(scope: AwsScope, { zoneIds, highAvailability }: NetworkRequest): Network {
  const { names, options } = scope;
  const network = new ec2.Vpc(
    'network',
    {
      cidrBlock,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { Name: names('tagName', 'network') },
    },
    options,
  );
  const zones = pulumi.output(zoneIds ?? chooseZones(scope));
  const privateSubnets = [0, 1].map(
    (index) =>
      new ec2.Subnet(
        `private-${index}`,
        {
          vpcId: network.id,
          cidrBlock: `10.20.${index * 16}.0/20`,
          availabilityZoneId: zones.apply((ids) => zoneAt(ids, index)),
          mapPublicIpOnLaunch: false,
          // Source: https://docs.aws.amazon.com/eks/latest/userguide/network-load-balancing.html
          tags: { Name: names('tagName', `private-${index}`), 'kubernetes.io/role/internal-elb': '1' },
        },
        {
          ...options,
          // A zone that AWS opens later must not move the subnets of a living stack.
          ignoreChanges: ['availabilityZoneId'],
          customTimeouts: { delete: interfacesGone },
        },
      ),
  );
  const vpcId = network.id;
  const privateSubnetIds = privateSubnets.map(({ id }) => id);
  // Where the private ones are, and not where they would be today.
  const zonesTaken = privateSubnets.map(({ availabilityZoneId }) => availabilityZoneId);
  const publicSubnets = once(() => createPublicSubnets(scope, vpcId, zonesTaken));
  const waysOut = createWaysOut(scope, { vpcId, cidrBlock, privateSubnetIds, publicSubnets, highAvailability });
  return { vpcId, privateSubnetIds, publicSubnets, ...waysOut };
}

function chooseZones({ options }: AwsScope): pulumi.Output<string[]> {
  const zones = getAvailabilityZonesOutput(
    {
      state: 'available',
      excludeZoneIds: excludedZoneIds,
      filters: [{ name: 'opt-in-status', values: ['opt-in-not-required'] }],
    },
    options,
  );
  return zones.zoneIds.apply((ids) => [...ids].sort());
}

function zoneAt(ids: readonly string[], index: number): string {
  const id = ids[index];
  if (id === undefined) {
    throw new DeploymentError('aws:region must have two usable availability zones, or name them in taproom:zones.aws');
  }
  return id;
}
