import type { PolicyResource, PolicyStack } from './policy-resource';
import type { Finding, PolicyRule } from './policy-rule';
import { rules as allRules } from './rules';

export type Violation = {
  readonly rule: PolicyRule;
  readonly resource: PolicyResource;
  /** Names the resource, the property, what is allowed and the policy. */
  readonly message: string;
};

/** What the rules find in a stack, in their order. */
export async function judge(stack: PolicyStack, rules: readonly PolicyRule[] = allRules): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const rule of rules) {
    for (const { resource, ...finding } of await findAll(rule, stack)) {
      violations.push({ rule, resource, message: `${resource.type} ${resource.name}: ${describe(rule, finding)}` });
    }
  }
  return violations;
}

function describe({ id, forbids, source }: PolicyRule, { property, must }: Finding): string {
  return `${property} must ${must} [policy ${id}: ${forbids} ${source}]`;
}

async function findAll(
  rule: PolicyRule,
  stack: PolicyStack,
): Promise<readonly (Finding & { resource: PolicyResource })[]> {
  if ('checkStack' in rule) return rule.checkStack(stack);
  const judged = stack.resources
    .filter(({ type }) => rule.types.includes(type))
    .map(async (resource) => (await rule.check(resource)).map((finding) => ({ ...finding, resource })));
  return (await Promise.all(judged)).flat();
}
