import type { WebAclRule } from './web-acl';

type Statement = WebAclRule['statement'];

/**
 * Web ACL capacity units of the groups that AWS manages, by name.
 * Source: https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 */
const managedGroups: Readonly<Record<string, number>> = {
  AWSManagedRulesACFPRuleSet: 50,
  AWSManagedRulesATPRuleSet: 50,
  AWSManagedRulesAdminProtectionRuleSet: 100,
  AWSManagedRulesAmazonIpReputationList: 25,
  AWSManagedRulesAnonymousIpList: 50,
  AWSManagedRulesAntiDDoSRuleSet: 50,
  AWSManagedRulesBotControlRuleSet: 50,
  AWSManagedRulesCommonRuleSet: 700,
  AWSManagedRulesKnownBadInputsRuleSet: 200,
  AWSManagedRulesLinuxRuleSet: 200,
  AWSManagedRulesPHPRuleSet: 100,
  AWSManagedRulesSQLiRuleSet: 200,
  AWSManagedRulesUnixRuleSet: 100,
  AWSManagedRulesWindowsRuleSet: 200,
  AWSManagedRulesWordPressRuleSet: 100,
};

export const managedGroupNames = Object.keys(managedGroups);

/** What a statement costs alone. Source: https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html */
const perStatement: Readonly<Partial<Record<keyof Statement, number>>> = {
  asnMatchStatement: 1,
  byteMatchStatement: 10,
  geoMatchStatement: 1,
  ipSetReferenceStatement: 1,
  labelMatchStatement: 1,
  rateBasedStatement: 2,
  regexMatchStatement: 3,
  regexPatternSetReferenceStatement: 25,
  sizeConstraintStatement: 1,
  sqliMatchStatement: 20,
  xssMatchStatement: 40,
};

/** Units of a rule's statement with all that is inside of it. */
export function capacityOf(statement: Statement): number {
  const group = statement.managedRuleGroupStatement?.name;
  if (group !== undefined) return managedGroups[group] ?? 0;
  const own = Object.entries(perStatement).reduce(
    (sum, [kind, units]) => sum + (statement[kind as keyof Statement] === undefined ? 0 : units),
    0,
  );
  return own + innerOf(statement).reduce((sum, inner) => sum + capacityOf(inner), 0);
}

function innerOf({ andStatement, orStatement, notStatement, rateBasedStatement }: Statement): Statement[] {
  return [
    ...(andStatement?.statements ?? []),
    ...(orStatement?.statements ?? []),
    ...(notStatement?.statement ? [notStatement.statement] : []),
    ...(rateBasedStatement?.scopeDownStatement ? [rateBasedStatement.scopeDownStatement] : []),
  ] as Statement[];
}
