import type { cloudrunv2 } from '@pulumi/gcp';
import type { Unwrap } from '@pulumi/pulumi';
import type { TypeHandle } from '../cloud/cloud';
import type { OutputsOf } from '../declare';

export type ServiceArgs = Unwrap<cloudrunv2.ServiceArgs>;
export type ServiceOutputs = OutputsOf<cloudrunv2.Service>;
export type JobArgs = Unwrap<cloudrunv2.JobArgs>;
export type JobOutputs = OutputsOf<cloudrunv2.Job>;

/** Named here so that rules and lifecycles can use each other's types. */
export const serviceType: TypeHandle<ServiceArgs, ServiceOutputs> = { token: 'gcp:cloudrunv2/service:Service' };
export const jobType: TypeHandle<JobArgs, JobOutputs> = { token: 'gcp:cloudrunv2/job:Job' };

/** What a service's revisions and a job's tasks have in common. */
export type Workload = {
  containers?: readonly RunContainer[];
  serviceAccount?: string;
  timeout?: string;
  executionEnvironment?: string;
  vpcAccess?: VpcAccess;
  volumes?: readonly unknown[];
};

export type VpcAccess = {
  connector?: string;
  egress?: string;
  networkInterfaces?: readonly { network?: string; subnetwork?: string; tags?: readonly string[] }[];
};

export type RunContainer = {
  image: string;
  commands?: readonly string[];
  args?: readonly string[];
  envs?: readonly RunVariable[];
  resources?: { limits?: Readonly<Record<string, string>>; cpuIdle?: boolean };
  startupProbe?: RunProbe;
  livenessProbe?: RunProbe;
};

export type RunVariable = {
  name: string;
  value?: string;
  valueSource?: { secretKeyRef?: { secret: string; version?: string } };
};

export type RunProbe = {
  initialDelaySeconds?: number;
  periodSeconds?: number;
  timeoutSeconds?: number;
  failureThreshold?: number;
  httpGet?: { path?: string; port?: number };
  tcpSocket?: { port?: number };
  grpc?: unknown;
};

export function workloadOf(inputs: ServiceArgs | JobArgs): Workload {
  return 'template' in inputs.template ? inputs.template.template : inputs.template;
}

/** "300s" as a number; undefined when it is no such text. */
export function parseSeconds(text: string): number | undefined {
  const [, digits] = /^(\d+(?:\.\d{1,9})?)s$/.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** "1", "2", "500m": in vCPU. */
export function parseCpu(text: string): number | undefined {
  if (/^\d+m$/.test(text)) return Number(text.slice(0, -1)) / 1_000;
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

/** "512Mi", "1Gi": in MiB. Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
export function parseMemoryMiB(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(k|M|G|Ki|Mi|Gi)?$/.exec(text) ?? [];
  const factor = units[unit];
  return number === undefined || factor === undefined ? undefined : (Number(number) * factor) / 2 ** 20;
}

/** What a container may use; 1 vCPU and 512 MiB unless it says otherwise. Undefined parts are not well-formed. */
export function sizeOf(container: RunContainer): { cpu: number | undefined; memoryMiB: number | undefined } {
  const limits = container.resources?.limits ?? {};
  return { cpu: parseCpu(limits.cpu ?? '1'), memoryMiB: parseMemoryMiB(limits.memory ?? '512Mi') };
}

/** Where Cloud Run's lines of a service or job are found; as `resource.type` and its name in Cloud Logging. */
export function serviceLogGroup(name: string): string {
  return `cloud_run_revision/${name}`;
}

export function jobLogGroup(name: string): string {
  return `cloud_run_job/${name}`;
}
