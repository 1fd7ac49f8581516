import { applyRule, inputRule } from '../rules';
import { loadBalancer } from './load-balancer';
import { webAcl, webAclAssociation } from './web-acl';
import { capacityOf, managedGroupNames } from './web-acl-capacity';

const source = 'https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html';
const associations = 'https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-associating-aws-resource.html';
const mostUnits = 5_000;

export const webAclRules = [
  inputRule({
    id: 'aws.wafv2.scope',
    refuses: 'A web ACL of a scope that does not exist, or one for CloudFront outside of us-east-1.',
    source,
    types: webAcl,
    check: ({ inputs, place }) => {
      if (!['CLOUDFRONT', 'REGIONAL'].includes(inputs.scope)) {
        return `expected scope to be one of ["CLOUDFRONT" "REGIONAL"], got ${inputs.scope}`;
      }
      return inputs.scope === 'CLOUDFRONT' && place.region !== 'us-east-1'
        ? 'WAFInvalidParameterException: Error reason: The scope is not valid., field: SCOPE_VALUE, parameter: CLOUDFRONT (scope CLOUDFRONT needs the region us-east-1)'
        : undefined;
    },
  }),
  inputRule({
    id: 'aws.wafv2.name',
    refuses: 'A web ACL whose name, or whose metric, has other characters than letters, digits, _ and -, or too many.',
    source,
    types: webAcl,
    check: ({ inputs }) => {
      if (!/^[\w-]{1,128}$/.test(inputs.name ?? ''))
        return 'invalid value for name (must have 1 to 128 letters, digits, underscores and hyphens)';
      const metrics = [inputs.visibilityConfig, ...(inputs.rules ?? []).map((rule) => rule.visibilityConfig)];
      const wrong = metrics.find(({ metricName }) => !/^[\w#:./-]{1,128}$/.test(metricName));
      return wrong && `invalid value for visibilityConfig.metricName: ${wrong.metricName}`;
    },
  }),
  inputRule({
    id: 'aws.wafv2.rule-priorities',
    refuses: 'Two rules of a web ACL with one priority or name.',
    source: 'https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-processing-order.html',
    types: webAcl,
    check: ({ inputs }) => {
      const rules = inputs.rules ?? [];
      const twice = rules.find((rule, index) => rules.findIndex((other) => other.priority === rule.priority) !== index);
      if (twice)
        return `WAFInvalidParameterException: Error reason: The rules must have unique priorities: ${twice.priority} is there twice, field: RULE (rules.priority)`;
      const named = rules.find((rule, index) => rules.findIndex((other) => other.name === rule.name) !== index);
      return named && `WAFDuplicateItemException: the rule name ${named.name} is there twice (rules.name)`;
    },
  }),
  inputRule({
    id: 'aws.wafv2.rule-action',
    refuses:
      'A rule without the one action of its kind: overrideAction for groups of rules, action for all others; the same of the default.',
    source: 'https://docs.aws.amazon.com/waf/latest/APIReference/API_Rule.html',
    types: webAcl,
    check: ({ inputs }) => {
      const { allow, block } = inputs.defaultAction;
      const wrong = (inputs.rules ?? []).filter(({ action, overrideAction, statement }) => {
        const isGroup =
          statement.managedRuleGroupStatement !== undefined || statement.ruleGroupReferenceStatement !== undefined;
        return isGroup
          ? overrideAction === undefined || action !== undefined
          : action === undefined || overrideAction !== undefined;
      });
      return [
        ...((allow === undefined) === (block === undefined)
          ? [
              'WAFInvalidParameterException: Error reason: You have used none or multiple values for a field that requires exactly one value., field: DEFAULT_ACTION (defaultAction)',
            ]
          : []),
        ...wrong.map(
          ({ name }) =>
            `WAFInvalidParameterException: Error reason: A reference in your rule statement is not valid., field: RULE, parameter: ${name} (a group of rules needs overrideAction, any other statement action)`,
        ),
      ];
    },
  }),
  inputRule({
    id: 'aws.wafv2.managed-group',
    refuses: 'A group of rules that AWS does not manage.',
    source: 'https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html',
    types: webAcl,
    check: ({ inputs }) =>
      (inputs.rules ?? [])
        .flatMap(({ statement }) => statement.managedRuleGroupStatement ?? [])
        .filter(({ name, vendorName }) => vendorName === 'AWS' && !managedGroupNames.includes(name))
        .map(
          ({ name }) =>
            `WAFNonexistentItemException: AWS WAF couldn't perform the operation because your resource doesn't exist. (managedRuleGroupStatement.name ${name} must be one of ${managedGroupNames.join(', ')})`,
        ),
  }),
  inputRule({
    id: 'aws.wafv2.rate-limit',
    refuses: 'A limit of requests outside of 10 to 2,000,000,000.',
    source: 'https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html',
    types: webAcl,
    check: ({ inputs }) =>
      (inputs.rules ?? [])
        .flatMap(({ statement }) => statement.rateBasedStatement?.limit ?? [])
        .filter((limit) => limit < 10 || limit > 2_000_000_000)
        .map((limit) => `expected rateBasedStatement.limit to be in the range (10 - 2000000000), got ${limit}`),
  }),
  inputRule({
    id: 'aws.wafv2.capacity',
    refuses: 'A web ACL that costs more than 5,000 capacity units.',
    source: 'https://docs.aws.amazon.com/waf/latest/developerguide/limits.html',
    types: webAcl,
    check: ({ inputs }) => {
      const units = (inputs.rules ?? []).reduce((sum, { statement }) => sum + capacityOf(statement), 0);
      return units > mostUnits
        ? `WAFLimitsExceededException: AWS WAF couldn't perform the operation because you exceeded your resource limit. (the rules cost ${units} capacity units, of at most ${mostUnits})`
        : undefined;
    },
  }),
  applyRule({
    id: 'aws.wafv2.association',
    refuses: 'An association of a web ACL or a load balancer that is not there, or is of another scope or region.',
    source: associations,
    types: webAclAssociation,
    check: ({ inputs, cloud }) => {
      const acl = cloud.findBy(webAcl, 'arn', inputs.webAclArn);
      const balancer = cloud.find(loadBalancer, inputs.resourceArn);
      if (!acl || (!balancer && inputs.resourceArn.includes(':loadbalancer/'))) {
        return `WAFNonexistentItemException: AWS WAF couldn't perform the operation because your resource doesn't exist. (${acl ? 'resourceArn' : 'webAclArn'})`;
      }
      if (!balancer) return `not simulated: a web ACL before ${inputs.resourceArn} (resourceArn)`;
      return acl.inputs.scope === 'REGIONAL' && acl.place.region === balancer.place.region
        ? undefined
        : "WAFInvalidParameterException: Error reason: The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes., field: RESOURCE_ARN (webAclArn must be of the scope REGIONAL and of the same region)";
    },
  }),
  applyRule({
    id: 'aws.wafv2.association-twice',
    refuses:
      'A second web ACL of a load balancer: AWS takes it, and the first one silently stands before nothing any more.',
    source: associations,
    types: webAclAssociation,
    check: ({ id, inputs, cloud }) => {
      const other = cloud
        .list(webAclAssociation)
        .find((candidate) => candidate.id !== id && candidate.inputs.resourceArn === inputs.resourceArn);
      return (
        other && `the association "${other.name}" has a web ACL before ${inputs.resourceArn} already (resourceArn)`
      );
    },
  }),
];
