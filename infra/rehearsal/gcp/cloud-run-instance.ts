import type { Cloud } from '../cloud/cloud';
import type { Container, ContainerSpec, Probe } from '../runtime/runtime';
import type { RunContainer, RunProbe } from './cloud-run-workload';

/** How one instance of a revision is started and watched. */
export type InstancePlan = {
  spec: ContainerSpec;
  port: number;
  startup: Probe;
  liveness: Probe | undefined;
  /** What Cloud Run says when the start-up probe fails. */
  startupFailure: string;
};

export type Revision = {
  readonly name: string;
  readonly port: number;
  /** Those that serve now; changes as instances end and are started anew. */
  readonly instances: readonly Container[];
  onChange(listener: () => void): void;
  stop(): Promise<void>;
};

/** Between an instance's end and its successor, so that one that ends at once does not spin. */
const restartDelayMs = 1_000;
/** Source: https://docs.cloud.google.com/run/docs/container-contract#instance-shutdown */
const graceSeconds = 10;

/** Starts a revision's instances and waits for their start-up probes. Throws Cloud Run's words when one does not come up. */
export async function startRevision(
  cloud: Cloud,
  plan: InstancePlan,
  { name, count, signal }: { name: string; count: number; signal: AbortSignal },
): Promise<Revision> {
  const { runtime } = cloud;
  const instances: Container[] = [];
  const listeners: (() => void)[] = [];
  let isStopped = false;

  const startInstance = async (): Promise<void> => {
    const container = await runtime.startContainer(plan.spec);
    const health = await runtime.waitUntilHealthy(container, plan.startup, signal);
    if (!health.healthy || isStopped) {
      await container.stop(0);
      if (health.healthy) return;
      const reasons = [health.lastAnswer, ...runtime.failedConnections(container)];
      throw new Error(`${plan.startupFailure} (${reasons.filter((reason) => reason !== '').join('; ')})`);
    }
    instances.push(container);
    for (const listener of listeners) listener();
    void watch(container);
  };

  const watch = async (container: Container): Promise<void> => {
    const watching = new AbortController();
    if (plan.liveness) void killWhenDead(container, plan.liveness, watching.signal);
    await container.ended;
    watching.abort();
    instances.splice(instances.indexOf(container), 1);
    if (isStopped) return;
    for (const listener of listeners) listener();
    await sleep(restartDelayMs);
    if (isStopped) return;
    await startInstance().catch((error: unknown) => runtime.logs.append(plan.spec.logGroup, `Cloud Run: ${error}`));
  };

  const killWhenDead = async (container: Container, probe: Probe, ended: AbortSignal): Promise<void> => {
    let failures = 0;
    await sleep(probe.initialDelaySeconds * 1_000);
    while (!ended.aborted) {
      const result = await runtime.probe(container, probe);
      failures = result.healthy ? 0 : failures + 1;
      if (failures >= probe.unhealthyThreshold && !ended.aborted) {
        runtime.logs.append(
          plan.spec.logGroup,
          `Cloud Run: LIVENESS probe failed ${failures} times; the instance is ended`,
        );
        await container.stop(0);
        return;
      }
      await sleep(probe.intervalSeconds * 1_000);
    }
  };

  const stop = async (): Promise<void> => {
    isStopped = true;
    await Promise.all([...instances].map((container) => container.stop(graceSeconds)));
  };

  const starts = await Promise.allSettled(Array.from({ length: count }, startInstance));
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return { name, port: plan.port, instances, onChange: (listener) => void listeners.push(listener), stop };
}

/** Lets the process end meanwhile. */
function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

/** Without a start-up probe Cloud Run waits four minutes for the port. Source: https://docs.cloud.google.com/run/docs/configuring/healthchecks#tcp-startup-probe */
export function startupProbe({ startupProbe: given }: RunContainer, port: number): { probe: Probe; failure: string } {
  if (given) {
    return {
      probe: translateProbe(given, port),
      failure:
        'The user-provided container failed the configured startup probe checks. Logs for this revision might contain more information.',
    };
  }
  return {
    probe: {
      kind: 'tcp',
      port,
      initialDelaySeconds: 0,
      intervalSeconds: 1,
      timeoutSeconds: 1,
      healthyThreshold: 1,
      unhealthyThreshold: 240,
    },
    failure: `The user-provided container failed to start and listen on the port defined provided by the PORT=${port} environment variable within the allocated timeout. This can happen when the container port is misconfigured or if the timeout is too short. The health check timeout can be extended. Logs for this revision might contain more information.`,
  };
}

/** Source: https://docs.cloud.google.com/run/docs/reference/rest/v2/Container#Probe */
export function translateProbe(given: RunProbe, containerPort: number): Probe {
  const {
    failureThreshold = 3,
    httpGet,
    initialDelaySeconds = 0,
    periodSeconds = 10,
    tcpSocket,
    timeoutSeconds = 1,
  } = given;
  return {
    ...(httpGet ? { kind: 'http', path: httpGet.path ?? '/' } : { kind: 'tcp' }),
    port: httpGet?.port ?? tcpSocket?.port ?? containerPort,
    initialDelaySeconds,
    intervalSeconds: periodSeconds,
    timeoutSeconds,
    healthyThreshold: 1,
    unhealthyThreshold: failureThreshold,
  };
}
