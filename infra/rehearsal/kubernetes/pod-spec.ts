import type { KubeObject } from './objects';

/** What the simulation reads of a pod; that nothing else is misspelt is judged against the API's own shapes. */
export type PodTemplate = {
  metadata?: { labels?: Readonly<Record<string, string>>; annotations?: Readonly<Record<string, string>> };
  spec: PodSpec;
};

export type PodSpec = {
  serviceAccountName?: string;
  automountServiceAccountToken?: boolean;
  restartPolicy?: string;
  terminationGracePeriodSeconds?: number;
  nodeSelector?: Readonly<Record<string, string>>;
  securityContext?: SecurityContext;
  initContainers?: readonly ContainerSpec[];
  containers: readonly ContainerSpec[];
  volumes?: readonly Volume[];
};

export type ContainerSpec = {
  name: string;
  image?: string;
  command?: readonly string[];
  args?: readonly string[];
  env?: readonly EnvVariable[];
  envFrom?: readonly { prefix?: string; secretRef?: Reference; configMapRef?: Reference }[];
  ports?: readonly { name?: string; containerPort: number }[];
  resources?: { requests?: Quantities; limits?: Quantities };
  securityContext?: SecurityContext;
  startupProbe?: ProbeSpec;
  livenessProbe?: ProbeSpec;
  readinessProbe?: ProbeSpec;
  volumeMounts?: readonly { name: string; mountPath: string }[];
};

type Quantities = Readonly<Record<string, string | number>>;
type SecurityContext = { runAsNonRoot?: boolean; runAsUser?: number };
type Reference = { name?: string; optional?: boolean };

export type EnvVariable = {
  name: string;
  value?: string;
  valueFrom?: {
    secretKeyRef?: Reference & { key: string };
    configMapKeyRef?: Reference & { key: string };
    fieldRef?: { fieldPath: string };
    resourceFieldRef?: { resource: string; containerName?: string };
  };
};

export type ProbeSpec = {
  httpGet?: { path?: string; port: number | string; scheme?: string };
  tcpSocket?: { port: number | string };
  exec?: { command?: readonly string[] };
  initialDelaySeconds?: number;
  periodSeconds?: number;
  timeoutSeconds?: number;
  successThreshold?: number;
  failureThreshold?: number;
};

export type Volume = {
  name: string;
  csi?: { driver: string; volumeAttributes?: Readonly<Record<string, string>> };
  secret?: { secretName?: string; optional?: boolean };
  configMap?: Reference;
  emptyDir?: object;
  projected?: object;
  downwardAPI?: object;
};

export type DeploymentSpec = {
  replicas?: number;
  selector: { matchLabels?: Readonly<Record<string, string>> };
  strategy?: { type?: string; rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string } };
  progressDeadlineSeconds?: number;
  template: PodTemplate;
};

export type JobSpec = {
  backoffLimit?: number;
  activeDeadlineSeconds?: number;
  template: PodTemplate;
};

export type ServiceSpec = {
  type?: string;
  clusterIP?: string;
  selector?: Readonly<Record<string, string>>;
  ports?: readonly { name?: string; port: number; targetPort?: number | string }[];
};

export type IngressSpec = {
  ingressClassName?: string;
  defaultBackend?: IngressBackend;
  rules?: readonly {
    host?: string;
    http?: { paths: readonly { path?: string; pathType: string; backend: IngressBackend }[] };
  }[];
  tls?: readonly { hosts?: readonly string[]; secretName?: string }[];
};

export type IngressBackend = { service?: { name: string; port?: { number?: number; name?: string } } };

/** The spec of an object whose shape was judged when it was applied. */
export function specOf<Spec>(object: KubeObject): Spec {
  return (object.spec ?? {}) as Spec;
}

/** The template of what makes pods; undefined for what makes none. */
export function podTemplateOf(object: KubeObject): PodTemplate | undefined {
  if (object.kind === 'Pod') return { metadata: object.metadata, spec: specOf<PodSpec>(object) };
  return ['Deployment', 'Job'].includes(object.kind) ? specOf<{ template: PodTemplate }>(object).template : undefined;
}

/** Whether all the labels wanted are there. */
export function hasLabels(
  labels: Readonly<Record<string, string>> | undefined,
  wanted: Readonly<Record<string, string>> | undefined,
): boolean {
  return Object.entries(wanted ?? {}).every(([name, value]) => labels?.[name] === value);
}
