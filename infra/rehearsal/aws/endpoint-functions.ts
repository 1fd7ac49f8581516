import type { ec2 } from '@pulumi/aws';
import { Refusal } from '../cloud/refusal';
import { func } from '../declare';
import { arn } from './declare';
import { endpointTypesOf, gatewayServiceNames, prefixListOf, privateNameOf, serviceOf } from './endpoint-services';
import { zonesOf } from './zones';

type Filters = readonly { name: string; values: readonly string[] }[] | undefined;

/** The service whose prefix list is meant, by name, id or filter. Throws a Refusal when it is not exactly one. */
function findList(wanted: { name?: string; id?: string; filters?: Filters }, region: string) {
  const filtered = wanted.filters?.find(({ name }) => name === 'prefix-list-name')?.values;
  const found = gatewayServiceNames(region)
    .map((name) => ({ name, ...prefixListOf(name, region) }))
    .filter(({ name, id }) => wanted.name === undefined || wanted.name === name || wanted.name === id)
    .filter(({ id }) => wanted.id === undefined || wanted.id === id)
    .filter(({ name }) => filtered === undefined || filtered.includes(name));
  const [list] = found;
  if (found.length !== 1 || list?.id === undefined) {
    throw new Refusal(
      found.length === 0
        ? 'no matching EC2 Prefix List found'
        : 'multiple EC2 Prefix Lists matched; use additional constraints to reduce matches to a single EC2 Prefix List',
    );
  }
  return { name: list.name, id: list.id, cidrBlocks: list.cidrBlocks ?? [] };
}

const getPrefixList = func<ec2.GetPrefixListArgs, ec2.GetPrefixListResult>({
  token: 'aws:ec2/getPrefixList:getPrefixList',
  call: ({ inputs, place }) => {
    const region = place.region ?? '';
    const { prefixListId, name, filters } = inputs;
    const list = findList({ ...(name && { name }), ...(prefixListId && { id: prefixListId }), filters }, region);
    return { ...inputs, ...list, region };
  },
});

const getManagedPrefixList = func<ec2.GetManagedPrefixListArgs, ec2.GetManagedPrefixListResult>({
  token: 'aws:ec2/getManagedPrefixList:getManagedPrefixList',
  call: ({ inputs, place }) => {
    const region = place.region ?? '';
    const { id, name, filters } = inputs;
    const list = findList({ ...(name && { name }), ...(id && { id }), filters }, region);
    return {
      ...inputs,
      addressFamily: 'IPv4',
      arn: arn('ec2', { ...place, account: 'aws' }, `prefix-list/${list.id}`),
      entries: list.cidrBlocks.map((cidr) => ({ cidr, description: '' })),
      id: list.id,
      maxEntries: 0,
      name: list.name,
      ownerId: 'AWS',
      region,
      tags: {},
      version: 0,
    };
  },
});

const getVpcEndpointService = func<ec2.GetVpcEndpointServiceArgs, ec2.GetVpcEndpointServiceResult>({
  token: 'aws:ec2/getVpcEndpointService:getVpcEndpointService',
  call: ({ inputs, place }) => {
    const region = place.region ?? '';
    const serviceName = inputs.serviceName ?? `com.amazonaws.${region}.${inputs.service}`;
    const types = endpointTypesOf(serviceName, region).filter((type) => (inputs.serviceType ?? type) === type);
    const [serviceType] = types;
    if (serviceType === undefined) throw new Refusal('no matching EC2 VPC Endpoint Service found');
    if (types.length > 1) {
      throw new Refusal(
        'multiple EC2 VPC Endpoint Services matched; use additional constraints to reduce matches to a single EC2 VPC Endpoint Service',
      );
    }
    const service = serviceOf(serviceName, region) ?? '';
    const privateDnsNames = serviceType === 'Interface' ? [privateNameOf(service, region)] : [];
    return {
      ...inputs,
      acceptanceRequired: false,
      arn: arn('ec2', place, `vpc-endpoint-service/${serviceName}`),
      availabilityZones: zonesOf(region).map(({ name }) => name),
      baseEndpointDnsNames: [`${service.split('.').reverse().join('.')}.${region}.vpce.amazonaws.com`],
      id: serviceName,
      managesVpcEndpoints: false,
      owner: 'amazon',
      privateDnsName: privateDnsNames[0] ?? '',
      privateDnsNames,
      region,
      serviceId: `vpce-svc-${serviceName}`,
      serviceName,
      serviceRegion: region,
      serviceType,
      supportedIpAddressTypes: ['ipv4'],
      tags: {},
      vpcEndpointPolicySupported: true,
    };
  },
});

export const endpointFunctions = [getPrefixList, getManagedPrefixList, getVpcEndpointService];
