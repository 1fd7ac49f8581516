import type { PolicyResource } from '../policy-resource';

/** A stack in a few words: its resources, and whether it is protected. */
export type StackCase = { resources: readonly PolicyResource[]; isProtected?: boolean };

/** What a rule must find, and what it must let pass; each failing case has exactly one finding. */
export type RuleCases = { fails: readonly StackCase[]; passes: readonly StackCase[] };

/** By the rule's id. */
export type Cases = Readonly<Record<string, RuleCases>>;

let count = 0;

/** A stack of this resource and others. */
export function given(
  type: string,
  inputs: Record<string, unknown>,
  more: { others?: readonly StackCase[]; isProtected?: boolean; defaultTags?: Record<string, string> } = {},
): StackCase {
  count += 1;
  const name = `resource-${count}`;
  const { others = [], isProtected = false, defaultTags = {} } = more;
  const resource = { urn: `urn:pulumi:s::p::${type}::${name}`, type, name, inputs, isProtected: false, defaultTags };
  return { resources: [resource, ...others.flatMap(({ resources }) => resources)], isProtected };
}

/** The same resource once with each of these inputs over the others. */
export function variants(
  type: string,
  inputs: Record<string, unknown>,
  changes: readonly Record<string, unknown>[],
): StackCase[] {
  return changes.map((change) => given(type, { ...inputs, ...change }));
}

export const digest = `sha256:${'a'.repeat(64)}`;
export const pinnedImage = `registry.example/service@${digest}`;
