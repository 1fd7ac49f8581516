import type { MountedVolume } from './cluster';
import type { KubeObject } from './objects';
import type { PodProblem } from './pod-problem';
import type { ContainerSpec, EnvVariable, PodTemplate } from './pod-spec';
import { parseQuantity } from './quantities';

/** Where the variables of a container come from. */
export type EnvSources = {
  namespace: string;
  name: string;
  template: PodTemplate;
  objects: readonly KubeObject[];
  /** Secrets that the pod's own volumes bring. */
  synced: MountedVolume['secrets'];
};

type Resolved = { env: Record<string, string>; problems: PodProblem[] };

/** The variables of a container, and those that are nowhere. Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#environment-variables */
export function resolveEnv(container: ContainerSpec, sources: EnvSources): Resolved {
  const env: Record<string, string> = {};
  const problems: PodProblem[] = [];
  for (const { prefix = '', secretRef, configMapRef } of container.envFrom ?? []) {
    const reference = secretRef ?? configMapRef;
    const kind = secretRef ? 'Secret' : 'ConfigMap';
    const data = findData(sources, kind, reference?.name);
    for (const [key, value] of Object.entries(data ?? {})) env[`${prefix}${key}`] = value;
    if (!data && !reference?.optional)
      problems.push(missing(kind, `${kind.toLowerCase()} "${reference?.name}" not found`));
  }
  for (const variable of container.env ?? []) {
    const found = resolveVariable(variable, container, sources);
    if (typeof found === 'object') problems.push(found);
    else if (found !== undefined) env[variable.name] = expand(found, env);
  }
  return { env, problems };
}

function resolveVariable(
  { value, valueFrom }: EnvVariable,
  container: ContainerSpec,
  sources: EnvSources,
): string | PodProblem | undefined {
  if (!valueFrom) return value ?? '';
  const { secretKeyRef, configMapKeyRef, fieldRef, resourceFieldRef } = valueFrom;
  const reference = secretKeyRef ?? configMapKeyRef;
  if (reference) {
    const kind = secretKeyRef ? 'Secret' : 'ConfigMap';
    const data = findData(sources, kind, reference.name);
    const found = data?.[reference.key];
    if (found !== undefined || reference.optional) return found;
    return data
      ? {
          problem: kind === 'Secret' ? 'secret key' : 'config missing',
          why: `couldn't find key ${reference.key} in ${kind} ${sources.namespace}/${reference.name}`,
        }
      : missing(kind, `${kind.toLowerCase()} "${reference.name}" not found`);
  }
  if (fieldRef) return readField(fieldRef.fieldPath, sources);
  const { resource = '' } = resourceFieldRef ?? {};
  const [list = '', name = ''] = resource.split('.');
  const quantity = container.resources?.[list === 'limits' ? 'limits' : 'requests']?.[name];
  return quantity === undefined ? '0' : String(Math.ceil(parseQuantity(quantity) ?? 0));
}

function missing(kind: string, why: string): PodProblem {
  return {
    problem: kind === 'Secret' ? 'secret missing' : 'config missing',
    why: `CreateContainerConfigError: ${why}`,
  };
}

function readField(path: string, { name, namespace, template }: EnvSources): string {
  const [, list, key = ''] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? [];
  if (list === 'labels' || list === 'annotations') return template.metadata?.[list]?.[key] ?? '';
  const fields: Readonly<Record<string, string>> = {
    'metadata.name': name,
    'metadata.namespace': namespace,
    'spec.serviceAccountName': template.spec.serviceAccountName ?? 'default',
    'status.podIP': '10.0.0.10',
    'status.hostIP': '10.0.0.1',
  };
  return fields[path] ?? '';
}

/** The plain values of a Secret or ConfigMap; undefined when there is none of that name. */
function findData(
  { namespace, objects, synced }: EnvSources,
  kind: 'Secret' | 'ConfigMap',
  name: string | undefined,
): Readonly<Record<string, string>> | undefined {
  const object = objects.find(
    (candidate) =>
      candidate.kind === kind && candidate.metadata.namespace === namespace && candidate.metadata.name === name,
  );
  // A Secret that is there already is left as it is.
  if (!object) return kind === 'Secret' ? synced.find((secret) => secret.name === name)?.data : undefined;
  const { data = {}, stringData = {} } = object as {
    data?: Record<string, string>;
    stringData?: Record<string, string>;
  };
  if (kind === 'ConfigMap') return data;
  const decoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]);
  return { ...Object.fromEntries(decoded), ...stringData };
}

/** $(NAME) of variables before it; $$(NAME) is left as $(NAME). */
function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$?\$\(([^)]+)\)/g, (whole, name: string) =>
    whole.startsWith('$$') ? whole.slice(1) : (env[name] ?? whole),
  );
}
