import { invalid, nameOf, objectRule } from './object-rule';
import { portNumber } from './pod-probes';
import { type DeploymentSpec, hasLabels, podTemplateOf, specOf } from './pod-spec';
import { parseQuantity } from './quantities';

/** What the API server refuses of workloads, and what would never start. */
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
];
