import type { ec2 } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import { resource } from '../declare';
import { accountId, arn } from './declare';
import { prefixListOf, privateNameOf, serviceOf } from './endpoint-services';
import { securityGroup } from './security-groups';
import { subnet, vpc } from './vpc';

export type VpcEndpointArgs = Unwrap<ec2.VpcEndpointArgs>;

const everything = JSON.stringify({
  Statement: [{ Action: '*', Effect: 'Allow', Principal: '*', Resource: '*' }],
});

/** Interface and gateway endpoints of the services of AWS. */
export const vpcEndpoint = resource<ec2.VpcEndpoint, ec2.VpcEndpointArgs>({
  token: 'aws:ec2/vpcEndpoint:VpcEndpoint',
  replaceOn: [
    'resourceConfigurationArn',
    'serviceName',
    'serviceNetworkArn',
    'serviceRegion',
    'vpcEndpointType',
    'vpcId',
  ],
  defaults: { vpcEndpointType: 'Gateway' },
  unordered: ['routeTableIds', 'securityGroupIds', 'subnetIds', 'subnetConfigurations'],
  empty: ['requesterManaged', 'routeTableIds', 'subnetConfigurations', 'subnetIds'],
  seconds: { create: 60, update: 10, delete: 60 },
  id: ({ seed }) => `vpce-0${seed.hex(16)}`,
  outputs: ({ id, inputs, cloud, place, seed }) => {
    const region = place.region ?? '';
    const { serviceName = '', subnetIds = [], vpcEndpointType } = inputs;
    const list = vpcEndpointType === 'Gateway' ? prefixListOf(serviceName, region) : undefined;
    const isInterface = vpcEndpointType === 'Interface';
    const service = serviceOf(serviceName, region) ?? '';
    const name = `${id}-${seed.alphanumeric(8, 'name')}.${service.split('.').reverse().join('.')}.${region}.vpce.amazonaws.com`;
    const hostedZoneId = `Z${seed.hex(13, 'zone').toUpperCase()}`;
    const names = [name, ...(inputs.privateDnsEnabled ? [privateNameOf(service, region)] : [])];
    const fallback = cloud.find(vpc, inputs.vpcId)?.outputs.defaultSecurityGroupId;
    return {
      arn: arn('ec2', place, `vpc-endpoint/${id}`),
      cidrBlocks: list?.cidrBlocks ?? [],
      dnsEntries: isInterface ? names.map((dnsName) => ({ dnsName, hostedZoneId })) : [],
      dnsOptions: {
        dnsRecordIpType: isInterface ? 'ipv4' : 'service-defined',
        privateDnsPreference: '',
        privateDnsSpecifiedDomains: [],
        ...inputs.dnsOptions,
      },
      ipAddressType: inputs.ipAddressType ?? 'ipv4',
      networkInterfaceIds: isInterface ? subnetIds.map((subnetId) => `eni-0${seed.hex(16, subnetId)}`) : [],
      ownerId: accountId,
      policy: inputs.policy ?? everything,
      prefixListId: list?.id ?? '',
      privateDnsEnabled: inputs.privateDnsEnabled ?? false,
      securityGroupIds: inputs.securityGroupIds ?? (isInterface && fallback !== undefined ? [fallback] : []),
      serviceRegion: inputs.serviceRegion ?? region,
      state: 'available',
    };
  },
  uses: ({ inputs, cloud }) => [
    cloud.find(vpc, inputs.vpcId),
    ...(inputs.subnetIds ?? []).map((id) => cloud.find(subnet, id)),
    ...(inputs.securityGroupIds ?? []).map((id) => cloud.find(securityGroup, id)),
  ],
});

/** A gateway endpoint's route in a table, apart from the endpoint. */
export const endpointRoute = resource<ec2.VpcEndpointRouteTableAssociation, ec2.VpcEndpointRouteTableAssociationArgs>({
  token: 'aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation',
  replaceOn: 'any',
  seconds: { create: 1, delete: 1 },
  id: ({ seed }) => `a-${seed.hex(16)}`,
  outputs: () => ({}),
});
