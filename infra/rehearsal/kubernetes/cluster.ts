import { existsSync, readFileSync } from 'node:fs';
import { type Cloud, table } from '../cloud/cloud';
import { type Bag, isBag } from '../protocol/values';
import type { Container, Network, Probe } from '../runtime/runtime';
import { type ClientConfig, parseKubeconfig } from './kubeconfig';
import type { KubeObject } from './objects';
import type { PodProblem } from './pod-problem';

/**
 * What a cloud that runs Kubernetes clusters decides about one of them. Kubernetes itself is the same everywhere and is the
 * affair of this folder; each cloud puts its clusters into the table `clusters`.
 */
export type ClusterHost = {
  readonly name: string;
  /** https://..., as the kubeconfig has it. */
  readonly server: string;
  /** Base64 of PEM. */
  readonly certificateAuthority: string;
  /** Of Kubernetes: 1.34. */
  readonly version: string;
  /** Why the machine of the program does not get through to the API server. */
  unreachable(): string | undefined;
  /** Why the API server does not know this caller, or lets him do nothing; in its words. */
  refuseCaller(config: ClientConfig): string | undefined;
  /** Where pods can run now. */
  nodes(): readonly Node[];
  /** A larger node for pods that fit on none: none, where nodes are not made on demand. */
  nodeOnDemand(): Omit<Node, 'name'> | undefined;
  /** Group and version of APIs that something installed adds: `secrets-store.csi.x-k8s.io/v1`. */
  addedApis(): readonly string[];
  pull(image: string): Promise<{ digest: string } | PodProblem>;
  network(pod: PodPlace): Network;
  /** The files of a volume that a driver of the cloud mounts, and the Secrets that it makes of them. */
  mount(driver: string, volume: VolumeRequest): Promise<MountedVolume | PodProblem>;
  /** CIDR blocks that load balancers connect from. */
  frontAddresses(): readonly string[];
  /** Whether pods of a namespace are ready only when the load balancer before them finds them well, by its labels. */
  gatesReadiness(labels: Readonly<Record<string, string>>): boolean;
  /** By the `controller` of an IngressClass. */
  ingressController(controller: string): IngressController | undefined;
  /** The log group of a container's lines. */
  logGroup(pod: { namespace: string; name: string; container: string }): string;
};

export type Node = {
  name: string;
  cpuMillis: number;
  memoryMiB: number;
  pods: number;
};

export type PodPlace = {
  namespace: string;
  labels: Readonly<Record<string, string>>;
};

export type VolumeRequest = {
  /** The class that the attributes name, where there is such an object. */
  providerClass: KubeObject | undefined;
  namespace: string;
  podName: string;
  serviceAccount: string;
  attributes: Readonly<Record<string, string>>;
};

export type MountedVolume = {
  /** Contents by file name. */
  files: Readonly<Record<string, string>>;
  secrets: readonly { name: string; type: string; data: Readonly<Record<string, string>> }[];
};

/** What answers for an Ingress: made, kept up to date with the pods behind it, and removed. */
export type IngressController = {
  /** Gives the host name, or why there is none yet. */
  apply(ingress: KubeObject, backends: IngressBackends): Promise<{ hostname: string } | { why: string }>;
  /** The pods behind it have changed. Gives those that get no requests, and why. */
  follow(ingress: KubeObject, backends: IngressBackends): Promise<readonly UnhealthyTarget[]>;
  remove(ingress: KubeObject): Promise<void>;
};

export type UnhealthyTarget = { container: Container; why: string };

export type IngressBackends = {
  service: KubeObject | undefined;
  /** Ready pods. */
  targets: readonly {
    container: Container;
    port: number;
    labels: Readonly<Record<string, string>>;
    namespace: string;
  }[];
  /** A pod's readiness probe, where it has one. */
  readiness: Probe | undefined;
};

/** By server. */
export const clusters = table<ClusterHost>('kubernetes clusters');

export type Connection = { host: ClusterHost; namespace: string };

/** Each problem is a rule of its own (connection-rules.ts). */
export type NoConnection = { problem: 'kubeconfig' | 'server' | 'endpoint' | 'authority' | 'caller'; why: string };

/**
 * The cluster that a provider's configuration leads to, or why it leads to none.
 * Source: https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/
 */
export function connect(cloud: Cloud, config: Bag): Connection | NoConnection {
  const client = readClient(config);
  if ('why' in client) return client;
  const host = cloud.table(clusters).get(client.server);
  if (!host)
    return {
      problem: 'server',
      why: `dial tcp: lookup ${hostOf(client.server)}: no such host (kubeconfig: cluster.server)`,
    };
  const cutOff = host.unreachable();
  if (cutOff !== undefined) return { problem: 'endpoint', why: cutOff };
  if (client.certificateAuthority !== host.certificateAuthority) {
    return {
      problem: 'authority',
      why: `Get "${client.server}/version": tls: failed to verify certificate: x509: certificate signed by unknown authority (kubeconfig: cluster.certificate-authority-data)`,
    };
  }
  const refused = host.refuseCaller(client);
  if (refused !== undefined) return { problem: 'caller', why: refused };
  return { host, namespace: typeof config.namespace === 'string' ? config.namespace : (client.namespace ?? 'default') };
}

/** The server that a configuration names, for the place of what goes there; "" while it is not known. */
export function serverOf(config: Bag): string {
  const client = readClient(config);
  return 'why' in client ? '' : client.server;
}

function readClient(config: Bag): ClientConfig | NoConnection {
  const { kubeconfig, context } = config;
  if (typeof kubeconfig !== 'string' && !isBag(kubeconfig)) {
    return { problem: 'kubeconfig', why: 'there is no kubeconfig (kubeconfig)' };
  }
  const text = typeof kubeconfig === 'string' ? kubeconfig : JSON.stringify(kubeconfig);
  try {
    const isFile = typeof kubeconfig === 'string' && !kubeconfig.includes('\n') && existsSync(kubeconfig);
    const wanted = typeof context === 'string' ? context : undefined;
    return parseKubeconfig(isFile ? readFileSync(kubeconfig, 'utf8') : text, wanted);
  } catch (error) {
    return {
      problem: 'kubeconfig',
      why: `failed to parse kubeconfig: ${error instanceof Error ? error.message : 'not readable'} (kubeconfig)`,
    };
  }
}

function hostOf(server: string): string {
  return URL.canParse(server) ? new URL(server).host : server;
}
