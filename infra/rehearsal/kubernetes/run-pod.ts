import type { Container, Probe } from '../runtime/runtime';
import type { MountedVolume } from './cluster';
import { followEndpoints } from './endpoints';
import { dropObject, findObject, listObjects, putObject } from './objects';
import { buildProbe } from './pod-probes';
import type { PodProblem } from './pod-problem';
import type { ContainerSpec } from './pod-spec';
import { addPod, dropPod, listPods, type Pod } from './pods';
import { type PreparedContainer, preparePod } from './prepare-pod';
import { parseQuantity } from './quantities';
import type { Session } from './session';

const defaultGraceSeconds = 30;
const syncedLabel = 'secrets-store.csi.k8s.io/managed';

export type PodStart = Omit<Pod, 'containers' | 'isReady' | 'secrets'>;

/** Starts the containers of a pod that has a node. They may fail or end later; what cannot even start is a problem. */
export async function startPod(session: Session, start: PodStart): Promise<Pod | PodProblem> {
  const { cloud, host } = session;
  const { namespace } = start;
  const prepared = await preparePod({ cloud, host, ...start, objects: listObjects(cloud, host.server) });
  const [problem] = prepared.problems;
  if (problem) return problem;
  for (const secret of prepared.secrets) keepSyncedSecret(session, namespace, secret);
  for (const container of prepared.initContainers) {
    const ran = await startContainer(session, start, container);
    const { exitCode } = await ran.ended;
    if (exitCode !== 0) {
      return { problem: 'config missing', why: `Init:CrashLoopBackOff: ${container.spec.name} ended with ${exitCode}` };
    }
  }
  const containers: Container[] = [];
  for (const container of prepared.containers) containers.push(await startContainer(session, start, container));
  const secrets = prepared.secrets.map(({ name }) => name);
  const pod: Pod = { ...start, containers, secrets, isReady: false };
  addPod(cloud, host.server, pod);
  return pod;
}

/** The driver makes it once, and changes none that exists. Source: https://secrets-store-csi-driver.sigs.k8s.io/topics/sync-as-kubernetes-secret */
function keepSyncedSecret(
  { cloud, host }: Session,
  namespace: string,
  { name, type, data }: MountedVolume['secrets'][number],
): void {
  if (findObject(cloud, host.server, { apiVersion: 'v1', kind: 'Secret', id: `${namespace}/${name}` })) return;
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  const metadata = { name, namespace, labels: { [syncedLabel]: 'true' } };
  putObject(cloud, host.server, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    type,
    data: Object.fromEntries(encoded),
  });
}

/** A Secret that a volume brought goes with the last pod that mounts it. */
function dropSyncedSecrets({ cloud, host }: Session, { namespace, secrets }: Pod): void {
  const others = listPods(cloud, host.server).filter((pod) => pod.namespace === namespace);
  for (const name of secrets.filter((secret) => !others.some((pod) => pod.secrets.includes(secret)))) {
    const found = findObject(cloud, host.server, { apiVersion: 'v1', kind: 'Secret', id: `${namespace}/${name}` });
    if (found?.metadata.labels?.[syncedLabel] === 'true') dropObject(cloud, host.server, found);
  }
}

function startContainer(
  { cloud, host }: Session,
  { name, namespace, template }: PodStart,
  { spec, digest, env }: PreparedContainer,
): Promise<Container> {
  const memory = parseQuantity(spec.resources?.limits?.memory ?? '');
  return cloud.runtime.startContainer({
    name,
    digest,
    ...(spec.command && { entrypoint: spec.command }),
    ...(spec.args && { command: spec.args }),
    env: { HOSTNAME: name, KUBERNETES_SERVICE_HOST: '172.20.0.1', KUBERNETES_SERVICE_PORT: '443', ...env },
    network: host.network({ namespace, labels: template.metadata?.labels ?? {} }),
    logGroup: host.logGroup({ namespace, name, container: spec.name }),
    ...(memory !== undefined && { limits: { memoryMiB: Math.floor(memory / 2 ** 20) } }),
  });
}

/** Startup, liveness and readiness probes of every container. Undefined when the pod is ready, else why it is not. */
export async function awaitReadiness({ cloud, signal }: Session, pod: Pod): Promise<string | undefined> {
  for (const [index, container] of pod.containers.entries()) {
    const spec = pod.template.spec.containers[index];
    for (const [kind, probe] of spec ? probesOf(spec) : []) {
      const result = await cloud.runtime.waitUntilHealthy(container, probe, signal);
      if (result.healthy) continue;
      const failed = cloud.runtime.failedConnections(container).map((line) => `\n  ${line}`);
      return `${kind} probe of ${pod.name} failed after ${result.attempts} attempts: ${result.lastAnswer}${failed.join('')}`;
    }
    if (!container.isRunning()) return `CrashLoopBackOff: back-off restarting failed container in pod ${pod.name}`;
  }
  pod.isReady = true;
  return undefined;
}

function probesOf(spec: ContainerSpec): [string, Probe][] {
  const all = [
    ['Startup', spec.startupProbe],
    ['Liveness', spec.livenessProbe],
    ['Readiness', spec.readinessProbe],
  ] as const;
  return all.flatMap(([kind, given]): [string, Probe][] => {
    const probe = given && buildProbe(given, spec);
    return probe ? [[kind, probe]] : [];
  });
}

/** Takes a pod from its services, then ends it as its grace allows. */
export async function removePod(session: Session, pod: Pod): Promise<void> {
  await (await releasePod(session, pod)).ended;
}

/** As removePod, without waiting for the end: a Deployment goes on while its old pods drain. */
export async function releasePod(session: Session, pod: Pod): Promise<{ ended: Promise<unknown> }> {
  dropPod(session.cloud, session.host.server, pod);
  dropSyncedSecrets(session, pod);
  await followEndpoints(session);
  const grace = pod.template.spec.terminationGracePeriodSeconds ?? defaultGraceSeconds;
  return { ended: Promise.all(pod.containers.map((container) => container.stop(pod.isReady ? grace : 0))) };
}
