import type { Cloud } from '../cloud/cloud';
import type { Network, Route } from '../runtime/runtime';
import type { VpcAccess } from './cloud-run-workload';
import { findNetwork, findSubnetwork, firewall } from './network';
import { findStoreAt, storeHosts } from './private-stores';
import { containsAddress, parseRange, privateRanges } from './ranges';
import { findConnection } from './service-networking';

type NetworkEntity = NonNullable<ReturnType<typeof findNetwork>>;

/** What a container on Cloud Run reaches, judged anew at each connection. */
export function createEgress(cloud: Cloud, access: VpcAccess | undefined): Network {
  return { route: (host, port) => findRoute(cloud, access, { host, port }) };
}

function findRoute(cloud: Cloud, access: VpcAccess | undefined, { host, port }: { host: string; port: number }): Route {
  if (!storeHosts(cloud).includes(host))
    return { kind: 'unknown host', why: `nothing in this cloud answers at ${host}` };
  const isPrivate = privateRanges.some((range) => containsAddress(range, host));
  const why = isPrivate
    ? whyNoPrivatePath(cloud, access, { host, port })
    : whyNoPublicPath(cloud, access, { host, port });
  if (why !== undefined) return { kind: 'timeout', why };
  const found = findStoreAt(cloud, host, port);
  return found
    ? { kind: 'store', store: found.store }
    : { kind: 'refused', why: `nothing listens on port ${port} of ${host}` };
}

/** Google keeps a subnetwork's addresses for one to two hours. Source: https://docs.cloud.google.com/run/docs/configuring/vpc-direct-vpc#ip-address-deletion */
const subnetworkHoldMinutes = 90;

/** What a deleted service or job leaves behind in its subnetworks. */
export function holdSubnetworks(cloud: Cloud, access: VpcAccess | undefined, user: string): void {
  for (const { subnetwork } of access?.networkInterfaces ?? []) {
    const used = subnetwork === undefined ? undefined : findSubnetwork(cloud, subnetwork);
    if (!used) continue;
    const untilMs = cloud.clock.now() + subnetworkHoldMinutes * 60_000;
    cloud.hold(used, { description: `serverless-ipv4 addresses of the deleted ${user}`, untilMs });
  }
}

type Target = { host: string; port: number };

function whyNoPrivatePath(cloud: Cloud, access: VpcAccess | undefined, target: Target): string | undefined {
  const entered = networkOf(cloud, access);
  if (!entered) return `${target.host} is private, and the container has no way into a VPC (vpcAccess)`;
  const store = findStoreAt(cloud, target.host, target.port);
  const home = store?.network === undefined ? undefined : findNetwork(cloud, store.network);
  if (store && home !== entered)
    return `${store.name} is reached through ${store.network}, and the container is in ${entered.id}`;
  if (!findConnection(cloud, entered.id) && store) return `${entered.id} is not peered with Google's services`;
  return whyFirewallDenies(cloud, entered, access, target);
}

function whyNoPublicPath(cloud: Cloud, access: VpcAccess | undefined, target: Target): string | undefined {
  if (access?.egress === 'ALL_TRAFFIC') return 'all traffic goes into the VPC, which has no NAT in this rehearsal';
  const ranges = findStoreAt(cloud, target.host, target.port)?.authorizedRanges ?? [];
  // Cloud Run's own addresses are not known beforehand, so only everybody includes them.
  return ranges.some((range) => range.endsWith('/0'))
    ? undefined
    : `${target.host} admits no address of Cloud Run's (authorizedNetworks)`;
}

function networkOf(cloud: Cloud, access: VpcAccess | undefined): NetworkEntity | undefined {
  const [card] = access?.networkInterfaces ?? [];
  const subnetwork = card?.subnetwork === undefined ? undefined : findSubnetwork(cloud, card.subnetwork);
  const reference = card?.network ?? subnetwork?.inputs.network;
  return reference === undefined ? undefined : findNetwork(cloud, reference);
}

/** Egress is allowed unless a rule of the lowest number that matches denies it. Source: https://docs.cloud.google.com/firewall/docs/firewalls#priority_order_for_firewall_rules */
function whyFirewallDenies(
  cloud: Cloud,
  entered: NetworkEntity,
  access: VpcAccess | undefined,
  { host, port }: Target,
): string | undefined {
  const tags = access?.networkInterfaces?.[0]?.tags ?? [];
  const [first] = cloud
    .list(firewall)
    .filter(({ inputs }) => inputs.direction === 'EGRESS' && inputs.disabled !== true)
    .filter(({ inputs }) => findNetwork(cloud, inputs.network) === entered)
    .filter(
      ({ inputs }) => (inputs.targetTags ?? []).length === 0 || inputs.targetTags?.some((tag) => tags.includes(tag)),
    )
    .filter(({ inputs }) => {
      const ranges = (inputs.destinationRanges ?? ['0.0.0.0/0']).flatMap((text) => parseRange(text) ?? []);
      return ranges.some((range) => containsAddress(range, host));
    })
    .filter(({ inputs }) => [...(inputs.allows ?? []), ...(inputs.denies ?? [])].some((part) => covers(part, port)))
    // Of two with one priority, the one that denies wins.
    .sort(
      (a, b) => (a.inputs.priority ?? 1000) - (b.inputs.priority ?? 1000) || Number(isAllow(a)) - Number(isAllow(b)),
    );
  return first && !isAllow(first) ? `the firewall rule ${first.outputs.name} denies it` : undefined;
}

function isAllow({ inputs }: { inputs: { allows?: readonly unknown[] } }): boolean {
  return (inputs.allows ?? []).length > 0;
}

function covers({ protocol, ports }: { protocol: string; ports?: readonly string[] }, port: number): boolean {
  if (!['all', 'tcp', '6'].includes(protocol.toLowerCase())) return false;
  if (ports === undefined || ports.length === 0) return true;
  return ports.some((text) => {
    const [from = 0, to = from] = text.split('-').map(Number);
    return port >= from && port <= to;
  });
}
