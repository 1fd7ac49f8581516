import { replicasOf } from './deployment';
import { invalid, nameOf, objectRule } from './object-rule';
import { hasLabels, podTemplateOf, specOf } from './pod-spec';
import { parseShare } from './quantities';

type Selector = { matchLabels?: Readonly<Record<string, string>> };

/** What is wrong with how many pods there may be. */
export const scalingRules = [
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
];
