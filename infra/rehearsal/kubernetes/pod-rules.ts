import type { Bag } from '../protocol/values';
import { operationRule, type Rule } from '../rules';
import { type Brought, findBrought } from './brought';
import { replicasOf } from './deployment';
import { kinds, tokenOf } from './kinds';
import { idOf, type KubeObject } from './objects';
import { isProblem, type PodProblem, type PodProblemKind } from './pod-problem';
import { podTemplateOf } from './pod-spec';
import { findNode, listPods } from './pods';
import { preparePod } from './prepare-pod';
import { releaseHandle } from './release-handle';

type Applied = Parameters<typeof findBrought>[0];

/** For all rules of one operation. */
const found = new WeakMap<object, Promise<readonly (PodProblem & { object: KubeObject })[]>>();

/** What keeps pods of what is brought from starting. */
async function findProblems(applied: Applied): Promise<readonly (PodProblem & { object: KubeObject })[]> {
  const brought = await findBrought(applied);
  if (!brought) return [];
  const problems: (PodProblem & { object: KubeObject })[] = [];
  for (const object of brought.objects) {
    const template = podTemplateOf(object);
    if (!template || isTest(object)) continue;
    const { cloud, host, together: objects } = brought;
    const { name, namespace = 'default' } = object.metadata;
    const prepared = await preparePod({ cloud, host, namespace, name, template, objects });
    problems.push(...[...prepared.problems, ...findRoom(brought, object)].map((problem) => ({ ...problem, object })));
  }
  return problems;
}

function isTest({ metadata }: KubeObject): boolean {
  return metadata.annotations?.['helm.sh/hook']?.includes('test') ?? false;
}

/** Whether all replicas would fit if its own pods of now were gone. */
function findRoom({ cloud, host, together }: Brought, object: KubeObject): PodProblem[] {
  const template = podTemplateOf(object);
  if (!template) return [];
  const owner = `${object.kind} ${idOf(object)}`;
  const others = listPods(cloud, host.server).filter((pod) => pod.owner !== owner);
  const count = object.kind === 'Deployment' ? replicasOf(object, together) : 1;
  const beside: { node: string; spec: typeof template.spec }[] = [];
  for (let index = 0; index < count; index += 1) {
    const placed = findNode(cloud, host, { spec: template.spec, beside, pods: others });
    if (isProblem(placed)) return [placed];
    beside.push({ node: placed.node, spec: template.spec });
  }
  return [];
}

const types = [
  ...kinds.filter(({ kind }) => ['Deployment', 'Job', 'Pod'].includes(kind)).map((kind) => ({ token: tokenOf(kind) })),
  { token: releaseHandle.token },
];

function podRule(id: string, kind: PodProblemKind, text: { refuses: string; source: string }): Rule {
  return operationRule<{ token: string; typesOf?: { args: Bag; outputs: Bag } }>({
    id,
    ...text,
    types,
    check: async (lifecycle) => {
      const problems = found.get(lifecycle.inputs) ?? findProblems(lifecycle);
      found.set(lifecycle.inputs, problems);
      return (await problems)
        .filter(({ problem }) => problem === kind)
        .map(({ object, why }) => `${object.kind} ${idOf(object)}: ${why}`);
    },
  });
}

/** What the scheduler and the kubelet find when pods are to start. */
export const podRules: readonly Rule[] = [
  podRule('kubernetes.pod.image-missing', 'image missing', {
    refuses: 'A container of an image that is in no registry.',
    source: 'https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff',
  }),
  podRule('kubernetes.pod.image-denied', 'image denied', {
    refuses: 'An image that the nodes may not pull.',
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_EKS.html',
  }),
  podRule('kubernetes.pod.image-unreachable', 'image unreachable', {
    refuses: 'An image of a registry that the nodes do not reach.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html',
  }),
  podRule('kubernetes.pod.image-platform', 'image platform', {
    refuses: 'An image for another processor than the nodes have.',
    source: 'https://kubernetes.io/docs/concepts/containers/images/#multi-architecture-images-with-image-indexes',
  }),
  podRule('kubernetes.pod.non-root', 'runs as root', {
    refuses: 'A pod that must not run as root, of an image whose user is root or not a number.',
    source: 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
  }),
  podRule('kubernetes.pod.service-account', 'service account', {
    refuses: 'A pod of a service account that does not exist.',
    source: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/',
  }),
  podRule('kubernetes.pod.volume-driver', 'volume driver', {
    refuses: 'A volume of a driver that is not installed in the cluster.',
    source: 'https://kubernetes.io/docs/concepts/storage/volumes/#csi',
  }),
  podRule('kubernetes.pod.volume-missing', 'volume missing', {
    refuses: 'A volume of a Secret, ConfigMap or SecretProviderClass that does not exist, or that says nothing.',
    source: 'https://secrets-store-csi-driver.sigs.k8s.io/troubleshooting',
  }),
  podRule('kubernetes.pod.volume-identity', 'volume identity', {
    refuses: 'Secrets for a pod whose service account has no role.',
    source: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/ascp-pod-identity-integration.html',
  }),
  podRule('kubernetes.pod.secret-denied', 'secret denied', {
    refuses: 'A secret that the role of a pod may not read.',
    source: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/ascp-pod-identity-integration.html',
  }),
  podRule('kubernetes.pod.secret-missing', 'secret missing', {
    refuses: 'A secret, a version of it or a Secret of Kubernetes that does not exist when the pod starts.',
    source: 'https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-environment-variables',
  }),
  podRule('kubernetes.pod.secret-key', 'secret key', {
    refuses: 'A key that a secret does not have.',
    source: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/integrating_ascp_csi.html',
  }),
  podRule('kubernetes.pod.config-missing', 'config missing', {
    refuses: 'A variable out of a ConfigMap or key that does not exist.',
    source: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/',
  }),
  podRule('kubernetes.pod.unschedulable', 'unschedulable', {
    refuses: 'Pods that do not fit on the nodes, by number, CPU or memory.',
    source: 'https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/',
  }),
];
