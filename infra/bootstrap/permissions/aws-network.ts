import { type AwsPermission, type Grant, read, readAnywhere, reference, write } from './aws-permission';

const source = reference('amazonec2');
/** What EC2 makes has no name, but the tags of the stack from its first moment. */
const anything = ['arn:aws:ec2:{region}:{account}:*'];
const isCreatedTagged = { StringLike: { 'aws:RequestTag/stack': '{stack}', 'aws:RequestTag/project': 'taproom' } };
const isTagged = { StringLike: { 'aws:ResourceTag/stack': '{stack}', 'aws:ResourceTag/project': 'taproom' } };

/** Tags are given with the creation only: who could tag anything could make anything its own. */
const tagAtCreation: Grant = write(anything, ['ec2:CreateTags'], {
  StringLike: { ...isCreatedTagged.StringLike, 'ec2:CreateAction': '*' },
});
const tagOwn: Grant = write(anything, ['ec2:CreateTags', 'ec2:DeleteTags'], isTagged);

type Actions = {
  read: readonly string[];
  /** Of single things. */
  readOf?: readonly string[];
  create?: readonly string[];
  change?: readonly string[];
};

/** The creation is asked for what is made, by its tags, and for what it is made in, by the tags of that. */
function ec2(actions: Actions): AwsPermission {
  const { read: anywhere, readOf = [], create = [], change = [] } = actions;
  return {
    source,
    grants: [
      readAnywhere(...anywhere),
      ...(readOf.length > 0 ? [read(anything, readOf)] : []),
      ...(create.length > 0 ? [write(anything, create, isCreatedTagged), tagAtCreation, tagOwn] : []),
      write(anything, [...create, ...change], isTagged),
    ],
  };
}

const interfaces = ['ec2:DescribeNetworkInterfaces'];
const groupRules = {
  read: ['ec2:DescribeSecurityGroupRules', 'ec2:DescribeSecurityGroups'],
  change: ['ec2:ModifySecurityGroupRules'],
};

export const awsNetworkPermissions: Readonly<Record<string, AwsPermission>> = {
  'aws:ec2/vpc:Vpc': ec2({
    read: [
      ...['ec2:DescribeVpcs', 'ec2:DescribeNetworkAcls', 'ec2:DescribeRouteTables', 'ec2:DescribeSecurityGroups'],
      'ec2:DescribeAvailabilityZones',
    ],
    readOf: ['ec2:DescribeVpcAttribute'],
    create: ['ec2:CreateVpc'],
    change: ['ec2:ModifyVpcAttribute', 'ec2:DeleteVpc'],
  }),
  'aws:ec2/subnet:Subnet': ec2({
    read: ['ec2:DescribeSubnets', ...interfaces],
    create: ['ec2:CreateSubnet'],
    change: ['ec2:ModifySubnetAttribute', 'ec2:DeleteSubnet'],
  }),
  'aws:ec2/securityGroup:SecurityGroup': ec2({
    read: ['ec2:DescribeSecurityGroups', ...interfaces],
    create: ['ec2:CreateSecurityGroup'],
    // The provider takes the rule away that AWS gives a new group.
    change: ['ec2:DeleteSecurityGroup', 'ec2:RevokeSecurityGroupEgress', 'ec2:RevokeSecurityGroupIngress'],
  }),
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule': ec2({
    ...groupRules,
    create: ['ec2:AuthorizeSecurityGroupIngress'],
    change: [...groupRules.change, 'ec2:RevokeSecurityGroupIngress'],
  }),
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule': ec2({
    ...groupRules,
    create: ['ec2:AuthorizeSecurityGroupEgress'],
    change: [...groupRules.change, 'ec2:RevokeSecurityGroupEgress'],
  }),
  'aws:ec2/internetGateway:InternetGateway': ec2({
    read: ['ec2:DescribeInternetGateways'],
    create: ['ec2:CreateInternetGateway'],
    change: ['ec2:AttachInternetGateway', 'ec2:DetachInternetGateway', 'ec2:DeleteInternetGateway'],
  }),
  'aws:ec2/routeTable:RouteTable': ec2({
    read: ['ec2:DescribeRouteTables'],
    create: ['ec2:CreateRouteTable'],
    change: ['ec2:DeleteRouteTable', 'ec2:DisassociateRouteTable'],
  }),
  'aws:ec2/route:Route': ec2({
    read: ['ec2:DescribeRouteTables'],
    change: ['ec2:CreateRoute', 'ec2:ReplaceRoute', 'ec2:DeleteRoute'],
  }),
  'aws:ec2/routeTableAssociation:RouteTableAssociation': ec2({
    read: ['ec2:DescribeRouteTables'],
    change: ['ec2:AssociateRouteTable', 'ec2:DisassociateRouteTable', 'ec2:ReplaceRouteTableAssociation'],
  }),
  'aws:ec2/eip:Eip': ec2({
    read: ['ec2:DescribeAddresses'],
    readOf: ['ec2:DescribeAddressesAttribute'],
    create: ['ec2:AllocateAddress'],
    change: ['ec2:ReleaseAddress', 'ec2:DisassociateAddress'],
  }),
  'aws:ec2/natGateway:NatGateway': ec2({
    read: ['ec2:DescribeNatGateways'],
    create: ['ec2:CreateNatGateway'],
    change: ['ec2:DeleteNatGateway'],
  }),
  'aws:ec2/vpcEndpoint:VpcEndpoint': ec2({
    read: ['ec2:DescribeVpcEndpoints', 'ec2:DescribePrefixLists', 'ec2:DescribeVpcEndpointServices', ...interfaces],
    create: ['ec2:CreateVpcEndpoint'],
    change: ['ec2:ModifyVpcEndpoint', 'ec2:DeleteVpcEndpoints'],
  }),
};
