import type { ec2 } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import type { Cloud, Entity, TypeHandle } from '../cloud/cloud';
import type { OutputsOf } from '../declare';
import type { Cidr } from './cidr';
import { admitsBlock, admitsGroup, findCutOff, type InVpc, permissions, vpcOf } from './reachability';
import { routeTableIdOf } from './routes';
import { findSubnet } from './vpc';

/** What an interface of a Fargate task connects to before the task's containers run. S3 keeps the layers of images. */
export type TaskService = 'ecr.api' | 'ecr.dkr' | 'logs' | 's3' | 'secretsmanager';

type EndpointArgs = Unwrap<ec2.VpcEndpointArgs>;
type VpcEndpoint = Entity<EndpointArgs, OutputsOf<ec2.VpcEndpoint>>;

const vpcEndpoint: TypeHandle<EndpointArgs, OutputsOf<ec2.VpcEndpoint>> = { token: 'aws:ec2/vpcEndpoint:VpcEndpoint' };
const tableAssociation: TypeHandle<
  Unwrap<ec2.VpcEndpointRouteTableAssociationArgs>,
  OutputsOf<ec2.VpcEndpointRouteTableAssociation>
> = { token: 'aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation' };

const everywhere: Cidr = { address: 0, bits: 0 };

/**
 * Why a task at this origin does not reach the service of AWS: an endpoint of the VPC where its names lead there, else the
 * internet. Undefined when it does. Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 */
export function blockService(cloud: Cloud, origin: InVpc, service: TaskService): string | undefined {
  const vpcId = vpcOf(cloud, origin);
  const serviceName = `com.amazonaws.${origin.region}.${service}`;
  const endpoints = cloud
    .list(vpcEndpoint)
    .filter(({ inputs }) => inputs.vpcId === vpcId && inputs.serviceName === serviceName);
  const named = endpoints.find(({ inputs }) => inputs.vpcEndpointType === 'Interface' && inputs.privateDnsEnabled);
  if (named) return blockInterface(cloud, origin, named);
  const gateway = endpoints.find(({ inputs }) => (inputs.vpcEndpointType ?? 'Gateway') === 'Gateway');
  const routed = origin.subnetIds.filter((id) => gateway && hasRoute(cloud, gateway, id));
  const unrouted = origin.subnetIds.filter((id) => !routed.includes(id));
  return (
    (gateway && routed.length > 0 ? blockGateway(cloud, origin, gateway) : undefined) ??
    (unrouted.length > 0 ? blockInternet(cloud, { ...origin, subnetIds: unrouted }, serviceName) : undefined)
  );
}

function blockInterface(cloud: Cloud, origin: InVpc, endpoint: VpcEndpoint): string | undefined {
  const name = endpoint.inputs.serviceName ?? '';
  const { securityGroupIds: theirs, subnetIds } = endpoint.outputs;
  const homes = subnetIds.flatMap((id) => findSubnet(cloud, id, origin.region)?.cidr ?? []);
  if (homes.length === 0) return `the endpoint ${endpoint.id} of ${name} is in no subnet (subnetIds)`;
  const leaving = permissions(cloud, origin.securityGroupIds, { direction: 'egress', port: 443 });
  const mayLeave = leaving.some(
    (permission) => admitsGroup(permission, theirs) || homes.every((cidr) => admitsBlock(permission, cidr)),
  );
  if (!mayLeave)
    return `no egress rule of ${list(origin.securityGroupIds)} lets TCP 443 out to ${endpoint.id} (${name})`;
  const arriving = permissions(cloud, theirs, { direction: 'ingress', port: 443 });
  const comesFrom = origin.subnetIds.flatMap((id) => findSubnet(cloud, id, origin.region)?.cidr ?? []);
  return arriving.some(
    (permission) =>
      admitsGroup(permission, origin.securityGroupIds) || comesFrom.every((cidr) => admitsBlock(permission, cidr)),
  )
    ? undefined
    : `no ingress rule of ${list(theirs)}, the groups of ${endpoint.id} (${name}), lets TCP 443 in from ${list(origin.securityGroupIds)}`;
}

function hasRoute(cloud: Cloud, gateway: VpcEndpoint, subnetId: string): boolean {
  const tableId = routeTableIdOf(cloud, subnetId);
  const apart = cloud.list(tableAssociation).filter(({ inputs }) => inputs.vpcEndpointId === gateway.id);
  return (
    tableId !== undefined &&
    [...(gateway.inputs.routeTableIds ?? []), ...apart.map(({ inputs }) => inputs.routeTableId)].includes(tableId)
  );
}

/** Its addresses are public ones, which a rule names as the service's prefix list or as everything. */
function blockGateway(cloud: Cloud, origin: InVpc, gateway: VpcEndpoint): string | undefined {
  const { prefixListId } = gateway.outputs;
  return permissions(cloud, origin.securityGroupIds, { direction: 'egress', port: 443 }).some(
    (permission) => permission.prefixListIds.includes(prefixListId) || admitsBlock(permission, everywhere),
  )
    ? undefined
    : `no egress rule of ${list(origin.securityGroupIds)} lets TCP 443 out to ${prefixListId} (${gateway.inputs.serviceName})`;
}

function blockInternet(cloud: Cloud, origin: InVpc, serviceName: string): string | undefined {
  const cutOff = findCutOff(cloud, origin);
  if (cutOff) return `${cutOff}, and none through an endpoint of ${serviceName}`;
  return permissions(cloud, origin.securityGroupIds, { direction: 'egress', port: 443 }).some((permission) =>
    admitsBlock(permission, everywhere),
  )
    ? undefined
    : `no egress rule of ${list(origin.securityGroupIds)} lets TCP 443 out to the internet`;
}

function list(ids: readonly string[]): string {
  return ids.join(', ');
}
