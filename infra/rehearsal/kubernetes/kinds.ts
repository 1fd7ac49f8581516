import type { Properties, Shape, Typings } from '../typings/shape';

/** A kind of object. Those of a group that only something installed brings say who: the group itself is its name. */
export type Kind = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Paths that never change once the object is there; an update of one is refused, and Pulumi replaces. */
  readonly immutable?: readonly string[];
  /** The whole of a field of custom resources, which no package declares. */
  readonly spec?: Properties;
};

const text: Shape = { kind: 'string' };
const optional = (shape: Shape) => ({ shape, required: false });
const anything: Shape = { kind: 'any' };

/** Source: https://kubernetes.io/docs/reference/kubernetes-api/ and, for custom ones, the links beside them. */
export const kinds: readonly Kind[] = [
  { apiVersion: 'v1', kind: 'Namespace', namespaced: false },
  { apiVersion: 'v1', kind: 'ConfigMap', namespaced: true },
  { apiVersion: 'v1', kind: 'Secret', namespaced: true, immutable: ['type'] },
  { apiVersion: 'v1', kind: 'ServiceAccount', namespaced: true },
  { apiVersion: 'v1', kind: 'Service', namespaced: true, immutable: ['spec.clusterIP'] },
  { apiVersion: 'v1', kind: 'Pod', namespaced: true, immutable: ['spec'] },
  { apiVersion: 'apps/v1', kind: 'Deployment', namespaced: true, immutable: ['spec.selector'] },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    namespaced: true,
    immutable: ['spec.completions', 'spec.selector', 'spec.template'],
  },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespaced: true },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespaced: true },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespaced: true },
  { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', namespaced: false, immutable: ['spec.controller'] },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespaced: true },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', namespaced: true },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', namespaced: true, immutable: ['roleRef'] },
  // https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html
  {
    apiVersion: 'eks.amazonaws.com/v1',
    kind: 'IngressClassParams',
    namespaced: false,
    spec: {
      certificateARNs: optional({ kind: 'list', items: text }),
      group: optional(anything),
      inboundCIDRs: optional({ kind: 'list', items: text }),
      ipAddressType: optional({ kind: 'literal', values: ['ipv4', 'dualstack', 'dualstack-without-public-ipv4'] }),
      loadBalancerAttributes: optional({ kind: 'list', items: anything }),
      namespaceSelector: optional(anything),
      scheme: optional({ kind: 'literal', values: ['internal', 'internet-facing'] }),
      sslPolicy: optional(text),
      subnets: optional(anything),
      tags: optional({ kind: 'list', items: anything }),
      targetType: optional({ kind: 'literal', values: ['ip', 'instance'] }),
    },
  },
  // https://secrets-store-csi-driver.sigs.k8s.io/getting-started/usage
  {
    apiVersion: 'secrets-store.csi.x-k8s.io/v1',
    kind: 'SecretProviderClass',
    namespaced: true,
    spec: {
      parameters: optional({ kind: 'map', values: text }),
      provider: optional(text),
      secretObjects: optional({ kind: 'list', items: anything }),
    },
  },
];

export function findKind(wanted: { apiVersion: string; kind: string }): Kind | undefined {
  return kinds.find(({ apiVersion, kind }) => apiVersion === wanted.apiVersion && kind === wanted.kind);
}

/** What is not known here is refused before it matters. */
export function isNamespaced(wanted: { apiVersion: string; kind: string }): boolean {
  return findKind(wanted)?.namespaced ?? true;
}

/** Pulumi's type of it: `kubernetes:core/v1:Service`, `kubernetes:eks.amazonaws.com/v1:IngressClassParams`. */
export function tokenOf({ apiVersion, kind }: { apiVersion: string; kind: string }): string {
  return `kubernetes:${apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`}:${kind}`;
}

/** The typings of a custom resource, whose class in Pulumi's package takes any field. */
export function customTypings(kind: Kind): Typings | undefined {
  if (!kind.spec) return undefined;
  const given: Properties = {
    apiVersion: { shape: { kind: 'literal', values: [kind.apiVersion] }, required: true },
    kind: { shape: { kind: 'literal', values: [kind.kind] }, required: true },
    metadata: optional({ kind: 'map', values: anything }),
    spec: { shape: { kind: 'object', name: 'spec' }, required: true },
  };
  return { token: tokenOf(kind), inputs: given, outputs: given, objects: { spec: kind.spec } };
}
