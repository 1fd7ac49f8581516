import { applyObject, keepObject, reconcile, removeObject } from './apply-object';
import { addressOf, findObject, type KubeObject } from './objects';
import type { Hook, Rendered } from './render-release';
import type { Session } from './session';

/**
 * Helm's order of kinds at an installation, of those that are simulated.
 * Source: https://github.com/helm/helm/blob/main/pkg/release/util/kind_sorter.go
 */
const installOrder = [
  'Namespace',
  'NetworkPolicy',
  'PodDisruptionBudget',
  'ServiceAccount',
  'Secret',
  'ConfigMap',
  'Role',
  'RoleBinding',
  'Service',
  'Pod',
  'Deployment',
  'HorizontalPodAutoscaler',
  'Job',
  'IngressClass',
  'Ingress',
];

/** Kinds that Helm does not know come last. */
export function inInstallOrder(objects: readonly KubeObject[]): KubeObject[] {
  const rank = ({ kind }: KubeObject) =>
    installOrder.includes(kind) ? installOrder.indexOf(kind) : installOrder.length;
  return [...objects].sort((a, b) => rank(a) - rank(b));
}

/** Runs the hooks of an event by their weight, one after the other. Gives why one failed. */
export async function runHooks(session: Session, hooks: readonly Hook[], event: string): Promise<string | undefined> {
  const chosen = hooks.filter(({ events }) => events.includes(event)).sort((a, b) => a.weight - b.weight);
  for (const { object, deletePolicies } of chosen) {
    if (deletePolicies.includes('before-hook-creation')) await removeObject(session, object);
    const why = await applyObject(session, object);
    if (deletePolicies.includes(why === undefined ? 'hook-succeeded' : 'hook-failed'))
      await removeObject(session, object);
    if (why !== undefined) return `${event} hooks failed: 1 error occurred: * ${why}`;
  }
  return undefined;
}

/** Brings the objects of a release, then takes away what an earlier revision had beside them. Gives what does not get ready. */
export async function bringObjects(
  session: Session,
  { objects }: Pick<Rendered, 'objects'>,
  earlier: readonly KubeObject[],
): Promise<string[]> {
  const ordered = inInstallOrder(objects);
  for (const object of ordered) keepObject(session, object);
  const addresses = new Set(objects.map((object) => JSON.stringify(addressOf(object))));
  for (const object of earlier) {
    const isKept = object.metadata.annotations?.['helm.sh/resource-policy'] === 'keep';
    if (!addresses.has(JSON.stringify(addressOf(object))) && !isKept) await removeObject(session, object);
  }
  const findings: string[] = [];
  for (const object of ordered) {
    const why = await reconcile(session, object);
    // Helm does not wait for the address of an Ingress. Source: https://helm.sh/docs/intro/using_helm/
    if (why !== undefined && object.kind !== 'Ingress') findings.push(why);
  }
  return findings;
}

/** Uninstalls in the opposite order. Hooks stay, as Helm does not manage them. */
export async function removeObjects(session: Session, objects: readonly KubeObject[]): Promise<void> {
  for (const object of inInstallOrder(objects).reverse()) {
    if (object.metadata.annotations?.['helm.sh/resource-policy'] !== 'keep') await removeObject(session, object);
  }
}

/** As Helm marks what is its own. */
export function own(object: KubeObject, release: { name: string; namespace: string }): KubeObject {
  const { metadata } = object;
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: {
        ...metadata.annotations,
        'meta.helm.sh/release-name': release.name,
        'meta.helm.sh/release-namespace': release.namespace,
      },
    },
  };
}

/** Objects that are there and not this release's. */
export function findStrangers(
  { cloud, host }: Session,
  objects: readonly KubeObject[],
  release: { name: string; namespace: string },
): KubeObject[] {
  return objects.filter((object) => {
    const annotations = findObject(cloud, host.server, addressOf(object))?.metadata;
    if (annotations === undefined) return false;
    const { annotations: found = {} } = annotations;
    return (
      found['meta.helm.sh/release-name'] !== release.name ||
      found['meta.helm.sh/release-namespace'] !== release.namespace
    );
  });
}
