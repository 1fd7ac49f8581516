import type { PolicyStack } from './policy-resource';
import { readDefaultTags } from './provider-tags';

/** What the rules need of a resource in the state. */
export type StateResource = {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
  /** URN. */
  readonly provider?: string;
};

/** A deployed stack, as the rules see it. */
export function stackOfGraph(nodes: readonly StateResource[], isProtected: boolean): PolicyStack {
  const inputsOf = new Map(nodes.map(({ urn, inputs }) => [urn, inputs]));
  const resources = nodes
    .filter(({ custom }) => custom)
    .map(({ urn, type, name, inputs, protect, provider = '' }) => ({
      urn,
      type,
      name,
      inputs,
      isProtected: protect,
      defaultTags: readDefaultTags(inputsOf.get(provider)),
    }));
  return { resources, isProtected: isProtected || resources.some((resource) => resource.isProtected) };
}
