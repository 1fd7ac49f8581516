import type { PolicyRule } from './policy-rule';
import { listOf, readPath, recordsOf } from './read-inputs';

/** Permissions in a cluster that are wider than any task. */
export const wildcardKubernetes: readonly PolicyRule[] = [
  {
    id: 'kubernetes-no-wildcard-role',
    forbids: 'A role must name its verbs and resources.',
    source: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege',
    level: 'mandatory',
    types: ['kubernetes:rbac.authorization.k8s.io/v1:Role', 'kubernetes:rbac.authorization.k8s.io/v1:ClusterRole'],
    check: ({ inputs: { rules } }) =>
      recordsOf(rules).flatMap((rule, index) =>
        ['verbs', 'resources', 'apiGroups'].flatMap((key) =>
          listOf(rule[key]).includes('*') ? [{ property: `rules[${index}].${key}`, must: 'name them, not `*`' }] : [],
        ),
      ),
  },
  {
    id: 'kubernetes-no-administrators',
    forbids: 'Nothing that runs in a cluster may administer it.',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles',
    level: 'mandatory',
    types: [
      'kubernetes:rbac.authorization.k8s.io/v1:RoleBinding',
      'kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding',
    ],
    check: ({ inputs }) =>
      readPath(inputs, 'roleRef.name') === 'cluster-admin'
        ? [{ property: 'roleRef.name', must: 'be a role for the task' }]
        : [],
  },
];
