import type { Bag } from '../protocol/values';
import { applyRule, deleteRule, type Rule } from '../rules';
import { connect, type NoConnection } from './cluster';
import { kinds, tokenOf } from './kinds';
import { releaseHandle } from './release-handle';

type AnyType = { token: string; typesOf?: { args: Bag; outputs: Bag } };

/** Every type of the package goes to a cluster. */
const types: readonly AnyType[] = [...kinds.map((kind) => ({ token: tokenOf(kind) })), { token: releaseHandle.token }];

const unreachable =
  'configured Kubernetes cluster is unreachable: unable to load schema information from the API server';

function connectionRule(id: string, problem: NoConnection['problem'], text: { refuses: string; source: string }): Rule {
  return applyRule<AnyType>({
    id,
    ...text,
    types,
    check: ({ cloud, config }) => {
      const connection = connect(cloud, config);
      if (!('why' in connection) || connection.problem !== problem) return undefined;
      return problem === 'caller' ? connection.why : `${unreachable}: ${connection.why}`;
    },
  });
}

export const connectionRules: readonly Rule[] = [
  connectionRule('kubernetes.provider.kubeconfig', 'kubeconfig', {
    refuses: 'A provider without a kubeconfig, or with one that cannot be read.',
    source: 'https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/',
  }),
  connectionRule('kubernetes.provider.server', 'server', {
    refuses: 'A kubeconfig of a cluster that does not exist.',
    source: 'https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/',
  }),
  connectionRule('kubernetes.provider.endpoint', 'endpoint', {
    refuses: 'A cluster whose API server is reached from inside its network only.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html',
  }),
  connectionRule('kubernetes.provider.authority', 'authority', {
    refuses: "A kubeconfig with another certificate authority than the cluster's.",
    source: 'https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#Cluster',
  }),
  connectionRule('kubernetes.provider.caller', 'caller', {
    refuses: 'A caller whom the cluster does not know, or who may not do it.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html',
  }),
  deleteRule<AnyType>({
    id: 'kubernetes.provider.gone',
    refuses: 'To delete what is in a cluster when the cluster, or the way into it, is gone already.',
    source: 'https://www.pulumi.com/docs/iac/concepts/options/dependson/',
    types,
    check: ({ cloud, config }) => {
      if (config.deleteUnreachable === true) return undefined;
      const connection = connect(cloud, config);
      return 'why' in connection ? `${unreachable}: ${connection.why}` : undefined;
    },
  }),
];
