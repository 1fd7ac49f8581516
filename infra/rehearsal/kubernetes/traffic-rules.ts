import { backendsIn, findIngressController, serviceOf } from './ingress';
import { blockedBy } from './network-policy';
import { invalid, nameOf, objectRule } from './object-rule';
import type { KubeObject } from './objects';
import { portNumber } from './pod-probes';
import { hasLabels, podTemplateOf, type ServiceSpec, specOf } from './pod-spec';

function deploymentsBehind(together: readonly KubeObject[], service: KubeObject): KubeObject[] {
  const { selector } = specOf<ServiceSpec>(service);
  return together.filter(
    (object) =>
      object.kind === 'Deployment' &&
      object.metadata.namespace === service.metadata.namespace &&
      selector !== undefined &&
      hasLabels(podTemplateOf(object)?.metadata?.labels, selector),
  );
}

/** What keeps requests from pods: services, ingresses and network policies. */
export const trafficRules = [
  objectRule({
    id: 'kubernetes.service.no-pods',
    refuses: 'A Service whose selector or port leads to no pod.',
    source: 'https://kubernetes.io/docs/concepts/services-networking/service/#services-in-kubernetes',
    kinds: ['Service'],
    check: (object, { together }) => {
      const { selector, ports = [] } = specOf<ServiceSpec>(object);
      if (selector === undefined) return undefined;
      const behind = deploymentsBehind(together, object);
      if (behind.length === 0) return `${nameOf(object)}: spec.selector matches no pods: it would answer nothing`;
      const containers = behind.flatMap((deployment) => podTemplateOf(deployment)?.spec.containers ?? []);
      return ports
        .filter(({ port, targetPort = port }) =>
          containers.every((container) => portNumber(container, targetPort) === undefined),
        )
        .map(
          ({ targetPort }) => `${nameOf(object)}: spec.ports: no container has a port named ${targetPort} (targetPort)`,
        );
    },
  }),
  objectRule({
    id: 'kubernetes.ingress.class',
    refuses:
      'An Ingress that no controller takes: without a class, of one that does not exist, or of a controller that is not there.',
    source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class',
    kinds: ['Ingress'],
    check: (object, { host, together, isAlone }) => {
      // An Ingress of Pulumi itself is there at once, and waited for.
      if (isAlone) return undefined;
      const found = findIngressController(host, object, together);
      return 'why' in found ? `${nameOf(object)}: ${found.why}: it would get no address` : undefined;
    },
  }),
  objectRule({
    id: 'kubernetes.ingress.backend',
    refuses: 'An Ingress to a service or port that does not exist, or to several (which is not simulated).',
    source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource',
    kinds: ['Ingress'],
    check: (object, { together }) => {
      const services = backendsIn(object);
      if (services.length > 1) return `not simulated: an Ingress to several services (${nameOf(object)})`;
      const [service] = services;
      if (!service) return invalid(object, 'spec', 'either `defaultBackend` or `rules` must be specified');
      return serviceOf(object, together)
        ? undefined
        : `${nameOf(object)}: No matching service found for ingress rule: "/" -> "${service.name}" (its port: ${service.port?.name ?? service.port?.number})`;
    },
  }),
  objectRule({
    id: 'kubernetes.network-policy.ingress',
    refuses: 'A network policy that lets the load balancer of an Ingress not in.',
    source: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
    kinds: ['NetworkPolicy', 'Deployment'],
    check: (object, { together, host }) => {
      const policies = together.filter(({ kind }) => kind === 'NetworkPolicy');
      return together
        .filter(({ kind }) => kind === 'Ingress')
        .flatMap((ingress) => {
          const service = serviceOf(ingress, together);
          const deployments = service ? deploymentsBehind(together, service.object) : [];
          const isTouched = object.kind === 'NetworkPolicy' || deployments.includes(object);
          return isTouched && service
            ? deployments.flatMap((deployment) => {
                const template = podTemplateOf(deployment);
                const [container] = template?.spec.containers ?? [];
                const port = container && portNumber(container, service.targetPort);
                const pod = {
                  namespace: deployment.metadata.namespace ?? '',
                  labels: template?.metadata?.labels ?? {},
                  ports: container?.ports ?? [],
                };
                const from = host.frontAddresses();
                const blocked =
                  port === undefined
                    ? undefined
                    : blockedBy(policies, pod, { direction: 'Ingress', addresses: from, port });
                return blocked
                  ? [
                      `NetworkPolicy "${blocked}" lets the load balancer of Ingress "${ingress.metadata.name}" not in to port ${port}`,
                    ]
                  : [];
              })
            : [];
        });
    },
  }),
];
