import type { ec2 } from '@pulumi/aws';
import type { Cidr } from '../cloud/cidr';
import type { Cloud, Entity } from '../cloud/cloud';
import type { OutputsOf } from '../declare';
import { endpointRoute, type VpcEndpointArgs, vpcEndpoint } from './endpoints';
import { blockBetween } from './group-path';
import { admitsBlock, findCutOff, type InVpc, permissions, vpcOf } from './reachability';
import { routeTableIdOf } from './routes';

/**
 * What an interface of a Fargate task, or a node of EKS, connects to before containers run. S3 keeps the layers of images;
 * eks-auth and sts give pods their roles.
 */
export type TaskService = 'ec2' | 'ecr.api' | 'ecr.dkr' | 'eks-auth' | 'logs' | 's3' | 'secretsmanager' | 'sts';

type VpcEndpoint = Entity<VpcEndpointArgs, OutputsOf<ec2.VpcEndpoint>>;

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
  const { securityGroupIds, subnetIds, serviceName } = endpoint.outputs;
  if (subnetIds.length === 0) return `the endpoint ${endpoint.id} of ${serviceName} is in no subnet (subnetIds)`;
  const blocked = blockBetween(cloud, { from: origin, to: { subnetIds, securityGroupIds }, port: 443 });
  return blocked && `the endpoint ${endpoint.id} of ${serviceName} is not reached: ${blocked}`;
}

function hasRoute(cloud: Cloud, gateway: VpcEndpoint, subnetId: string): boolean {
  const tableId = routeTableIdOf(cloud, subnetId);
  const apart = cloud.list(endpointRoute).filter(({ inputs }) => inputs.vpcEndpointId === gateway.id);
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
