import type { PolicyResource as PackResource, Policies, PolicyProviderResource } from '@pulumi/policy';
import * as pulumi from '@pulumi/pulumi';
import type { PolicyResource } from './policy-resource';
import type { Finding, PolicyRule, ResourceRule, StackRule } from './policy-rule';
import { readDefaultTags } from './provider-tags';

/** One policy for each rule. Rules that must know what is encrypted are left out: a pack is handed every value in plain. */
export function policiesOf(rules: readonly PolicyRule[]): Policies {
  return rules
    .filter((rule) => !('needsSecretMarks' in rule))
    .map((rule) => ({
      name: rule.id,
      description: `${rule.forbids} ${rule.source}`,
      enforcementLevel: rule.level,
      ...('checkStack' in rule ? { validateStack: stackValidation(rule) } : { validateResource: validation(rule) }),
    })) as Policies;
}

type Judged = {
  urn: string;
  type: string;
  name: string;
  props: Record<string, unknown>;
  opts: { protect: boolean };
  provider?: PolicyProviderResource;
};
type Report = (message: string, urn?: string) => void;

function validation(rule: ResourceRule) {
  return async (args: Judged, report: Report): Promise<void> => {
    if (!rule.types.includes(args.type)) return;
    for (const finding of await rule.check(resourceOf(args))) report(messageOf(finding));
  };
}

function stackValidation(rule: StackRule) {
  return async ({ resources: all }: { resources: PackResource[] }, report: Report): Promise<void> => {
    const resources = all.map(resourceOf);
    const isProtected = isProtectedByConfig() || resources.some((resource) => resource.isProtected);
    for (const { resource, ...finding } of await rule.checkStack({ resources, isProtected })) {
      report(messageOf(finding), resource.urn);
    }
  };
}

/** A value that is not known yet throws when it is read: @pulumi/policy tells that the policy could not be judged. */
function resourceOf({ urn, type, name, props, opts, provider }: Judged): PolicyResource {
  return {
    urn,
    type,
    name,
    inputs: props,
    isProtected: opts.protect,
    // Google's own labels are needed where they are labels, AWS's tags are in the inputs already.
    defaultTags: readDefaultTags(provider?.props),
  };
}

/** Engines that start packs through their language host give no configuration: then a protected resource tells. */
function isProtectedByConfig(): boolean {
  return new pulumi.Config('taproom').get('protect') === 'true';
}

/** The engine adds the resource, the policy and its description. */
function messageOf({ property, must }: Finding): string {
  return `${property} must ${must}`;
}
