import { rollOut } from './deployment';
import { backendsOf, followEndpoints } from './endpoints';
import { findIngressController } from './ingress';
import { runJob } from './job';
import { addressOf, dropObject, findObject, idOf, type KubeObject, listObjects, putObject, setStatus } from './objects';
import { listPods } from './pods';
import { removePod } from './run-pod';
import type { Session } from './session';

/** Keeps an object in the cluster and lets its controller act. Gives why it does not become ready. */
export async function applyObject(session: Session, object: KubeObject): Promise<string | undefined> {
  keepObject(session, object);
  return reconcile(session, object);
}

export function keepObject({ cloud, host }: Session, object: KubeObject): KubeObject {
  return putObject(cloud, host.server, object);
}

/** What the controllers of a cluster make of an object that is there. */
export async function reconcile(session: Session, object: KubeObject): Promise<string | undefined> {
  const { cloud, host } = session;
  switch (object.kind) {
    case 'Deployment':
      return reconcileDeployment(session, object);
    case 'Job':
      return runJob(session, object);
    case 'Ingress':
      return reconcileIngress(session, object);
    case 'Service':
    case 'NetworkPolicy':
    case 'IngressClass':
    case 'IngressClassParams':
      await followEndpoints(session);
      for (const ingress of listObjects(cloud, host.server, 'Ingress')) await reconcileIngress(session, ingress);
      return undefined;
    default:
      return undefined;
  }
}

async function reconcileDeployment(session: Session, deployment: KubeObject): Promise<string | undefined> {
  const { cloud, host } = session;
  const why = await rollOut(session, deployment);
  const ready = listPods(cloud, host.server, `Deployment ${idOf(deployment)}`).filter(({ isReady }) => isReady).length;
  setStatus(cloud, host.server, deployment, { replicas: ready, readyReplicas: ready, availableReplicas: ready });
  return why;
}

async function reconcileIngress(session: Session, ingress: KubeObject): Promise<string | undefined> {
  const { cloud, host } = session;
  const found = findIngressController(host, ingress, listObjects(cloud, host.server));
  const answer = 'why' in found ? found : await found.controller.apply(ingress, backendsOf(session, ingress));
  if ('why' in answer) return answer.why;
  setStatus(cloud, host.server, ingress, { loadBalancer: { ingress: [{ hostname: answer.hostname }] } });
  return undefined;
}

/** Removes an object, with all that its controller made of it. What is gone already is no error. */
export async function removeObject(session: Session, object: KubeObject): Promise<void> {
  const { cloud, host } = session;
  const kept = findObject(cloud, host.server, addressOf(object));
  if (!kept) return;
  for (const pod of listPods(cloud, host.server, `${kept.kind} ${idOf(kept)}`)) await removePod(session, pod);
  if (kept.kind === 'Ingress') {
    const found = findIngressController(host, kept, listObjects(cloud, host.server));
    // Its finalizer keeps it until the controller has taken the load balancer away.
    if ('controller' in found) await found.controller.remove(kept);
  }
  if (kept.kind === 'Namespace') {
    const inside = listObjects(cloud, host.server).filter(({ metadata }) => metadata.namespace === kept.metadata.name);
    for (const other of inside) await removeObject(session, other);
  }
  dropObject(cloud, host.server, kept);
  await followEndpoints(session);
}
