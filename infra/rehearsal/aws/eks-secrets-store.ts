import { parse } from 'yaml';
import type { Cloud } from '../cloud/cloud';
import type { MountedVolume, VolumeRequest } from '../kubernetes/cluster';
import type { PodProblem, PodProblemKind } from '../kubernetes/pod-problem';
import { specOf } from '../kubernetes/pod-spec';
import { blockService } from './ecs-task-path';
import { addon, type Cluster } from './eks-handles';
import { originOf } from './eks-origin';
import { findPodRole } from './eks-pod-role';
import { refuseAccess } from './iam-authorize';
import { findSecretValue, secretPolicy } from './secrets';

/** An entry of `parameters.objects`. Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/ascp-examples.html */
type SecretObject = {
  objectName: string;
  objectType?: string;
  objectAlias?: string;
  objectVersion?: string;
  objectVersionLabel?: string;
  jmesPath?: readonly { path: string; objectAlias: string }[];
};

type ProviderClass = {
  provider?: string;
  parameters?: Readonly<Record<string, string>>;
  secretObjects?: readonly {
    secretName: string;
    type?: string;
    data?: readonly { objectName: string; key: string }[];
  }[];
};

type Mount = { driver: string; volume: VolumeRequest; hasAgent: boolean };

const driverName = 'secrets-store.csi.k8s.io';
const addonName = 'aws-secrets-store-csi-driver-provider';

/**
 * What the Secrets Store driver and AWS' provider for it do when a pod mounts a volume: read secrets with the role of the pod's
 * service account, and make Secrets of Kubernetes of them.
 */
export async function mountSecrets(
  cloud: Cloud,
  cluster: Cluster,
  { driver, volume, hasAgent }: Mount,
): Promise<MountedVolume | PodProblem> {
  const { namespace, podName, providerClass, serviceAccount, attributes } = volume;
  const failed = (problem: PodProblemKind, why: string): PodProblem => ({
    problem,
    why: `MountVolume.SetUp failed: rpc error: code = Unknown desc = failed to mount secrets store objects for pod ${namespace}/${podName}, err: ${why}`,
  });
  const installed = cloud
    .list(addon)
    .find(
      ({ inputs, place }) =>
        inputs.addonName === addonName &&
        inputs.clusterName === cluster.outputs.name &&
        place.region === cluster.place.region,
    );
  if (driver !== driverName || !installed) {
    return failed('volume driver', `driver name ${driver} not found in the list of registered CSI drivers`);
  }
  if (!providerClass) {
    return failed(
      'volume missing',
      `failed to get secretproviderclass ${namespace}/${attributes.secretProviderClass}, error: SecretProviderClass "${attributes.secretProviderClass}" not found`,
    );
  }
  const { provider, parameters = {}, secretObjects = [] } = specOf<ProviderClass>(providerClass);
  if (provider !== 'aws') return failed('volume driver', `provider not found: provider "${provider}"`);
  const objects = parseObjects(parameters.objects);
  if (!objects || objects.length === 0)
    return failed('volume missing', 'missing object version: parameters.objects must list at least one');
  const role = await findPodRole(cloud, cluster, {
    namespace,
    serviceAccount,
    usesPodIdentity: parameters.usePodIdentity === 'true',
    hasAgent,
  });
  if ('why' in role) return failed('volume identity', role.why);
  const region = parameters.region ?? cluster.place.region ?? '';
  if (region !== cluster.place.region)
    return failed(
      'secret missing',
      `${region}: Failed fetching secret: ResourceNotFoundException: Secrets Manager can't find the specified secret (parameters.region)`,
    );
  const blocked = blockService(cloud, originOf(cloud, cluster), 'secretsmanager');
  if (blocked !== undefined) return failed('secret denied', `${region}: dial tcp: i/o timeout: ${blocked}`);

  const files: Record<string, string> = {};
  for (const object of objects) {
    const read = await readObject(cloud, role.arn, object);
    if ('problem' in read)
      return failed(read.problem, `${region}: Failed fetching secret ${object.objectName}: ${read.why}`);
    Object.assign(files, read.files);
  }
  const missing = secretObjects
    .flatMap(({ data = [] }) => data)
    .find(({ objectName }) => files[objectName] === undefined);
  if (missing)
    return failed(
      'secret key',
      `failed to get data in spc for secret: file matching objectName ${missing.objectName} not found in the pod (secretObjects)`,
    );
  const secrets = secretObjects.map(({ secretName, type = 'Opaque', data = [] }) => ({
    name: secretName,
    type,
    data: Object.fromEntries(data.map(({ objectName, key }) => [key, files[objectName] ?? ''])),
  }));
  return { files, secrets: isSyncing(installed.inputs.configurationValues) ? secrets : [] };
}

/** Off by default: without it, no Secret of Kubernetes is made. Source: https://secrets-store-csi-driver.sigs.k8s.io/topics/sync-as-kubernetes-secret */
function isSyncing(configuration: string | undefined): boolean {
  const values = parseValues(configuration);
  const driver = values?.['secrets-store-csi-driver'];
  const sync =
    typeof driver === 'object' && driver !== null
      ? (driver as { syncSecret?: { enabled?: unknown } }).syncSecret
      : undefined;
  return sync?.enabled === true || sync?.enabled === 'true';
}

/** The configuration of an add-on, JSON or YAML; undefined when it is none. */
export function parseValues(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined || text === '') return {};
  try {
    const parsed: unknown = parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function parseObjects(text: string | undefined): readonly SecretObject[] | undefined {
  try {
    const parsed: unknown = parse(text ?? '');
    return Array.isArray(parsed) ? (parsed as SecretObject[]) : undefined;
  } catch {
    return undefined;
  }
}

type ReadObject = { files: Record<string, string> } | PodProblem;

async function readObject(cloud: Cloud, roleArn: string, object: SecretObject): Promise<ReadObject> {
  const { objectName, objectAlias = objectName, objectVersion, objectVersionLabel, objectType, jmesPath = [] } = object;
  if (!objectName.startsWith('arn:') && objectType !== 'secretsmanager') {
    return {
      problem: 'secret missing',
      why: `not simulated: objectType ${objectType ?? '(none)'}; it must be secretsmanager`,
    };
  }
  const found = findSecretValue(cloud, {
    arn: objectName,
    ...(objectVersion !== undefined && { version: objectVersion }),
    ...(objectVersionLabel !== undefined && { stage: objectVersionLabel }),
  });
  if (!found.found) return { problem: 'secret missing', why: found.why };
  const resourcePolicy = cloud.find(secretPolicy, found.arn)?.inputs.policy;
  const refusal = await refuseAccess(cloud, roleArn, {
    action: 'secretsmanager:GetSecretValue',
    resource: found.arn,
    resourcePolicy,
  });
  if (refusal !== undefined) return { problem: 'secret denied', why: refusal };
  const files: Record<string, string> = { [objectAlias]: found.value };
  for (const { path, objectAlias: alias } of jmesPath) {
    const value = readPath(found.value, path);
    if (value === undefined) {
      return {
        problem: 'secret key',
        why: `JMES Path - ${path} for object alias - ${alias} does not point to a valid object.`,
      };
    }
    files[alias] = value;
  }
  return { files };
}

/** Names, in quotes where they hold more than letters, digits and _, with dots between them: what secrets need of JMESPath. */
function readPath(json: string, path: string): string | undefined {
  const steps = path.match(/"[^"]+"|[A-Za-z_]\w*|[^.]+/g) ?? [];
  if (steps.some((step) => !/^("[^"]+"|[A-Za-z_]\w*)$/.test(step))) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  for (const step of steps) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[step.replace(/^"|"$/g, '')];
  }
  return typeof value === 'string' ? value : undefined;
}
