import type { Bag } from '../protocol/values';
import { applyRule, type Rule } from '../rules';
import { type Brought, findBrought } from './brought';
import { kinds, tokenOf } from './kinds';
import type { KubeObject } from './objects';
import { releaseHandle } from './release-handle';

/**
 * A rule about objects of some kinds, whatever brings them: a resource of Pulumi or a chart. The check sees each of them with
 * all the others that are or will be there.
 */
export function objectRule(rule: {
  id: string;
  refuses: string;
  source: string;
  /** Default: every kind. */
  kinds?: readonly string[];
  check(object: KubeObject, brought: Brought): string | readonly string[] | undefined;
}): Rule {
  const judged = kinds.filter(({ kind }) => rule.kinds === undefined || rule.kinds.includes(kind));
  return applyRule<{ token: string; typesOf?: { args: Bag; outputs: Bag } }>({
    id: rule.id,
    refuses: rule.refuses,
    source: rule.source,
    types: [...judged.map((kind) => ({ token: tokenOf(kind) })), { token: releaseHandle.token }],
    check: async (application) => {
      const brought = await findBrought(application);
      return (brought?.objects ?? [])
        .filter(({ kind }) => rule.kinds === undefined || rule.kinds.includes(kind))
        .flatMap((object) => rule.check(object, brought as Brought) ?? []);
    },
  });
}

/** `Deployment.apps "orders"`, as the API server names an object in its errors. */
export function nameOf({ apiVersion, kind, metadata }: KubeObject): string {
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
  return `${kind}${group} "${metadata.name}"`;
}

/** The API server's answer to an object with a wrong field. */
export function invalid(object: KubeObject, path: string, why: string): string {
  return `${nameOf(object)} is invalid: ${path}: Invalid value: ${why}`;
}
