import { type Cidr, parseCidr } from '../cloud/cidr';
import type { Cloud } from '../cloud/cloud';
import { admitsBlock, admitsGroup, permissions } from './reachability';
import type { Permission } from './security-groups';
import { subnet } from './vpc';

/** From outside, nobody knows his own address beforehand: only a rule for everyone helps. */
const everyone: Cidr = { address: 0, bits: 0 };

/** Interfaces in a VPC: where they are, and the groups that they are in. */
export type Interfaces = { readonly subnetIds: readonly string[]; readonly securityGroupIds: readonly string[] };

/** Why TCP connections on this port do not get from one to the other; undefined when they do. */
export function blockBetween(
  cloud: Cloud,
  { from, to, port }: { from: Interfaces; to: Interfaces; port: number },
): string | undefined {
  const leaving = permissions(cloud, from.securityGroupIds, { direction: 'egress', port });
  if (!admits(cloud, leaving, to)) {
    return `no egress rule of ${from.securityGroupIds.join(', ')} lets TCP ${port} out to ${to.securityGroupIds.join(', ')}`;
  }
  const arriving = permissions(cloud, to.securityGroupIds, { direction: 'ingress', port });
  return admits(cloud, arriving, from)
    ? undefined
    : `no ingress rule of ${to.securityGroupIds.join(', ')} lets TCP ${port} in from ${from.securityGroupIds.join(', ')}`;
}

/** Why nobody on the internet gets in on this port; undefined when everybody does. */
export function blockFromInternet(cloud: Cloud, securityGroupIds: readonly string[], port: number): string | undefined {
  const arriving = permissions(cloud, securityGroupIds, { direction: 'ingress', port });
  return arriving.some((permission) => admitsBlock(permission, everyone))
    ? undefined
    : `no ingress rule of ${securityGroupIds.join(', ')} lets TCP ${port} in from the internet`;
}

/** By one of its groups, or all of its subnets by their addresses. */
function admits(cloud: Cloud, allowed: readonly Permission[], { subnetIds, securityGroupIds }: Interfaces): boolean {
  if (allowed.some((permission) => admitsGroup(permission, securityGroupIds))) return true;
  const blocks = subnetIds.map((id) => parseCidr(cloud.find(subnet, id)?.outputs.cidrBlock ?? ''));
  return (
    blocks.length > 0 &&
    blocks.every((block) => block !== undefined && allowed.some((permission) => admitsBlock(permission, block)))
  );
}
