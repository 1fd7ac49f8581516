import { createHash } from 'node:crypto';
import { followEndpoints } from './endpoints';
import { findObject, idOf, type KubeObject, listObjects } from './objects';
import { isProblem } from './pod-problem';
import { type DeploymentSpec, specOf } from './pod-spec';
import { addPod, findNode, listPods, type Pod } from './pods';
import { parseShare } from './quantities';
import { awaitReadiness, releasePod, removePod, startPod } from './run-pod';
import type { Session } from './session';

/** More of them would show nothing new, and each is a process of this machine. The others take their place on a node. */
const mostRunning = 2;

type Rollout = {
  session: Session;
  owner: string;
  revision: string;
  deployment: KubeObject;
  replicas: number;
  /** Pods that may be missing, and pods that may be there beyond the replicas, while they change. */
  maxUnavailable: number;
  maxSurge: number;
};

/**
 * Brings a Deployment's pods to its template: new ones get ready before old ones go, as its strategy allows. Gives why it does
 * not get there; the pods that were ready before then still are.
 * Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
 */
export async function rollOut(session: Session, deployment: KubeObject): Promise<string | undefined> {
  const ends: Promise<unknown>[] = [];
  // Those that drain do not hold the others up.
  const release = async (pod: Pod) => {
    ends.push((await releasePod(session, pod)).ended);
  };
  const problem = await replacePods(planRollout(session, deployment), release);
  await Promise.all(ends);
  return problem;
}

async function replacePods(rollout: Rollout, release: (pod: Pod) => Promise<void>): Promise<string | undefined> {
  const { session, deployment } = rollout;
  const { owner, revision, replicas } = rollout;
  const all = () => listPods(session.cloud, session.host.server, owner);
  const isNew = (pod: Pod) => pod.revision === revision && pod.isReady;
  for (const pod of all().filter(({ isReady }) => !isReady)) await removePod(session, pod);
  if (specOf<DeploymentSpec>(deployment).strategy?.type === 'Recreate') {
    for (const pod of all().filter((candidate) => !isNew(candidate))) await removePod(session, pod);
  }
  while (all().filter(isNew).length < replicas) {
    const old = all().filter((pod) => !isNew(pod));
    const added = all().length < replicas + rollout.maxSurge ? await addReplica(rollout) : 'the surge is used up';
    if (added === undefined) {
      await followEndpoints(session);
      const [first] = old;
      if (first && all().length > replicas) await release(first);
      continue;
    }
    // No room: an old one makes it, if so many may be missing.
    const [first] = old;
    if (!first || all().length - 1 < replicas - rollout.maxUnavailable || all().some(({ isReady }) => !isReady))
      return added;
    await release(first);
  }
  for (const pod of all().filter((candidate) => !isNew(candidate))) await release(pod);
  for (const pod of all().slice(replicas)) await release(pod);
  await followEndpoints(session);
  return undefined;
}

function planRollout(session: Session, deployment: KubeObject): Rollout {
  const spec = specOf<DeploymentSpec>(deployment);
  const replicas = replicasOf(deployment, listObjects(session.cloud, session.host.server));
  const { maxSurge = '25%', maxUnavailable = '25%' } = spec.strategy?.rollingUpdate ?? {};
  return {
    session,
    owner: `Deployment ${idOf(deployment)}`,
    revision: createHash('sha256').update(JSON.stringify(spec.template)).digest('hex').slice(0, 10),
    deployment,
    replicas,
    maxSurge: parseShare(maxSurge, replicas, 'up'),
    maxUnavailable: parseShare(maxUnavailable, replicas, 'down'),
  };
}

/** What the Deployment asks for, or at least what its autoscaler does. */
export function replicasOf(deployment: KubeObject, objects: readonly KubeObject[]): number {
  const scaler = objects.find(({ kind, metadata, spec }) => {
    const { scaleTargetRef: target } = (spec ?? {}) as { scaleTargetRef?: { kind?: string; name?: string } };
    return (
      kind === 'HorizontalPodAutoscaler' &&
      metadata.namespace === deployment.metadata.namespace &&
      target?.kind === deployment.kind &&
      target.name === deployment.metadata.name
    );
  });
  const { replicas = 1 } = specOf<DeploymentSpec>(deployment);
  return scaler ? Math.max(replicas, specOf<{ minReplicas?: number }>(scaler).minReplicas ?? 1) : replicas;
}

/** One more pod of the new template, ready; or why it is not. */
async function addReplica({ session, owner, revision, deployment }: Rollout): Promise<string | undefined> {
  const { cloud, host } = session;
  const { template } = specOf<DeploymentSpec>(deployment);
  const { name, namespace = '' } = deployment.metadata;
  const siblings = listPods(cloud, host.server, owner).filter((pod) => pod.revision === revision);
  const taken = new Set(siblings.map((pod) => pod.name));
  const free = [...siblings.keys(), siblings.length].map((index) => `${name}-${revision}-${index}`);
  const placed = findNode(cloud, host, { spec: template.spec });
  if (isProblem(placed)) return placed.why;
  const start = {
    name: free.find((candidate) => !taken.has(candidate)) ?? name,
    namespace,
    owner,
    revision,
    template,
    node: placed.node,
  };
  if (siblings.filter(({ containers }) => containers.length > 0).length >= mostRunning) {
    addPod(cloud, host.server, { ...start, containers: [], secrets: [], isReady: true });
    return undefined;
  }
  const pod = await startPod(session, start);
  if (isProblem(pod)) return pod.why;
  const why = (await awaitReadiness(session, pod)) ?? (await awaitGate(session, pod));
  if (why !== undefined) await Promise.all(pod.containers.map((container) => container.stop(0)));
  return why;
}

/** Where pods are ready only with their load balancer: why it sends this one no requests. */
async function awaitGate(session: Session, pod: Pod): Promise<string | undefined> {
  const { cloud, host } = session;
  const home = findObject(cloud, host.server, { apiVersion: 'v1', kind: 'Namespace', id: pod.namespace });
  const unhealthy = await followEndpoints(session);
  const found = unhealthy.find(({ container }) => pod.containers.includes(container));
  if (!found || !host.gatesReadiness(home?.metadata.labels ?? {})) return undefined;
  pod.isReady = false;
  await followEndpoints(session);
  return `readiness gate of ${pod.name}: ${found.why}`;
}
