import { type Cidr, contains, parseCidr } from '../cloud/cidr';
import type { Cloud } from '../cloud/cloud';
import { table } from '../cloud/cloud';
import type { Network, Route, Store } from '../runtime/runtime';
import { internetWayOf } from './routes';
import { findGroup, type Permission, permissionsOf } from './security-groups';
import { findSubnet, vpc } from './vpc';

/** Something with an address in a VPC that others open connections to. */
export type Endpoint = {
  readonly store: Store;
  readonly vpcId: string;
  readonly region: string;
  /** An address inside the VPC. */
  readonly address: string;
  readonly port: number;
  /** Asked at each connection: groups change. */
  securityGroupIds(): readonly string[];
  subnetIds(): readonly string[];
  isPublic(): boolean;
  /** Why it takes no connection now, such as while it starts. */
  unavailable?(): string | undefined;
};

/** By host name. */
export const endpoints = table<Endpoint>('aws endpoints');

/** Where a connection comes from: interfaces in subnets, with security groups; or the internet. */
export type Origin =
  | {
      kind: 'vpc';
      region: string;
      subnetIds: readonly string[];
      securityGroupIds: readonly string[];
      /** Of the interfaces themselves; those of App Runner and Lambda never have one. */
      hasPublicAddress?: boolean;
    }
  | { kind: 'internet' };

/** What a container or function at this origin reaches, as the cloud stands when it connects. */
export function networkOf(cloud: Cloud, origin: () => Origin): Network {
  return { route: (host, port) => findRoute(cloud, origin(), { host, port }) };
}

export function findRoute(cloud: Cloud, origin: Origin, { host, port }: { host: string; port: number }): Route {
  const endpoint = cloud.table(endpoints).get(host);
  if (origin.kind === 'vpc') {
    const deaf = refuseNames(cloud, origin);
    if (deaf) return { kind: 'unknown host', why: deaf };
  }
  if (!endpoint) return leaveFor(cloud, origin, host);
  const blocked =
    origin.kind === 'vpc' ? blockInside(cloud, origin, { endpoint, port }) : blockOutside(cloud, endpoint, port);
  if (blocked) return { kind: 'timeout', why: `${host}:${port}: ${blocked}` };
  if (port !== endpoint.port) return { kind: 'refused', why: `${host} listens on ${endpoint.port}, not on ${port}` };
  const unavailable = endpoint.unavailable?.();
  return unavailable ? { kind: 'refused', why: unavailable } : { kind: 'store', store: endpoint.store };
}

export type InVpc = Extract<Origin, { kind: 'vpc' }>;

function refuseNames(cloud: Cloud, origin: InVpc): string | undefined {
  const network = cloud.find(vpc, vpcOf(cloud, origin) ?? '');
  return network?.outputs.enableDnsSupport === false
    ? `the VPC ${network.name} resolves no names: enableDnsSupport is false`
    : undefined;
}

/** A host that is none of the simulated ones: the internet, which a rehearsal does not have. */
function leaveFor(cloud: Cloud, origin: Origin, host: string): Route {
  if (/\.(rds|cache)\.amazonaws\.com$/.test(host)) return { kind: 'unknown host', why: `there is no ${host}` };
  if (origin.kind === 'internet') return { kind: 'refused', why: `a rehearsal has no internet to reach ${host} on` };
  const cutOff = findCutOff(cloud, origin);
  return cutOff
    ? { kind: 'timeout', why: `${host}: ${cutOff}` }
    : { kind: 'refused', why: `a rehearsal has no internet to reach ${host} on` };
}

/** Why something at this origin has no way to the internet: without a public address a gateway alone does not help. */
export function findCutOff(cloud: Cloud, { subnetIds, hasPublicAddress = false }: InVpc): string | undefined {
  const cutOff = subnetIds.find((id) => internetWayOf(cloud, id) !== (hasPublicAddress ? 'gateway' : 'nat'));
  if (cutOff === undefined) return undefined;
  return hasPublicAddress
    ? `the subnet ${cutOff} has no route to an internet gateway`
    : `the subnet ${cutOff} has no route to the internet through a NAT gateway`;
}

function blockInside(
  cloud: Cloud,
  origin: InVpc,
  { endpoint, port }: { endpoint: Endpoint; port: number },
): string | undefined {
  if (vpcOf(cloud, origin) !== endpoint.vpcId) return `no route: it is in another VPC (${endpoint.vpcId})`;
  const theirs = endpoint.securityGroupIds();
  const address = parseCidr(`${endpoint.address}/32`);
  const mayLeave = permissions(cloud, origin.securityGroupIds, { direction: 'egress', port }).some(
    (permission) => admitsGroup(permission, theirs) || (address && admitsBlock(permission, address)),
  );
  if (!mayLeave) return `no egress rule of ${origin.securityGroupIds.join(', ')} lets TCP ${port} out to it`;
  const arriving = permissions(cloud, theirs, { direction: 'ingress', port });
  if (arriving.some((permission) => admitsGroup(permission, origin.securityGroupIds))) return undefined;
  const kept = origin.subnetIds.find((id) => {
    const home = findSubnet(cloud, id, origin.region);
    return !home || !arriving.some((permission) => admitsBlock(permission, home.cidr));
  });
  return kept === undefined
    ? undefined
    : `no ingress rule of ${theirs.join(', ')} lets TCP ${port} in from ${origin.securityGroupIds.join(', ')} or the subnet ${kept}`;
}

/** From outside, nobody knows his own address beforehand: only a rule for everyone helps. */
function blockOutside(cloud: Cloud, endpoint: Endpoint, port: number): string | undefined {
  if (!endpoint.isPublic()) return 'it has no public address';
  const hidden = endpoint.subnetIds().find((id) => internetWayOf(cloud, id) !== 'gateway');
  if (hidden) return `its subnet ${hidden} has no route to an internet gateway`;
  const everyone = { address: 0, bits: 0 };
  return permissions(cloud, endpoint.securityGroupIds(), { direction: 'ingress', port }).some((permission) =>
    admitsBlock(permission, everyone),
  )
    ? undefined
    : `no ingress rule of ${endpoint.securityGroupIds().join(', ')} lets TCP ${port} in from the internet`;
}

/** The VPC of its interfaces. */
export function vpcOf(cloud: Cloud, origin: InVpc): string | undefined {
  const [group = ''] = origin.securityGroupIds;
  return (
    findSubnet(cloud, origin.subnetIds[0] ?? '', origin.region)?.vpcId ?? findGroup(cloud, group, origin.region)?.vpcId
  );
}

/** What these groups let through in a direction on a TCP port. */
export function permissions(
  cloud: Cloud,
  groupIds: readonly string[],
  wanted: { direction: Permission['direction']; port: number },
): Permission[] {
  return groupIds
    .flatMap((id) => permissionsOf(cloud, id))
    .filter(
      ({ direction, protocol, fromPort, toPort }) =>
        direction === wanted.direction &&
        (['-1', 'all'].includes(protocol) ||
          (['tcp', '6'].includes(protocol) && fromPort <= wanted.port && wanted.port <= toPort)),
    );
}

/** Whether it lets members of one of the groups through. */
export function admitsGroup(permission: Permission, groupIds: readonly string[]): boolean {
  return permission.groupIds.some((id) => groupIds.includes(id));
}

/** Whether it lets all addresses of the block through. */
export function admitsBlock(permission: Permission, block: Cidr): boolean {
  return permission.cidrBlocks.some((text) => {
    const cidr = parseCidr(text);
    return cidr !== undefined && contains(cidr, block);
  });
}
