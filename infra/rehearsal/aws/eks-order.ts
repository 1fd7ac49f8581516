import type { Graph, GraphNode } from '../graph/graph';
import { findKind, tokenOf } from '../kubernetes/kinds';
import { releaseHandle } from '../kubernetes/release-handle';
import { graphRule } from '../rules';
import { accessEntry, accessPolicyAssociation, addon, cluster, nodeGroup, podIdentityAssociation } from './eks-handles';
import { role, rolePolicy, rolePolicyAttachment } from './iam';
import { mentions, mustWait, nodesOf, textsIn } from './order';
import { secretVersion } from './secrets';
import { subnet } from './vpc';

const ingressType = { token: tokenOf({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' }) };
/** What runs pods, or has an Ingress in it. */
const workloads = [
  releaseHandle,
  ...[
    { apiVersion: 'apps/v1', kind: 'Deployment' },
    { apiVersion: 'batch/v1', kind: 'Job' },
    { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
  ].flatMap((kind) => (findKind(kind) ? [{ token: tokenOf(kind) }] : [])),
];

/** Those that were read only (`Type.get`) are deleted by nobody. */
function ownWorkloads(graph: Graph): GraphNode[] {
  return nodesOf(graph, workloads).filter(({ inputs }) => Object.keys(inputs).length > 0);
}

export const eksOrderRules = [
  graphRule({
    id: 'aws.eks.order-workloads',
    refuses:
      'What runs in a cluster without waiting for its nodes, add-ons, access and identities: at a destroy these go first, and leave load balancers and pods behind.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/delete-cluster.html',
    types: [cluster, ...workloads],
    check: (graph) => {
      // Who made the cluster administers it, unless it says otherwise: then it is by such an entry.
      const byEntry = graph.ofType(cluster).some(({ inputs }) => {
        const { bootstrapClusterCreatorAdminPermissions: isAdmin } = {
          ...(inputs.accessConfig as object | undefined),
        } as {
          bootstrapClusterCreatorAdminPermissions?: boolean;
        };
        return isAdmin === false;
      });
      const parts = [cluster, nodeGroup, addon, podIdentityAssociation];
      const needed = nodesOf(graph, byEntry ? [...parts, accessEntry, accessPolicyAssociation] : parts);
      return ownWorkloads(graph).flatMap((workload) =>
        needed.flatMap((part) => mustWait(graph, workload, part, 'it needs that to run, and to be taken away')),
      );
    },
  }),
  graphRule({
    id: 'aws.eks.order-subnets',
    refuses: 'An Ingress or release that does not wait for the public subnets: its load balancer is put into them.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/tag-subnets-auto.html',
    types: [subnet, ingressType, releaseHandle],
    check: (graph) =>
      ownWorkloads(graph).flatMap((workload) =>
        graph
          .ofType(subnet)
          .filter(
            ({ inputs }) =>
              (inputs.tags as Record<string, string> | undefined)?.['kubernetes.io/role/elb'] !== undefined,
          )
          .flatMap((home) => mustWait(graph, workload, home, 'its load balancer is made there')),
      ),
  }),
  graphRule({
    id: 'aws.eks.order-role-policies',
    refuses: 'A cluster, node group or identity of pods that does not wait for the policies of its role.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/cluster-iam-role.html',
    types: [cluster, nodeGroup, podIdentityAssociation],
    check: (graph) =>
      nodesOf(graph, [cluster, nodeGroup]).flatMap((user) =>
        graph
          .ofType(role)
          .filter(({ outputs }) => textsIn(user.inputs).some((text) => text === outputs.arn))
          .flatMap(({ outputs }) =>
            nodesOf(graph, [rolePolicy, rolePolicyAttachment])
              .filter(({ inputs }) => inputs.role === outputs.name)
              .flatMap((policy) => mustWait(graph, user, policy, 'without it the role may not take away what it made')),
          ),
      ),
  }),
  graphRule({
    id: 'aws.eks.order-secrets',
    refuses: 'A release that does not wait for the value of a secret that its pods read.',
    source: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/integrating_ascp_csi.html',
    types: [releaseHandle, secretVersion],
    check: (graph) =>
      graph.ofType(releaseHandle).flatMap((release) =>
        graph
          .ofType(secretVersion)
          .filter(({ outputs }) => mentions(release, outputs.secretArn))
          .flatMap((version) => mustWait(graph, release, version, 'its pods read that value')),
      ),
  }),
  graphRule({
    id: 'aws.eks.identity-unused',
    refuses: 'An identity for a namespace and service account that nothing of the program has.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html',
    types: [podIdentityAssociation, releaseHandle],
    check: (graph) => {
      const accounts = graph.ofType(releaseHandle).flatMap(({ outputs }) => {
        const named = (outputs.resourceNames as Record<string, string[]> | undefined)?.['ServiceAccount/v1'] ?? [];
        return named;
      });
      const plain = graph
        .ofType({ token: tokenOf({ apiVersion: 'v1', kind: 'ServiceAccount' }) })
        .flatMap(({ id }) => (id === undefined ? [] : [id]));
      const addons = graph.ofType(addon).length > 0 ? ['amazon-cloudwatch', 'kube-system'] : [];
      return graph
        .ofType(podIdentityAssociation)
        .filter(({ inputs }) => !addons.includes(String(inputs.namespace)))
        .filter(({ inputs }) => ![...accounts, ...plain].includes(`${inputs.namespace}/${inputs.serviceAccount}`))
        .map(({ urn, name, inputs }) => ({
          urn,
          message: `${name}: no pod has the service account ${inputs.namespace}/${inputs.serviceAccount} (namespace, serviceAccount)`,
        }));
    },
  }),
];
