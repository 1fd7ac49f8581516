import type { Cloud, Place } from '../cloud/cloud';
import { Refusal } from '../cloud/refusal';
import { findStoredImage } from '../cloud/registry';
import type { ContainerSpec } from '../runtime/runtime';
import { type RunContainer, sizeOf, type Workload } from './cloud-run-workload';
import { createEgress } from './egress';
import { defaultComputeAccount } from './iam';
import { readSecret } from './secret-manager';

/** The account a workload runs as: its own, or the project's default one. */
export function accountOf(workload: Workload, place: Place): string {
  return workload.serviceAccount ?? defaultComputeAccount(place.project ?? '');
}

/** The one container that can be rehearsed; what else a workload may hold is refused by name. */
export function onlyContainer(workload: Workload): RunContainer {
  const [container, ...others] = workload.containers ?? [];
  if (!container) throw new Refusal('template.containers must hold a container');
  if (others.length > 0) throw new Refusal('not simulated: several containers (template.containers)');
  if ((workload.volumes ?? []).length > 0) throw new Refusal('not simulated: template.volumes');
  if (workload.vpcAccess?.connector !== undefined) throw new Refusal('not simulated: template.vpcAccess.connector');
  for (const probe of [container.startupProbe, container.livenessProbe]) {
    if (probe?.grpc !== undefined) throw new Refusal('not simulated: probes by gRPC');
  }
  return container;
}

export type Start = {
  cloud: Cloud;
  place: Place;
  workload: Workload;
  name: string;
  logGroup: string;
  /** What Cloud Run itself sets. */
  platformEnv: Readonly<Record<string, string>>;
};

/** How the runtime starts the workload's container. Its image and secrets have been found to be there. */
export function containerSpec({ cloud, place, workload, name, logGroup, platformEnv }: Start): ContainerSpec {
  const container = onlyContainer(workload);
  const image = findStoredImage(cloud, container.image);
  if (!image) throw new Error(`${container.image} is gone`);
  const { cpu, memoryMiB } = sizeOf(container);
  return {
    name,
    digest: image.digest,
    ...(container.commands && { entrypoint: container.commands }),
    // As in Kubernetes: a command of one's own leaves the image's arguments out.
    ...(container.args ? { command: container.args } : container.commands ? { command: [] } : {}),
    env: { ...environmentOf(cloud, place, container), ...platformEnv },
    network: createEgress(cloud, workload.vpcAccess),
    logGroup,
    limits: { ...(memoryMiB !== undefined && { memoryMiB }), ...(cpu !== undefined && { cpu }) },
  };
}

function environmentOf(cloud: Cloud, place: Place, container: RunContainer): Record<string, string> {
  const entries = (container.envs ?? []).map(({ name, value, valueSource }) => {
    const reference = valueSource?.secretKeyRef;
    if (!reference) return [name, value ?? ''] as const;
    const secret = readSecret(cloud, place, { secret: reference.secret, version: reference.version ?? 'latest' });
    if ('problem' in secret) throw new Error(secret.problem);
    return [name, secret.text] as const;
  });
  return Object.fromEntries(entries);
}
