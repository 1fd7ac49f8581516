import type { ec2 } from '@pulumi/aws';
import { addressAt, parseCidr } from '../cloud/cidr';
import type { Cloud } from '../cloud/cloud';
import { resource } from '../declare';
import { accountId, arn } from './declare';
import { subnet, vpc } from './vpc';

export const internetGateway = resource<ec2.InternetGateway, ec2.InternetGatewayArgs>({
  token: 'aws:ec2/internetGateway:InternetGateway',
  seconds: { create: 1, delete: 20 },
  id: ({ seed }) => `igw-0${seed.hex(16)}`,
  outputs: ({ id, inputs, place }) => ({
    arn: arn('ec2', place, `internet-gateway/${id}`),
    ownerId: accountId,
    vpcId: inputs.vpcId ?? '',
  }),
  uses: ({ inputs, cloud }) => [inputs.vpcId === undefined ? undefined : cloud.find(vpc, inputs.vpcId)],
});

export const eip = resource<ec2.Eip, ec2.EipArgs>({
  token: 'aws:ec2/eip:Eip',
  replaceOn: ['address', 'domain', 'networkBorderGroup', 'publicIpv4Pool'],
  empty: [
    'associationId',
    'carrierIp',
    'customerOwnedIp',
    'instance',
    'ipamPoolId',
    'networkInterface',
    'privateDns',
    'privateIp',
    'ptrRecord',
  ],
  seconds: { create: 2, delete: 2 },
  id: ({ seed }) => `eipalloc-0${seed.hex(16)}`,
  outputs: ({ id, inputs, place, seed }) => {
    // 203.0.113.0/24 is kept for documentation.
    const publicIp = `203.0.113.${1 + seed.integer(254, 'address')}`;
    return {
      allocationId: id,
      arn: arn('ec2', place, `elastic-ip/${id}`),
      domain: inputs.domain ?? 'vpc',
      networkBorderGroup: inputs.networkBorderGroup ?? place.region ?? '',
      publicDns: `ec2-${publicIp.replace(/\./g, '-')}.${place.region}.compute.amazonaws.com`,
      publicIp,
      publicIpv4Pool: inputs.publicIpv4Pool ?? 'amazon',
    };
  },
  inUse: () => 'AuthFailure: You do not have permission to access the specified resource (the address is associated).',
});

export const natGateway = resource<ec2.NatGateway, ec2.NatGatewayArgs>({
  token: 'aws:ec2/natGateway:NatGateway',
  replaceOn: ['allocationId', 'availabilityMode', 'connectivityType', 'privateIp', 'subnetId', 'vpcId'],
  defaults: { connectivityType: 'public' },
  empty: [
    'autoProvisionZones',
    'autoScalingIps',
    'regionalNatGatewayAddresses',
    'regionalNatGatewayAutoMode',
    'routeTableId',
    'secondaryAllocationIds',
    'secondaryPrivateIpAddressCount',
    'secondaryPrivateIpAddresses',
  ],
  seconds: { create: 100, delete: 60 },
  id: ({ seed }) => `nat-0${seed.hex(16)}`,
  outputs: ({ inputs, cloud, seed }) => {
    const home = inputs.subnetId === undefined ? undefined : cloud.find(subnet, inputs.subnetId);
    const cidr = parseCidr(home?.outputs.cidrBlock ?? '');
    const address = inputs.allocationId === undefined ? undefined : cloud.find(eip, inputs.allocationId);
    return {
      associationId: `eipassoc-0${seed.hex(16, 'association')}`,
      availabilityMode: inputs.availabilityMode ?? 'zonal',
      networkInterfaceId: `eni-0${seed.hex(16, 'interface')}`,
      privateIp: inputs.privateIp ?? (cidr ? addressAt(cidr, 10 + seed.integer(200, 'address')) : ''),
      publicIp: address?.outputs.publicIp ?? '',
      vpcId: inputs.vpcId ?? home?.outputs.vpcId ?? '',
    };
  },
  uses: ({ inputs, cloud }) => [
    inputs.subnetId === undefined ? undefined : cloud.find(subnet, inputs.subnetId),
    inputs.allocationId === undefined ? undefined : cloud.find(eip, inputs.allocationId),
  ],
});

export const routeTable = resource<ec2.RouteTable, ec2.RouteTableArgs>({
  token: 'aws:ec2/routeTable:RouteTable',
  replaceOn: ['vpcId'],
  unordered: ['routes'],
  empty: ['propagatingVgws', 'routes'],
  seconds: { create: 1, delete: 1 },
  id: ({ seed }) => `rtb-0${seed.hex(16)}`,
  outputs: ({ id, place }) => ({ arn: arn('ec2', place, `route-table/${id}`), ownerId: accountId }),
  uses: ({ inputs, cloud }) => [cloud.find(vpc, inputs.vpcId)],
  inUse: (entity) => `DependencyViolation: The routeTable '${entity.id}' has dependencies and cannot be deleted.`,
});

export const route = resource<ec2.Route, ec2.RouteArgs>({
  token: 'aws:ec2/route:Route',
  replaceOn: ['routeTableId', 'destinationCidrBlock', 'destinationIpv6CidrBlock', 'destinationPrefixListId'],
  empty: ['instanceId', 'instanceOwnerId', 'networkInterfaceId'],
  seconds: { create: 1, delete: 1 },
  id: ({ inputs, seed }) => `r-${inputs.routeTableId}${seed.digits(10)}`,
  outputs: () => ({ origin: 'CreateRoute', state: 'active' }),
});

export const routeTableAssociation = resource<ec2.RouteTableAssociation, ec2.RouteTableAssociationArgs>({
  token: 'aws:ec2/routeTableAssociation:RouteTableAssociation',
  replaceOn: ['subnetId', 'gatewayId'],
  seconds: { create: 1, delete: 1 },
  id: ({ seed }) => `rtbassoc-0${seed.hex(16)}`,
  outputs: () => ({}),
  uses: ({ inputs, cloud }) => [cloud.find(routeTable, inputs.routeTableId)],
});

/** The route table of a subnet: its own, or the main one of its VPC. */
export function routeTableIdOf(cloud: Cloud, subnetId: string): string | undefined {
  const association = cloud.list(routeTableAssociation).find(({ inputs }) => inputs.subnetId === subnetId);
  const home = cloud.find(subnet, subnetId);
  return association?.inputs.routeTableId ?? (home && cloud.find(vpc, home.outputs.vpcId)?.outputs.mainRouteTableId);
}

/** Where a subnet sends what leaves the VPC: the target of its default route. */
export function defaultRouteOf(cloud: Cloud, subnetId: string): string | undefined {
  const tableId = routeTableIdOf(cloud, subnetId);
  if (tableId === undefined) return undefined;
  const inline = cloud.find(routeTable, tableId)?.outputs.routes ?? [];
  const apart = cloud.list(route).filter(({ inputs }) => inputs.routeTableId === tableId);
  const found =
    inline.find((candidate) => candidate.cidrBlock === '0.0.0.0/0') ??
    apart.map(({ inputs }) => inputs).find((candidate) => candidate.destinationCidrBlock === '0.0.0.0/0');
  return found?.gatewayId ?? found?.natGatewayId;
}

/** Whether a subnet's hosts have the internet: by a gateway with a public address, or through a NAT that has one. */
export function internetWayOf(cloud: Cloud, subnetId: string): 'gateway' | 'nat' | 'none' {
  const target = defaultRouteOf(cloud, subnetId);
  if (target === undefined) return 'none';
  if (cloud.find(internetGateway, target)) return 'gateway';
  const nat = cloud.find(natGateway, target);
  const isPublic = nat?.inputs.connectivityType === 'public' && nat.inputs.subnetId !== undefined;
  return isPublic && isGateway(cloud, defaultRouteOf(cloud, nat.inputs.subnetId ?? '')) ? 'nat' : 'none';
}

function isGateway(cloud: Cloud, id: string | undefined): boolean {
  return id !== undefined && cloud.find(internetGateway, id) !== undefined;
}
