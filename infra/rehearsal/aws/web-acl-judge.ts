import type { FrontAnswer, FrontRequest } from '../runtime/runtime';
import { answerAsLoadBalancer } from './listener-answers';
import type { WebAclArgs, WebAclRule } from './web-acl';

/**
 * The rules of the common rule set that a request's shape alone decides. Those that look for attacks in texts are not rehearsed.
 * Source: https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html#aws-managed-rule-groups-baseline-crs
 */
const commonRules: Readonly<Record<string, (request: FrontRequest) => boolean>> = {
  NoUserAgent_HEADER: ({ headers }) => headers['user-agent'] === undefined || headers['user-agent'] === '',
  UserAgent_BadBots_HEADER: ({ headers }) => /nessus|nmap/i.test(String(headers['user-agent'] ?? '')),
  SizeRestrictions_QUERYSTRING: ({ query }) => query.length > 2_048,
  SizeRestrictions_Cookie_HEADER: ({ headers }) => String(headers.cookie ?? '').length > 10_240,
  SizeRestrictions_BODY: ({ bodyBytes }) => bodyBytes > 8_192,
  SizeRestrictions_URIPATH: ({ path }) => path.length > 1_024,
  RestrictedExtensions_URIPATH: ({ path }) => /\.(log|ini|conf|cfg|backup|bak|sql)$/i.test(path),
};

const commonSet = 'AWSManagedRulesCommonRuleSet';

/** What a web ACL answers instead of the load balancer; undefined lets the request through. */
export function judgeRequest(acl: WebAclArgs, request: FrontRequest): FrontAnswer | undefined {
  const rules = [...(acl.rules ?? [])].sort((a, b) => a.priority - b.priority);
  const isBlocked = rules.some((rule) => blocks(rule, request)) || acl.defaultAction.block !== undefined;
  return isBlocked ? answerAsLoadBalancer(403, 'Forbidden') : undefined;
}

function blocks({ overrideAction, statement }: WebAclRule, request: FrontRequest): boolean {
  const group = statement.managedRuleGroupStatement;
  if (group?.name !== commonSet || overrideAction?.count !== undefined) return false;
  return Object.entries(commonRules).some(([name, applies]) => {
    const override = group.ruleActionOverrides?.find((candidate) => candidate.name === name)?.actionToUse;
    return (override === undefined || override.block !== undefined) && applies(request);
  });
}

/** What is never evaluated, in words. */
export function unjudged(rules: readonly WebAclRule[]): string[] {
  return rules.map(({ name, statement }) =>
    statement.managedRuleGroupStatement?.name === commonSet
      ? `the rules of ${commonSet} about attacks in texts`
      : `its rule ${name}`,
  );
}
