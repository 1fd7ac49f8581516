import type { PolicyResource, PolicyStack } from './policy-resource';
import { readPath } from './read-inputs';

type RuleText = {
  /** In kebab-case: the policy's name in the pack. */
  readonly id: string;
  /** One sentence: what is not allowed. */
  readonly forbids: string;
  /** Link to why, or to what the property does. */
  readonly source: string;
  /** `mandatory` stops a deployment, `advisory` is only told. */
  readonly level: 'mandatory' | 'advisory';
  readonly types: readonly string[];
};

/** What is wrong: the property, and how it must be, as the rest of a sentence that begins with the property. Never a secret. */
export type Finding = { readonly property: string; readonly must: string };

/** Rules that look up what an action of a cloud knows take their time. */
type Findings<F> = readonly F[] | Promise<readonly F[]>;

/** Judged from one resource alone. */
export type ResourceRule = RuleText & {
  check(resource: PolicyResource): Findings<Finding>;
  /** Only where it is known which values Pulumi keeps encrypted: the pack is handed them in plain. */
  readonly needsSecretMarks?: true;
};

export type StackFinding = Finding & { readonly resource: PolicyResource };

/** Judged from several resources of the stack. */
export type StackRule = RuleText & { checkStack(stack: PolicyStack): Findings<StackFinding> };

export type PolicyRule = ResourceRule | StackRule;

type ValueRule = Omit<RuleText, 'level'> & {
  /** Such as `settings.ipConfiguration.sslMode`. */
  property: string;
  /** What may stand there; with `undefined` among them it may be left out. */
  allowed: readonly unknown[];
};

/** One property with few allowed values. */
export function valueRule({ property, allowed, ...text }: ValueRule): ResourceRule {
  return {
    ...text,
    level: 'mandatory',
    check: ({ inputs }) =>
      allowed.includes(readPath(inputs, property)) ? [] : [{ property, must: `be ${describeAllowed(allowed)}` }],
  };
}

function describeAllowed(allowed: readonly unknown[]): string {
  return allowed.map((value) => (value === undefined ? 'unset' : String(value))).join(' or ');
}

/** Those of the stack that are of one of these types. */
export function ofTypes({ resources }: PolicyStack, types: readonly string[]): PolicyResource[] {
  return resources.filter(({ type }) => types.includes(type));
}
