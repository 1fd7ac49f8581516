import type { IngressBackends, UnhealthyTarget } from './cluster';
import { findIngressController, serviceOf } from './ingress';
import { type KubeObject, listObjects } from './objects';
import { buildProbe, portNumber } from './pod-probes';
import { hasLabels, type ServiceSpec, specOf } from './pod-spec';
import { listPods, type Pod } from './pods';
import type { Session } from './session';

/** The ready pods that an Ingress leads to, with the port of each. */
export function backendsOf({ cloud, host }: Session, ingress: KubeObject): IngressBackends {
  const objects = listObjects(cloud, host.server);
  const service = serviceOf(ingress, objects);
  if (!service) return { service: undefined, targets: [], readiness: undefined };
  const { namespace = '' } = service.object.metadata;
  const { selector } = specOf<ServiceSpec>(service.object);
  const pods = listPods(cloud, host.server).filter(
    (pod) =>
      selector !== undefined && pod.namespace === namespace && hasLabels(pod.template.metadata?.labels, selector),
  );
  const targets = pods
    .filter((pod) => pod.isReady)
    .flatMap((pod) => {
      const found = findTarget(pod, service.targetPort);
      return found ? [{ ...found, labels: pod.template.metadata?.labels ?? {}, namespace }] : [];
    });
  const [first] = pods[0]?.template.spec.containers ?? [];
  return {
    service: service.object,
    targets,
    readiness: first?.readinessProbe && buildProbe(first.readinessProbe, first),
  };
}

function findTarget({ containers, template }: Pod, port: number | string) {
  const specs = template.spec.containers;
  const index = Math.max(
    0,
    specs.findIndex(({ ports = [] }) =>
      ports.some(({ name, containerPort }) => name === port || containerPort === port),
    ),
  );
  const [container, spec] = [containers[index], specs[index]];
  const number = spec && portNumber(spec, port);
  return container && number !== undefined ? { container, port: number } : undefined;
}

/** Tells every ingress controller which pods are there now. Gives those that get no requests. */
export async function followEndpoints(session: Session): Promise<UnhealthyTarget[]> {
  const { cloud, host } = session;
  const objects = listObjects(cloud, host.server);
  const unhealthy: UnhealthyTarget[] = [];
  for (const ingress of objects.filter(({ kind }) => kind === 'Ingress')) {
    const found = findIngressController(host, ingress, objects);
    if ('controller' in found)
      unhealthy.push(...(await found.controller.follow(ingress, backendsOf(session, ingress))));
  }
  return unhealthy;
}
