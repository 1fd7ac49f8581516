import type { Cloud } from '../cloud/cloud';
import { applyRule, inputRule } from '../rules';
import { endpointTypesOf, privateNameOf, serviceOf } from './endpoint-services';
import { endpointRoute, vpcEndpoint } from './endpoints';
import { routeTable } from './routes';
import { findGroup } from './security-groups';
import { findSubnet, vpc } from './vpc';

const source = 'https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html';
const gatewaySource = 'https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html';

function tablesOf(cloud: Cloud, endpointId: string): string[] {
  const own = cloud.find(vpcEndpoint, endpointId)?.inputs.routeTableIds ?? [];
  const apart = cloud.list(endpointRoute).filter(({ inputs }) => inputs.vpcEndpointId === endpointId);
  return [...own, ...apart.map(({ inputs }) => inputs.routeTableId)];
}

/** Another endpoint of the same service that has a route in the table already. */
function findRival(cloud: Cloud, { id, serviceName = '' }: { id: string; serviceName?: string }, tableId: string) {
  return cloud
    .list(vpcEndpoint)
    .find(
      (other) =>
        other.id !== id && other.inputs.serviceName === serviceName && tablesOf(cloud, other.id).includes(tableId),
    );
}

export const endpointRules = [
  inputRule({
    id: 'aws.ec2.endpoint-service',
    refuses: 'An endpoint of a service that the region does not have, or of a type that the service does not have.',
    source: 'https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html',
    types: vpcEndpoint,
    check: ({ inputs, place }) => {
      const { serviceName = '', vpcEndpointType = 'Gateway' } = inputs;
      const types = endpointTypesOf(serviceName, inputs.serviceRegion ?? place.region ?? '');
      if (types.length === 0) {
        return `InvalidServiceName: The Vpc Endpoint Service '${serviceName}' does not exist (serviceName)`;
      }
      return types.some((type) => type === vpcEndpointType)
        ? undefined
        : `InvalidParameter: Endpoint type (${vpcEndpointType}) does not match available service types ([${types.join(', ')}]). (vpcEndpointType)`;
    },
  }),
  inputRule({
    id: 'aws.ec2.endpoint-shape',
    refuses:
      'A gateway endpoint with subnets, security groups or private DNS, or an interface endpoint with route tables.',
    source: gatewaySource,
    types: vpcEndpoint,
    check: ({ inputs }) => {
      const { vpcEndpointType, subnetIds = [], securityGroupIds = [], routeTableIds = [], privateDnsEnabled } = inputs;
      if (vpcEndpointType === 'Interface') {
        return routeTableIds.length > 0
          ? 'InvalidParameter: Route table IDs are only supported for Gateway type VPC Endpoint. (routeTableIds)'
          : undefined;
      }
      if (subnetIds.length > 0)
        return 'InvalidParameter: Subnet IDs are only supported for Interface type VPC Endpoint. (subnetIds)';
      if (securityGroupIds.length > 0)
        return 'InvalidParameter: Security Groups are only supported for Interface type VPC Endpoint. (securityGroupIds)';
      return privateDnsEnabled
        ? 'InvalidParameter: Private DNS is only supported for Interface type VPC Endpoint. (privateDnsEnabled)'
        : undefined;
    },
  }),
  applyRule({
    id: 'aws.ec2.endpoint-network',
    refuses: 'An endpoint in a VPC, subnets or security groups that are not there or not together, or twice in a zone.',
    source,
    types: vpcEndpoint,
    check: ({ inputs, cloud, place }) => {
      const { vpcId, subnetIds = [], securityGroupIds = [], routeTableIds = [] } = inputs;
      if (!cloud.find(vpc, vpcId)) return `InvalidVpcId.NotFound: The Vpc Id ${vpcId} does not exist (vpcId)`;
      const homes = subnetIds.map((id) => findSubnet(cloud, id, place.region));
      const strange = subnetIds.find((_, index) => homes[index]?.vpcId !== vpcId);
      if (strange !== undefined)
        return `InvalidSubnetId.NotFound: The subnet ID '${strange}' does not exist in ${vpcId} (subnetIds)`;
      const zones = homes.map((home) => home?.zone);
      const twice = subnetIds.find((_, index) => zones.indexOf(zones[index]) !== index);
      if (twice !== undefined)
        return `DuplicateSubnetsInSameZone: Found another VPC endpoint subnet in the availability zone of ${twice} (subnetIds)`;
      const outsider = securityGroupIds.find((id) => findGroup(cloud, id, place.region)?.vpcId !== vpcId);
      if (outsider !== undefined)
        return `InvalidSecurityGroupId.NotFound: The security group '${outsider}' does not exist in ${vpcId} (securityGroupIds)`;
      const missing = routeTableIds.find(
        (id) => !cloud.find(routeTable, id) && !cloud.findBy(vpc, 'mainRouteTableId', id),
      );
      return missing && `InvalidRouteTableId.NotFound: The routeTable ID '${missing}' does not exist (routeTableIds)`;
    },
  }),
  applyRule({
    id: 'aws.ec2.endpoint-private-dns',
    refuses: 'An endpoint with private DNS in a VPC that resolves no names or gives none.',
    source:
      'https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html#interface-endpoint-private-dns',
    types: vpcEndpoint,
    check: ({ inputs, cloud }) => {
      const network = cloud.find(vpc, inputs.vpcId);
      if (!inputs.privateDnsEnabled || !network) return undefined;
      return network.outputs.enableDnsHostnames && network.outputs.enableDnsSupport !== false
        ? undefined
        : `InvalidParameter: Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${inputs.vpcId} (privateDnsEnabled)`;
    },
  }),
  applyRule({
    id: 'aws.ec2.endpoint-private-dns-twice',
    refuses: 'A second endpoint with private DNS for a service in a VPC.',
    source,
    types: vpcEndpoint,
    check: ({ id, inputs, cloud, place }) => {
      const twin = cloud
        .list(vpcEndpoint)
        .find(
          (other) =>
            other.id !== id &&
            other.inputs.vpcId === inputs.vpcId &&
            other.inputs.serviceName === inputs.serviceName &&
            other.inputs.privateDnsEnabled,
        );
      const region = place.region ?? '';
      const service = serviceOf(inputs.serviceName ?? '', region) ?? '';
      return twin && inputs.privateDnsEnabled
        ? `InvalidParameter: private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${privateNameOf(service, region)} in the VPC ${inputs.vpcId} (privateDnsEnabled)`
        : undefined;
    },
  }),
  applyRule({
    id: 'aws.ec2.endpoint-route',
    refuses: 'A route of an interface endpoint, or in a table that is missing or of another VPC.',
    source: gatewaySource,
    types: endpointRoute,
    check: ({ inputs, cloud }) => {
      const { routeTableId, vpcEndpointId } = inputs;
      const endpoint = cloud.find(vpcEndpoint, vpcEndpointId);
      if (!endpoint)
        return `InvalidVpcEndpointId.NotFound: The Vpc Endpoint Id '${vpcEndpointId}' does not exist (vpcEndpointId)`;
      const home =
        cloud.find(routeTable, routeTableId)?.inputs.vpcId ?? cloud.findBy(vpc, 'mainRouteTableId', routeTableId)?.id;
      if (home !== endpoint.inputs.vpcId)
        return `InvalidRouteTableId.NotFound: The routeTable ID '${routeTableId}' does not exist in ${endpoint.inputs.vpcId} (routeTableId)`;
      return endpoint.inputs.vpcEndpointType === 'Interface'
        ? 'InvalidParameter: Route table IDs are only supported for Gateway type VPC Endpoint. (vpcEndpointId)'
        : undefined;
    },
  }),
  applyRule({
    id: 'aws.ec2.endpoint-route-twice',
    refuses: 'Two gateway endpoints of one service in a route table.',
    source: gatewaySource,
    types: [vpcEndpoint, endpointRoute],
    check: ({ id, inputs, cloud }) => {
      const apart = 'vpcEndpointId' in inputs ? inputs : undefined;
      const own = 'vpcEndpointId' in inputs ? cloud.find(vpcEndpoint, inputs.vpcEndpointId) : { id, inputs };
      const tables = apart
        ? [apart.routeTableId]
        : (('routeTableIds' in inputs ? inputs.routeTableIds : undefined) ?? []);
      const taken = own && tables.find((tableId) => findRival(cloud, { id: own.id, ...own.inputs }, tableId));
      return (
        taken &&
        `RouteAlreadyExists: route table ${taken} already has a route to the prefix list of the service (routeTableIds)`
      );
    },
  }),
];
