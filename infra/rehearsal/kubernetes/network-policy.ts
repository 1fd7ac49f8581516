import { contains, parseCidr } from '../cloud/cidr';
import type { KubeObject } from './objects';
import { hasLabels, specOf } from './pod-spec';

type Selector = { matchLabels?: Readonly<Record<string, string>> };
type Peer = {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string; except?: readonly string[] };
};
type PolicyRule = {
  from?: readonly Peer[];
  to?: readonly Peer[];
  ports?: readonly { port?: number | string; endPort?: number; protocol?: string }[];
};
type PolicySpec = {
  podSelector?: Selector;
  policyTypes?: readonly string[];
  ingress?: readonly PolicyRule[];
  egress?: readonly PolicyRule[];
};

export type PolicyPod = {
  namespace: string;
  labels: Readonly<Record<string, string>>;
  /** For policies that name ports by their names. */
  ports?: readonly { name?: string; containerPort: number }[];
};

/** A connection with what is outside the cluster. */
export type Outside = {
  direction: 'Ingress' | 'Egress';
  /** CIDR blocks, of which all must be let through. */
  addresses: readonly string[];
  port: number;
  protocol?: 'TCP' | 'UDP';
};

/**
 * The policy that keeps a pod from a connection with something outside the cluster; undefined when none does.
 * Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function blockedBy(policies: readonly KubeObject[], pod: PolicyPod, outside: Outside): string | undefined {
  const selecting = policies.filter((policy) => {
    const spec = specOf<PolicySpec>(policy);
    return (
      policy.metadata.namespace === pod.namespace &&
      hasLabels(pod.labels, spec.podSelector?.matchLabels) &&
      typesOf(spec).includes(outside.direction)
    );
  });
  const isLetThrough = selecting.some((policy) => {
    const { ingress, egress } = specOf<PolicySpec>(policy);
    return (outside.direction === 'Ingress' ? ingress : egress)?.some((rule) => admits(rule, pod, outside)) ?? false;
  });
  return selecting.length === 0 || isLetThrough ? undefined : selecting[0]?.metadata.name;
}

function typesOf({ policyTypes, egress }: PolicySpec): readonly string[] {
  return policyTypes ?? (egress === undefined ? ['Ingress'] : ['Ingress', 'Egress']);
}

function admits(
  { from, to, ports }: PolicyRule,
  pod: PolicyPod,
  { direction, addresses, port, protocol = 'TCP' }: Outside,
): boolean {
  const peers = direction === 'Ingress' ? from : to;
  const named = (wanted: number | string) =>
    typeof wanted === 'number' ? wanted : (pod.ports?.find(({ name }) => name === wanted)?.containerPort ?? 0);
  const isPort =
    ports === undefined ||
    ports.length === 0 ||
    ports.some((one) => {
      if ((one.protocol ?? 'TCP') !== protocol) return false;
      if (one.port === undefined) return true;
      const first = named(one.port);
      return first <= port && port <= (one.endPort ?? first);
    });
  const isPeer =
    peers === undefined ||
    peers.length === 0 ||
    addresses.every((address) => peers.some((peer) => peer.ipBlock !== undefined && isInBlock(peer.ipBlock, address)));
  return isPort && isPeer;
}

function isInBlock({ cidr, except = [] }: { cidr: string; except?: readonly string[] }, address: string): boolean {
  const wanted = parseCidr(address);
  const holds = (block: string) => {
    const parsed = parseCidr(block);
    return wanted !== undefined && parsed !== undefined && contains(parsed, wanted);
  };
  return holds(cidr) && !except.some(holds);
}
