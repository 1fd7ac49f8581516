import { createFakeRuntime } from './testing/fake-runtime';
import { secureSetup } from './testing/load-balancer-setup';
import { applySetup, createAwsWorld, type Mutation, testMutations, text } from './testing/setup';

const options = () => ({ runtime: createFakeRuntime() });
const visibilityConfig = { cloudwatchMetricsEnabled: true, metricName: 'common', sampledRequestsEnabled: true };

function managed(name: string, priority: number, more: object = { overrideAction: { none: {} } }) {
  const statement = { managedRuleGroupStatement: { name: `AWSManagedRules${name}`, vendorName: 'AWS' } };
  return { name, priority, statement, visibilityConfig, ...more };
}

const mutations: Mutation[] = [
  { rule: 'aws.wafv2.scope', what: 'an unknown scope', resource: 'firewall', inputs: { scope: 'GLOBAL' } },
  { rule: 'aws.wafv2.scope', what: 'CloudFront in Frankfurt', resource: 'firewall', inputs: { scope: 'CLOUDFRONT' } },
  { rule: 'aws.wafv2.name', what: 'a space', resource: 'firewall', inputs: { name: 'fire wall' } },
  ...[
    { rule: 'aws.wafv2.rule-priorities', rules: [managed('CommonRuleSet', 1), managed('SQLiRuleSet', 1)] },
    { rule: 'aws.wafv2.rule-action', rules: [managed('CommonRuleSet', 1, { action: { block: {} } })] },
    { rule: 'aws.wafv2.managed-group', rules: [managed('CoreRuleSet', 1)] },
    {
      rule: 'aws.wafv2.capacity',
      rules: Array.from({ length: 8 }, (_, index) => ({ ...managed('CommonRuleSet', index), name: `common-${index}` })),
    },
    {
      rule: 'aws.wafv2.rate-limit',
      rules: [
        {
          ...managed('CommonRuleSet', 1, { action: { block: {} } }),
          statement: { rateBasedStatement: { limit: 5, aggregateKeyType: 'IP' } },
        },
      ],
    },
  ].map(({ rule, rules }): Mutation => ({ rule, what: 'such rules', resource: 'firewall', inputs: { rules } })),
  {
    rule: 'aws.wafv2.rule-action',
    what: 'no default',
    resource: 'firewall',
    inputs: { defaultAction: {} },
  },
  {
    rule: 'aws.wafv2.association',
    what: 'a missing load balancer',
    resource: 'firewall-association',
    inputs: { resourceArn: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/a/0' },
  },
  {
    rule: 'aws.wafv2.association-twice',
    what: 'a second web ACL',
    resource: 'again',
    add: {
      token: 'aws:wafv2/webAclAssociation:WebAclAssociation',
      name: 'again',
      inputs: (made) => ({
        webAclArn: text(made, 'other-firewall', 'arn'),
        resourceArn: text(made, 'balancer', 'arn'),
      }),
    },
  },
];

describe('the rules of aws.wafv2', () => {
  const other = secureSetup
    .filter(({ name }) => name === 'firewall')
    .map((step) => ({ ...step, name: 'other-firewall' }));
  testMutations([...secureSetup, ...other], mutations, options);
});

describe('a web ACL', () => {
  const body = { 'user-agent': 'test' };
  const request = { method: 'POST', path: '/', query: '', host: 'beer.example.org', remoteAddress: '192.0.2.1' };

  test.each([
    ['a small body', {}, undefined, 0, true],
    ['a body above 8 KB', {}, undefined, 8_193, false],
    ['a body above 8 KB where that is only counted', {}, { count: {} }, 8_193, true],
    ['a body above 8 KB where all is only counted', { overrideAction: { count: {} } }, undefined, 8_193, true],
  ])('judges %s', async (_, more, actionToUse, bodyBytes, passes) => {
    const { runtime } = options();
    const rule = managed('CommonRuleSet', 1, { overrideAction: { none: {} }, ...more });
    const overrides = actionToUse ? [{ name: 'SizeRestrictions_BODY', actionToUse }] : [];
    const group = { ...rule.statement.managedRuleGroupStatement, ruleActionOverrides: overrides };
    const rules = [{ ...rule, statement: { managedRuleGroupStatement: group } }];
    await applySetup(createAwsWorld({ runtime }), secureSetup, { of: 'firewall', inputs: { rules } });
    const front = runtime.fronts.find(({ scheme }) => scheme === 'https');
    const answer = front?.answer?.({ ...request, headers: body, bodyBytes });
    expect(answer).toEqual(passes ? { pool: expect.any(String) } : expect.objectContaining({ status: 403 }));
  });

  test('blocks who says nothing of himself, and costs what its rules cost', async () => {
    const { runtime } = options();
    const world = createAwsWorld({ runtime });
    const made = await applySetup(world, secureSetup);
    expect(made.firewall).toMatchObject({ capacity: 702 });
    const [front] = runtime.fronts;
    expect(front?.answer?.({ ...request, headers: {}, bodyBytes: 0 })).toMatchObject({ status: 403 });
    await expect(world.destroy('firewall')).rejects.toThrow('WAFAssociatedItemException');
    await world.destroy('firewall-association');
    expect(front?.answer?.({ ...request, headers: {}, bodyBytes: 0 })).not.toMatchObject({ status: 403 });
  });
});
