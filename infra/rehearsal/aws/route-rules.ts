import { applyRule, inputRule } from '../rules';
import { eip, internetGateway, natGateway, route, routeTable, routeTableAssociation } from './routes';
import { subnet, vpc } from './vpc';

const source = 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html';
const errors = 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html';

export const routeRules = [
  inputRule({
    id: 'aws.ec2.route-target',
    refuses: 'A route without exactly one destination and one target.',
    source,
    types: route,
    check: ({ inputs }) => {
      const destinations = [
        inputs.destinationCidrBlock,
        inputs.destinationIpv6CidrBlock,
        inputs.destinationPrefixListId,
      ];
      const targets = [
        inputs.carrierGatewayId,
        inputs.coreNetworkArn,
        inputs.egressOnlyGatewayId,
        inputs.gatewayId,
        inputs.localGatewayId,
        inputs.natGatewayId,
        inputs.networkInterfaceId,
        inputs.odbNetworkArn,
        inputs.transitGatewayId,
        inputs.vpcEndpointId,
        inputs.vpcPeeringConnectionId,
      ];
      const isOne = (values: readonly (string | undefined)[]) => values.filter(Boolean).length === 1;
      if (!isOne(destinations)) {
        return 'one of `destinationCidrBlock`, `destinationIpv6CidrBlock`, `destinationPrefixListId` must be specified';
      }
      return isOne(targets)
        ? undefined
        : 'one of `gatewayId`, `natGatewayId`, `networkInterfaceId`, `transitGatewayId`, `vpcEndpointId`, `vpcPeeringConnectionId` or another target must be specified, and only one';
    },
  }),
  applyRule({
    id: 'aws.ec2.route-missing',
    refuses: 'A route in a table, or to a gateway, that does not exist.',
    source: errors,
    types: route,
    check: ({ inputs, cloud }) => {
      const { routeTableId, gatewayId, natGatewayId } = inputs;
      const isMain = cloud.findBy(vpc, 'mainRouteTableId', routeTableId);
      if (!isMain && !cloud.find(routeTable, routeTableId)) {
        return `InvalidRouteTableID.NotFound: The routeTable ID '${routeTableId}' does not exist`;
      }
      if (gatewayId?.startsWith('igw-') && !cloud.find(internetGateway, gatewayId)) {
        return `InvalidInternetGatewayID.NotFound: The internetGateway ID '${gatewayId}' does not exist`;
      }
      return natGatewayId === undefined || cloud.find(natGateway, natGatewayId)
        ? undefined
        : `InvalidNatGatewayID.NotFound: The natGateway ID '${natGatewayId}' does not exist`;
    },
  }),
  applyRule({
    id: 'aws.ec2.route-twice',
    refuses: 'A second route of a table to the same destination.',
    source: errors,
    types: route,
    check: ({ id, inputs, cloud }) => {
      const twin = cloud
        .list(route)
        .find(
          (other) =>
            other.id !== id &&
            other.inputs.routeTableId === inputs.routeTableId &&
            other.inputs.destinationCidrBlock === inputs.destinationCidrBlock &&
            inputs.destinationCidrBlock !== undefined,
        );
      return twin && `RouteAlreadyExists: The route identified by ${inputs.destinationCidrBlock} already exists.`;
    },
  }),
  applyRule({
    id: 'aws.ec2.route-table-association',
    refuses: 'A subnet with two route tables.',
    source: errors,
    types: routeTableAssociation,
    check: ({ id, inputs, cloud }) => {
      const other = cloud
        .list(routeTableAssociation)
        .find((candidate) => candidate.id !== id && candidate.inputs.subnetId === inputs.subnetId);
      return inputs.subnetId !== undefined && other
        ? `Resource.AlreadyAssociated: the specified association for route table ${inputs.routeTableId} conflicts with an existing association`
        : undefined;
    },
  }),
  applyRule({
    id: 'aws.ec2.internet-gateway-twice',
    refuses: 'A second internet gateway of a VPC.',
    source: 'https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html',
    types: internetGateway,
    check: ({ id, inputs, cloud }) =>
      inputs.vpcId !== undefined &&
      cloud.list(internetGateway).some((other) => other.id !== id && other.outputs.vpcId === inputs.vpcId)
        ? `Resource.AlreadyAssociated: resource ${inputs.vpcId} is already attached to network (vpcId)`
        : undefined,
  }),
  applyRule({
    id: 'aws.ec2.nat-gateway-way-out',
    refuses:
      'A public NAT gateway without an address, in a subnet that does not exist, or in a VPC without an internet gateway.',
    source: 'https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html',
    types: natGateway,
    check: ({ inputs, cloud }) => {
      if (inputs.connectivityType === 'private' || inputs.availabilityMode === 'regional') return undefined;
      const home = inputs.subnetId === undefined ? undefined : cloud.find(subnet, inputs.subnetId);
      if (!home) return `InvalidSubnetID.NotFound: The subnet ID '${inputs.subnetId ?? ''}' does not exist (subnetId)`;
      if (inputs.allocationId === undefined || !cloud.find(eip, inputs.allocationId)) {
        return `InvalidAllocationID.NotFound: The allocation ID '${inputs.allocationId ?? ''}' does not exist (allocationId)`;
      }
      return cloud.list(internetGateway).some((gateway) => gateway.outputs.vpcId === home.outputs.vpcId)
        ? undefined
        : `Gateway.NotAttached: Network ${home.outputs.vpcId} has no Internet gateway attached`;
    },
  }),
];
