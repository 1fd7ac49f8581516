import type * as lb from '@pulumi/aws/lb';
import * as wafv2 from '@pulumi/aws/wafv2';
import type * as pulumi from '@pulumi/pulumi';
import type { AwsScope } from './foundation';

/**
 * Rules that would refuse what the service's contract takes, so that they only count: bodies of up to 64 KiB (theirs end at
 * 8), paths of 4,300 digits (1,024), keys that end like files (.ini, .log), and clients that do not name themselves. Source:
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
 */
const counted = [
  'SizeRestrictions_BODY',
  'SizeRestrictions_URIPATH',
  'RestrictedExtensions_URIPATH',
  'NoUserAgent_HEADER',
];

/** AWS's common rules in front of a load balancer. What looks like an attack gets 403 before it reaches the service. */
export function createFirewall(
  name: string,
  { names, balancer }: { names: AwsScope['names']; balancer: lb.LoadBalancer },
  options: pulumi.CustomResourceOptions,
): void {
  const visible = (metricName: string) => ({
    metricName,
    cloudwatchMetricsEnabled: true,
    sampledRequestsEnabled: true,
  });
  const acl = new wafv2.WebAcl(
    name,
    {
      name: names('webAcl', name),
      description: `in front of ${name}`,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      rules: [
        {
          name: 'common',
          priority: 0,
          // The group's own decisions, but for those below.
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: {
              vendorName: 'AWS',
              name: 'AWSManagedRulesCommonRuleSet',
              ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
            },
          },
          visibilityConfig: visible('common'),
        },
      ],
      visibilityConfig: visible(names('webAcl', name)),
    },
    options,
  );
  new wafv2.WebAclAssociation(name, { resourceArn: balancer.arn, webAclArn: acl.arn }, options);
}
