import type { ClusterHost, IngressController } from './cluster';
import type { KubeObject } from './objects';
import { type IngressBackend, type IngressSpec, type ServiceSpec, specOf } from './pod-spec';

const defaultClass = 'ingressclass.kubernetes.io/is-default-class';

/** The class of an Ingress: the one it names, or the cluster's default. */
export function findIngressClass(ingress: KubeObject, objects: readonly KubeObject[]): KubeObject | undefined {
  const name =
    specOf<IngressSpec>(ingress).ingressClassName ?? ingress.metadata.annotations?.['kubernetes.io/ingress.class'];
  const classes = objects.filter(({ kind }) => kind === 'IngressClass');
  return name === undefined
    ? classes.find(({ metadata }) => metadata.annotations?.[defaultClass] === 'true')
    : classes.find(({ metadata }) => metadata.name === name);
}

/** Who answers for an Ingress, or why nobody does. Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class */
export function findIngressController(
  host: ClusterHost,
  ingress: KubeObject,
  objects: readonly KubeObject[],
): { controller: IngressController } | { why: string } {
  const named = specOf<IngressSpec>(ingress).ingressClassName;
  const found = findIngressClass(ingress, objects);
  if (!found) {
    return {
      why:
        named === undefined
          ? 'no controller takes it: spec.ingressClassName is not set, and no IngressClass is the default'
          : `no controller takes it: there is no IngressClass "${named}" (spec.ingressClassName)`,
    };
  }
  const { controller: name = '' } = specOf<{ controller?: string }>(found);
  const controller = host.ingressController(name);
  return controller
    ? { controller }
    : {
        why: `no controller takes it: nothing in the cluster is the controller ${name} of IngressClass "${found.metadata.name}"`,
      };
}

/** The service behind an Ingress, and the port of its pods; undefined where there is none. */
export function serviceOf(
  ingress: KubeObject,
  objects: readonly KubeObject[],
): { object: KubeObject; targetPort: number | string } | undefined {
  const [backend] = backendsIn(ingress);
  const object = objects.find(
    ({ kind, metadata }) =>
      kind === 'Service' && metadata.namespace === ingress.metadata.namespace && metadata.name === backend?.name,
  );
  const { ports = [] } = object ? specOf<ServiceSpec>(object) : {};
  const port = ports.find(
    ({ name, port: number }) => number === backend?.port?.number || (name && name === backend?.port?.name),
  );
  return object && port ? { object, targetPort: port.targetPort ?? port.port } : undefined;
}

/** The services that its rules name, each once. */
export function backendsIn(ingress: KubeObject): NonNullable<IngressBackend['service']>[] {
  const { defaultBackend, rules = [] } = specOf<IngressSpec>(ingress);
  const all = [...rules.flatMap(({ http }) => http?.paths.map(({ backend }) => backend) ?? []), defaultBackend];
  const services = all.flatMap((backend) => backend?.service ?? []);
  return services.filter((service, index) => services.findIndex(({ name }) => name === service.name) === index);
}
