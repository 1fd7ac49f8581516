import type { ec2 } from '@pulumi/aws';
import { type Cidr, parseCidr } from '../cloud/cidr';
import type { Cloud } from '../cloud/cloud';
import { createSeed } from '../cloud/seed';
import { resource } from '../declare';
import { accountId, arn } from './declare';
import { zonesOf } from './zones';

export const vpc = resource<ec2.Vpc, ec2.VpcArgs>({
  token: 'aws:ec2/vpc:Vpc',
  replaceOn: ['cidrBlock', 'instanceTenancy', 'ipv4IpamPoolId', 'ipv4NetmaskLength'],
  defaults: { enableDnsSupport: true, instanceTenancy: 'default' },
  empty: ['ipv6AssociationId', 'ipv6CidrBlock', 'ipv6CidrBlockNetworkBorderGroup'],
  seconds: { create: 12, delete: 1 },
  id: ({ seed }) => `vpc-0${seed.hex(16)}`,
  outputs: ({ id, inputs, place, seed }) => ({
    arn: arn('ec2', place, `vpc/${id}`),
    cidrBlock: inputs.cidrBlock ?? '',
    defaultNetworkAclId: `acl-0${seed.hex(16, 'acl')}`,
    defaultRouteTableId: `rtb-0${seed.hex(16, 'routes')}`,
    mainRouteTableId: `rtb-0${seed.hex(16, 'routes')}`,
    defaultSecurityGroupId: `sg-0${seed.hex(16, 'group')}`,
    dhcpOptionsId: `dopt-0${seed.hex(16, 'dhcp')}`,
    enableDnsHostnames: inputs.enableDnsHostnames ?? false,
    enableNetworkAddressUsageMetrics: inputs.enableNetworkAddressUsageMetrics ?? false,
    ownerId: accountId,
  }),
  inUse: (entity) => `DependencyViolation: The vpc '${entity.id}' has dependencies and cannot be deleted.`,
});

export const subnet = resource<ec2.Subnet, ec2.SubnetArgs>({
  token: 'aws:ec2/subnet:Subnet',
  replaceOn: ['vpcId', 'cidrBlock', 'availabilityZone', 'availabilityZoneId', 'ipv6Native', 'outpostArn'],
  defaults: {
    assignIpv6AddressOnCreation: false,
    enableDns64: false,
    enableResourceNameDnsARecordOnLaunch: false,
    enableResourceNameDnsAaaaRecordOnLaunch: false,
    ipv6Native: false,
    mapPublicIpOnLaunch: false,
  },
  empty: ['ipv6CidrBlock', 'ipv6CidrBlockAssociationId'],
  seconds: { create: 2, delete: 1 },
  id: ({ seed }) => `subnet-0${seed.hex(16)}`,
  outputs: ({ id, inputs, place, seed }) => {
    const zones = zonesOf(place.region ?? '');
    // Without a wish AWS chooses one.
    const zone =
      zones.find(({ name, id: zoneId }) => inputs.availabilityZone === name || inputs.availabilityZoneId === zoneId) ??
      zones[seed.integer(zones.length, 'zone')];
    return {
      arn: arn('ec2', place, `subnet/${id}`),
      availabilityZone: zone?.name ?? '',
      availabilityZoneId: zone?.id ?? '',
      cidrBlock: inputs.cidrBlock ?? '',
      privateDnsHostnameTypeOnLaunch: inputs.privateDnsHostnameTypeOnLaunch ?? 'ip-name',
      ownerId: accountId,
    };
  },
  uses: ({ inputs, cloud }) => [cloud.find(vpc, inputs.vpcId)],
  inUse: (entity) => `DependencyViolation: The subnet '${entity.id}' has dependencies and cannot be deleted.`,
});

/** The VPC that every account has in every region, where what names no subnets goes. */
export function defaultVpc(region: string): { id: string; securityGroupId: string; cidrBlock: string } {
  const seed = createSeed(`default vpc of ${region}`);
  return { id: `vpc-0${seed.hex(16)}`, securityGroupId: `sg-0${seed.hex(16, 'group')}`, cidrBlock: '172.31.0.0/16' };
}

export type SubnetPlace = { id: string; vpcId: string; zone: string; zoneId: string; cidr: Cidr };

/** Undefined when there is no such subnet in the region. */
export function findSubnet(cloud: Cloud, id: string, region: string | undefined): SubnetPlace | undefined {
  const found = cloud.find(subnet, id);
  const cidr = found && parseCidr(found.outputs.cidrBlock);
  if (!found || !cidr || found.place.region !== region) return undefined;
  const { vpcId, availabilityZone, availabilityZoneId } = found.outputs;
  return { id, vpcId, zone: availabilityZone, zoneId: availabilityZoneId, cidr };
}
