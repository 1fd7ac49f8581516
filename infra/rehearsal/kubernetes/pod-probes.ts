import type { Probe } from '../runtime/runtime';
import type { ContainerSpec, ProbeSpec } from './pod-spec';

/**
 * A probe of Kubernetes as the runtime makes it; undefined for one that runs a command, which is taken for well.
 * Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
 */
export function buildProbe(spec: ProbeSpec, container: ContainerSpec): Probe | undefined {
  const target = spec.httpGet ?? spec.tcpSocket;
  if (!target) return undefined;
  const { initialDelaySeconds = 0, periodSeconds = 10, timeoutSeconds = 1 } = spec;
  const { successThreshold = 1, failureThreshold = 3 } = spec;
  return {
    kind: spec.httpGet ? 'http' : 'tcp',
    port: portNumber(container, target.port) ?? 0,
    ...(spec.httpGet && { path: spec.httpGet.path ?? '/' }),
    initialDelaySeconds,
    intervalSeconds: periodSeconds,
    timeoutSeconds,
    healthyThreshold: successThreshold,
    unhealthyThreshold: failureThreshold,
  };
}

/** A port by its number or name; undefined when the container has none of that name. */
export function portNumber({ ports = [] }: ContainerSpec, port: number | string): number | undefined {
  return typeof port === 'number' ? port : ports.find(({ name }) => name === port)?.containerPort;
}
