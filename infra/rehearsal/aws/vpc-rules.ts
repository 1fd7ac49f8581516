import { type Cidr, contains, isNetworkAddress, overlaps, parseCidr } from '../cloud/cidr';
import { applyRule, inputRule } from '../rules';
import { subnet, vpc } from './vpc';
import { zonesOf } from './zones';

const source = 'https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html';

/** The provider's own check. Source: terraform-plugin-sdk, validation.IsCIDRNetwork(16, 28). */
function refuseBlock(property: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const cidr = parseCidr(text);
  if (!cidr)
    return `expected ${property} to contain a valid Value, got: ${text} with err: invalid CIDR address: ${text}`;
  if (!isNetworkAddress(cidr)) return `expected ${property} to contain a valid network Value, got ${text}`;
  if (cidr.bits < 16 || cidr.bits > 28) {
    return `expected "${property}" to contain a network Value with between 16 and 28 significant bits, got: ${cidr.bits}`;
  }
  return undefined;
}

function cidrOf(text: string): Cidr {
  const cidr = parseCidr(text);
  if (!cidr) throw new Error(`${text} was taken for a block of addresses`);
  return cidr;
}

export const vpcRules = [
  inputRule({
    id: 'aws.ec2.vpc-cidr',
    refuses: 'A VPC without a block of addresses, or with one that is no network of 16 to 28 bits.',
    source,
    types: vpc,
    check: ({ inputs }) =>
      inputs.cidrBlock === undefined && inputs.ipv4IpamPoolId === undefined
        ? 'MissingParameter: Either cidrBlock or ipv4IpamPoolId must be provided.'
        : refuseBlock('cidrBlock', inputs.cidrBlock),
  }),
  inputRule({
    id: 'aws.ec2.subnet-cidr',
    refuses: 'A subnet whose block of addresses is no network of 16 to 28 bits.',
    source: 'https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html',
    types: subnet,
    check: ({ inputs }) => refuseBlock('cidrBlock', inputs.cidrBlock),
  }),
  inputRule({
    id: 'aws.ec2.subnet-zone',
    refuses: 'A subnet in a zone that the region lacks, or in two.',
    source: 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html',
    types: subnet,
    check: ({ inputs, place }) => {
      const zones = zonesOf(place.region ?? '');
      const { availabilityZone, availabilityZoneId } = inputs;
      if (availabilityZone !== undefined && availabilityZoneId !== undefined) {
        return '"availabilityZone": conflicts with availabilityZoneId';
      }
      if (availabilityZone !== undefined && !zones.some((zone) => zone.name === availabilityZone)) {
        return `InvalidParameterValue: Value (${availabilityZone}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zones.map((zone) => zone.name).join(', ')}.`;
      }
      if (availabilityZoneId !== undefined && !zones.some((zone) => zone.id === availabilityZoneId)) {
        return `InvalidParameterValue: Value (${availabilityZoneId}) for parameter availabilityZoneId is invalid. Subnets can currently only be created in the following availability zones: ${zones.map((zone) => zone.id).join(', ')}.`;
      }
      return undefined;
    },
  }),
  applyRule({
    id: 'aws.ec2.subnet-vpc',
    refuses: 'A subnet of a VPC that does not exist.',
    source: 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html',
    types: subnet,
    check: ({ inputs, cloud }) =>
      cloud.find(vpc, inputs.vpcId)
        ? undefined
        : `InvalidVpcID.NotFound: The vpc ID '${inputs.vpcId}' does not exist (vpcId)`,
  }),
  applyRule({
    id: 'aws.ec2.subnet-in-vpc',
    refuses: "A subnet whose addresses are not among the VPC's.",
    source: 'https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html',
    types: subnet,
    check: ({ inputs, cloud, previous }) => {
      const network = cloud.find(vpc, inputs.vpcId);
      if (previous || !network || inputs.cidrBlock === undefined) return undefined;
      return contains(cidrOf(network.outputs.cidrBlock), cidrOf(inputs.cidrBlock))
        ? undefined
        : `InvalidSubnet.Range: The CIDR '${inputs.cidrBlock}' is invalid (cidrBlock must lie in the VPC's ${network.outputs.cidrBlock}).`;
    },
  }),
  applyRule({
    id: 'aws.ec2.subnet-overlap',
    refuses: 'A subnet whose addresses another subnet of the VPC has.',
    source: 'https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html',
    types: subnet,
    check: ({ inputs, cloud, previous }) => {
      const { cidrBlock } = inputs;
      if (previous || cidrBlock === undefined) return undefined;
      const other = cloud
        .list(subnet)
        .find(
          ({ outputs }) => outputs.vpcId === inputs.vpcId && overlaps(cidrOf(outputs.cidrBlock), cidrOf(cidrBlock)),
        );
      return (
        other &&
        `InvalidSubnet.Conflict: The CIDR '${cidrBlock}' conflicts with another subnet (cidrBlock, ${other.id})`
      );
    },
  }),
];
