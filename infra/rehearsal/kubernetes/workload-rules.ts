import { replicasOf } from './deployment';
import { backendsIn, findIngressController, serviceOf } from './ingress';
import { blockedBy } from './network-policy';
import { invalid, nameOf, objectRule } from './object-rule';
import type { KubeObject } from './objects';
import { portNumber } from './pod-probes';
import { type DeploymentSpec, hasLabels, podTemplateOf, type ServiceSpec, specOf } from './pod-spec';
import { parseQuantity, parseShare } from './quantities';

type Selector = { matchLabels?: Readonly<Record<string, string>> };

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

/** What the API server refuses of workloads and what stands before them, and what would never work. */
export const workloadRules = [
  objectRule({
    id: 'kubernetes.deployment.selector',
    refuses: 'A Deployment whose selector does not match the labels of its own pods.',
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector',
    kinds: ['Deployment'],
    check: (object) => {
      const { selector, template } = specOf<DeploymentSpec>(object);
      return hasLabels(template?.metadata?.labels, selector?.matchLabels)
        ? undefined
        : invalid(object, 'spec.template.metadata.labels', '`selector` does not match template `labels`');
    },
  }),
  objectRule({
    id: 'kubernetes.deployment.strategy',
    refuses: 'A rolling update that may neither take a pod away nor add one.',
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-unavailable',
    kinds: ['Deployment'],
    check: (object) => {
      const { maxSurge = '25%', maxUnavailable = '25%' } = specOf<DeploymentSpec>(object).strategy?.rollingUpdate ?? {};
      const isStuck = [maxSurge, maxUnavailable].every((share) => share === 0 || share === '0%');
      return isStuck
        ? invalid(object, 'spec.strategy.rollingUpdate.maxUnavailable', 'may not be 0 when `maxSurge` is 0')
        : undefined;
    },
  }),
  objectRule({
    id: 'kubernetes.container.resources',
    refuses: 'A quantity that is none, or a request above its limit.',
    source: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/',
    kinds: ['Deployment', 'Job', 'Pod'],
    check: (object) =>
      (podTemplateOf(object)?.spec.containers ?? []).flatMap(
        ({ name, resources: { requests = {}, limits = {} } = {} }) => {
          const all = [...Object.entries(requests), ...Object.entries(limits)];
          const wrong = all.filter(([, quantity]) => parseQuantity(quantity) === undefined);
          const above = Object.entries(requests).filter(([resource, quantity]) => {
            const limit = limits[resource];
            return limit !== undefined && (parseQuantity(quantity) ?? 0) > (parseQuantity(limit) ?? 0);
          });
          return [
            ...wrong.map(([resource]) =>
              invalid(
                object,
                `containers[${name}].resources.${resource}`,
                'quantities must match the regular expression ^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$',
              ),
            ),
            ...above.map(([resource]) =>
              invalid(
                object,
                `containers[${name}].resources.requests.${resource}`,
                `must be less than or equal to ${resource} limit`,
              ),
            ),
          ];
        },
      ),
  }),
  objectRule({
    id: 'kubernetes.container.probe-port',
    refuses: 'A probe of a port by a name that its container has not.',
    source: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
    kinds: ['Deployment', 'Pod'],
    check: (object) =>
      (podTemplateOf(object)?.spec.containers ?? []).flatMap((container) =>
        (['startupProbe', 'livenessProbe', 'readinessProbe'] as const).flatMap((kind) => {
          const port = (container[kind]?.httpGet ?? container[kind]?.tcpSocket)?.port;
          return port === undefined || portNumber(container, port) !== undefined
            ? []
            : [`${nameOf(object)}: couldn't find port: ${port} (containers[${container.name}].${kind})`];
        }),
      ),
  }),
  objectRule({
    id: 'kubernetes.container.volume-mount',
    refuses: 'A mount of a volume that the pod does not have.',
    source: 'https://kubernetes.io/docs/concepts/storage/volumes/',
    kinds: ['Deployment', 'Job', 'Pod'],
    check: (object) => {
      const { volumes = [], containers = [] } = podTemplateOf(object)?.spec ?? {};
      return containers.flatMap(({ name, volumeMounts = [] }) =>
        volumeMounts
          .filter((mount) => !volumes.some((volume) => volume.name === mount.name))
          .map((mount) => invalid(object, `containers[${name}].volumeMounts`, `"${mount.name}": not found in volumes`)),
      );
    },
  }),
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
    id: 'kubernetes.autoscaler.range',
    refuses: 'An autoscaler of fewer pods at most than at least.',
    source: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/',
    kinds: ['HorizontalPodAutoscaler'],
    check: (object) => {
      const { minReplicas = 1, maxReplicas = 1 } = specOf<{ minReplicas?: number; maxReplicas?: number }>(object);
      return maxReplicas < minReplicas
        ? invalid(
            object,
            'spec.maxReplicas',
            `${maxReplicas}: must be greater than or equal to \`minReplicas\` (${minReplicas})`,
          )
        : undefined;
    },
  }),
  objectRule({
    id: 'kubernetes.autoscaler.target',
    refuses: 'An autoscaler of nothing, or by the share of a request that the pods do not make.',
    source: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#support-for-resource-metrics',
    kinds: ['HorizontalPodAutoscaler'],
    check: (object, { together }) => {
      type Metric = { type?: string; resource?: { name?: string; target?: { type?: string } } };
      const { scaleTargetRef: target, metrics = [] } = specOf<{
        scaleTargetRef?: { kind?: string; name?: string };
        metrics?: Metric[];
      }>(object);
      const scaled = together.find(
        ({ kind, metadata }) =>
          kind === target?.kind && metadata.name === target?.name && metadata.namespace === object.metadata.namespace,
      );
      if (!scaled)
        return `${nameOf(object)}: FailedGetScale: ${target?.kind} "${target?.name}" not found (spec.scaleTargetRef)`;
      const { containers = [] } = podTemplateOf(scaled)?.spec ?? {};
      return metrics
        .filter(({ resource }) => resource?.target?.type === 'Utilization')
        .flatMap(({ resource: { name = '' } = {} }) =>
          containers
            .filter(({ resources }) => (resources?.requests?.[name] ?? resources?.limits?.[name]) === undefined)
            .map(
              (container) =>
                `${nameOf(object)}: FailedGetResourceMetric: missing request for ${name} in container ${container.name}`,
            ),
        );
    },
  }),
  objectRule({
    id: 'kubernetes.autoscaler.metrics',
    refuses: 'An autoscaler by CPU or memory in a cluster where nothing measures them.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/metrics-server.html',
    kinds: ['HorizontalPodAutoscaler'],
    check: (object, { host }) =>
      host.addedApis().includes('metrics.k8s.io/v1beta1')
        ? undefined
        : `${nameOf(object)}: FailedGetResourceMetric: unable to get metrics for resource: the server could not find the requested resource (get pods.metrics.k8s.io): the metrics server is not installed`,
  }),
  objectRule({
    id: 'kubernetes.disruption-budget.blocks',
    refuses: 'A disruption budget that lets no pod go: its node can then never be replaced.',
    source: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/#specifying-a-poddisruptionbudget',
    kinds: ['PodDisruptionBudget'],
    check: (object, { together }) => {
      type Budget = { minAvailable?: number | string; maxUnavailable?: number | string; selector?: Selector };
      const { minAvailable, maxUnavailable, selector } = specOf<Budget>(object);
      if (minAvailable !== undefined && maxUnavailable !== undefined) {
        return invalid(object, 'spec', 'minAvailable and maxUnavailable cannot be both set');
      }
      const guarded = together.filter(
        (other) =>
          other.kind === 'Deployment' &&
          other.metadata.namespace === object.metadata.namespace &&
          hasLabels(podTemplateOf(other)?.metadata?.labels, selector?.matchLabels),
      );
      return guarded.flatMap((deployment) => {
        const replicas = replicasOf(deployment, together);
        const spare =
          maxUnavailable === undefined
            ? replicas - parseShare(minAvailable ?? 1, replicas, 'up')
            : parseShare(maxUnavailable, replicas, 'up');
        return spare > 0
          ? []
          : [
              `${nameOf(object)}: Cannot evict pod as it would violate the pod's disruption budget: ${deployment.metadata.name} has ${replicas} replicas, of which none may go (minAvailable, maxUnavailable)`,
            ];
      });
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
