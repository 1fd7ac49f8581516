import type { Cloud } from '../cloud/cloud';
import type { ClusterHost, MountedVolume } from './cluster';
import type { KubeObject } from './objects';
import { type EnvSources, resolveEnv } from './pod-env';
import { isProblem, type PodProblem } from './pod-problem';
import type { ContainerSpec, PodTemplate, Volume } from './pod-spec';

export type PodRequest = {
  cloud: Cloud;
  host: ClusterHost;
  namespace: string;
  /** Of the pod. */
  name: string;
  template: PodTemplate;
  /** What is in the cluster. */
  objects: readonly KubeObject[];
};

export type PreparedContainer = { spec: ContainerSpec; digest: string; env: Readonly<Record<string, string>> };

/** What the kubelet has done before the first process of a pod starts, and what it could not do. */
export type PreparedPod = {
  containers: readonly PreparedContainer[];
  initContainers: readonly PreparedContainer[];
  /** The Secrets that drivers make of mounted volumes. */
  secrets: MountedVolume['secrets'];
  problems: readonly PodProblem[];
};

/** Service account, volumes, images and variables, in the kubelet's order. */
export async function preparePod(request: PodRequest): Promise<PreparedPod> {
  const { spec } = request.template;
  const problems: PodProblem[] = [];
  const note = (found: PodProblem | undefined) => void (found && problems.push(found));
  note(findServiceAccountProblem(request));
  const secrets: MountedVolume['secrets'][number][] = [];
  for (const volume of spec.volumes ?? []) {
    const mounted = await mountVolume(request, volume);
    if (mounted && isProblem(mounted)) note(mounted);
    else secrets.push(...(mounted?.secrets ?? []));
  }
  const sources: EnvSources = { ...request, synced: secrets };
  const prepare = async (container: ContainerSpec): Promise<PreparedContainer> => {
    const image = await request.host.pull(container.image ?? '');
    if (isProblem(image)) note(image);
    else note(findUserProblem(request, container, image.digest));
    const { env, problems: wrong } = resolveEnv(container, sources);
    problems.push(...wrong);
    return { spec: container, digest: isProblem(image) ? '' : image.digest, env };
  };
  const initContainers: PreparedContainer[] = [];
  for (const container of spec.initContainers ?? []) initContainers.push(await prepare(container));
  const containers: PreparedContainer[] = [];
  for (const container of spec.containers) containers.push(await prepare(container));
  return { containers, initContainers, secrets, problems };
}

function findServiceAccountProblem({ objects, namespace, name, template }: PodRequest): PodProblem | undefined {
  const { serviceAccountName: account = 'default' } = template.spec;
  const isThere =
    account === 'default' ||
    objects.some(
      ({ kind, metadata }) =>
        kind === 'ServiceAccount' && metadata.namespace === namespace && metadata.name === account,
    );
  return isThere
    ? undefined
    : {
        problem: 'service account',
        why: `pods "${name}" is forbidden: error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`,
      };
}

async function mountVolume(
  { host, namespace, name, template, objects }: PodRequest,
  volume: Volume,
): Promise<MountedVolume | PodProblem | undefined> {
  const inNamespace = (kind: string, wanted: string | undefined) =>
    objects.find(
      (object) => object.kind === kind && object.metadata.namespace === namespace && object.metadata.name === wanted,
    );
  const failed = (why: string): PodProblem => ({
    problem: 'volume missing',
    why: `MountVolume.SetUp failed for volume "${volume.name}" : ${why}`,
  });
  if (volume.csi) {
    const { driver, volumeAttributes: attributes = {} } = volume.csi;
    return host.mount(driver, {
      namespace,
      podName: name,
      serviceAccount: template.spec.serviceAccountName ?? 'default',
      attributes,
      providerClass: inNamespace('SecretProviderClass', attributes.secretProviderClass),
    });
  }
  const { secret, configMap } = volume;
  if (secret && !secret.optional && !inNamespace('Secret', secret.secretName)) {
    return failed(`secret "${secret.secretName}" not found`);
  }
  if (configMap && !configMap.optional && !inNamespace('ConfigMap', configMap.name)) {
    return failed(`configmap "${configMap.name}" not found`);
  }
  return undefined;
}

/** Source: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/ and the kubelet's own check. */
function findUserProblem(
  { cloud, template }: PodRequest,
  container: ContainerSpec,
  digest: string,
): PodProblem | undefined {
  const ofPod = template.spec.securityContext ?? {};
  const { runAsNonRoot = ofPod.runAsNonRoot, runAsUser = ofPod.runAsUser } = container.securityContext ?? {};
  const image = cloud.runtime.images.find(digest);
  if (!runAsNonRoot || runAsUser === 0 || !image) {
    return runAsNonRoot && runAsUser === 0
      ? { problem: 'runs as root', why: `container's runAsUser breaks non-root policy (container: ${container.name})` }
      : undefined;
  }
  if (runAsUser !== undefined) return undefined;
  const [user = ''] = image.user.split(':');
  if (user === '' || user === 'root' || user === '0') {
    return {
      problem: 'runs as root',
      why: `Error: container has runAsNonRoot and image will run as root (container: ${container.name}): set runAsUser`,
    };
  }
  return /^\d+$/.test(user)
    ? undefined
    : {
        problem: 'runs as root',
        why: `Error: container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root (container: ${container.name}): set runAsUser`,
      };
}
