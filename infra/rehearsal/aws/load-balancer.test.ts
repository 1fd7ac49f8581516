import { createFakeRuntime } from './testing/fake-runtime';
import { loadBalancerSetup, secureSetup } from './testing/load-balancer-setup';
import { applySetup, createAwsWorld, type Made, type Mutation, testMutations, text } from './testing/setup';

const options = () => ({ runtime: createFakeRuntime() });
const forwardTo = (targetGroups: { arn: string; weight?: number }[]) => [
  { type: 'forward', forward: { targetGroups } },
];

const balancerMutations: Mutation[] = [
  {
    rule: 'aws.elb.type',
    what: 'a network load balancer',
    resource: 'balancer',
    inputs: { loadBalancerType: 'network' },
  },
  { rule: 'aws.elb.load-balancer-name', what: '33 characters', resource: 'balancer', inputs: { name: 'b'.repeat(33) } },
  { rule: 'aws.elb.load-balancer-name', what: 'a final hyphen', resource: 'balancer', inputs: { name: 'b-' } },
  { rule: 'aws.elb.load-balancer-name', what: 'an underscore', resource: 'balancer', inputs: { name: 'b_b' } },
  { rule: 'aws.elb.load-balancer-name', what: 'internal-', resource: 'balancer', inputs: { name: 'internal-b' } },
  { rule: 'aws.elb.timeouts', what: 'no idle timeout', resource: 'balancer', inputs: { idleTimeout: 0 } },
  {
    rule: 'aws.elb.subnets-given',
    what: 'subnets given twice',
    resource: 'balancer',
    inputs: (made) => ({ subnetMappings: [{ subnetId: text(made, 'public-a') }] }),
  },
  {
    rule: 'aws.elb.subnets',
    what: 'one subnet',
    resource: 'balancer',
    inputs: (made) => ({ subnets: [text(made, 'public-a')] }),
  },
  {
    rule: 'aws.elb.subnets',
    what: 'two subnets in one zone',
    resource: 'balancer',
    of: 'public-b',
    inputs: { availabilityZone: 'eu-central-1a' },
  },
  {
    rule: 'aws.elb.subnets',
    what: 'a subnet that is not there',
    resource: 'balancer',
    inputs: { subnets: ['subnet-0'] },
  },
  {
    rule: 'aws.elb.subnet-size',
    what: 'a subnet of 16 addresses',
    resource: 'balancer',
    of: 'public-a',
    inputs: { cidrBlock: '10.0.0.0/28' },
  },
  {
    rule: 'aws.elb.internet-gateway',
    what: 'a VPC without a way to the internet',
    resource: 'balancer',
    of: 'gateway',
    inputs: { vpcId: undefined },
  },
  {
    rule: 'aws.elb.security-groups',
    what: 'a missing security group',
    resource: 'balancer',
    inputs: { securityGroups: ['sg-00000000000000000'] },
  },
  {
    rule: 'aws.elb.target-group-name',
    what: 'a hyphen before the name',
    resource: 'blue',
    inputs: { name: '-blue' },
  },
  {
    rule: 'aws.elb.target-type',
    what: 'targets that are machines',
    resource: 'blue',
    inputs: { targetType: 'instance' },
  },
  { rule: 'aws.elb.target-group-needs', what: 'a group without a port', resource: 'blue', inputs: { port: undefined } },
  { rule: 'aws.elb.target-group-needs', what: 'a group without a VPC', resource: 'blue', inputs: { vpcId: undefined } },
  { rule: 'aws.elb.target-group-protocol', what: 'TCP', resource: 'blue', inputs: { protocol: 'TCP' } },
  { rule: 'aws.elb.target-group-vpc', what: 'a missing VPC', resource: 'blue', inputs: { vpcId: 'vpc-0' } },
  {
    rule: 'aws.elb.health-check-limits',
    what: 'a check each 4 s',
    resource: 'blue',
    inputs: { healthCheck: { interval: 4, timeout: 2 } },
  },
  {
    rule: 'aws.elb.health-check-limits',
    what: 'one failure',
    resource: 'blue',
    inputs: { healthCheck: { unhealthyThreshold: 1 } },
  },
  {
    rule: 'aws.elb.health-check-timeout',
    what: 'a timeout as long as the interval',
    resource: 'blue',
    inputs: { healthCheck: { interval: 5 } },
  },
  ...[{ path: 'ready' }, { matcher: '200-599' }, { matcher: 'ok' }, { protocol: 'TCP' }, { port: 'http' }].map(
    (healthCheck): Mutation => ({
      rule: 'aws.elb.health-check-request',
      what: JSON.stringify(healthCheck),
      resource: 'blue',
      inputs: { healthCheck },
    }),
  ),
  { rule: 'aws.elb.listener-protocol', what: 'TCP', resource: 'http', inputs: { protocol: 'TCP' } },
  { rule: 'aws.elb.listener-protocol', what: 'no port', resource: 'http', inputs: { port: undefined } },
  {
    rule: 'aws.elb.listener-twice',
    what: 'a second listener of a port',
    resource: 'again',
    add: {
      token: 'aws:lb/listener:Listener',
      name: 'again',
      inputs: (made) => ({
        loadBalancerArn: text(made, 'balancer'),
        port: 80,
        defaultActions: [{ type: 'forward', targetGroupArn: text(made, 'green') }],
      }),
    },
  },
  {
    rule: 'aws.elb.listener-twice',
    what: 'a missing load balancer',
    resource: 'http',
    inputs: { loadBalancerArn: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/a/0' },
  },
  {
    rule: 'aws.elb.forward-target-group',
    what: 'a missing target group',
    resource: 'http',
    inputs: { defaultActions: [{ type: 'forward', targetGroupArn: 'arn:nothing' }] },
  },
  {
    rule: 'aws.elb.forward-weights',
    what: 'a weight of 1000',
    resource: 'http',
    inputs: (made) => ({ defaultActions: forwardTo([{ arn: text(made, 'blue'), weight: 1_000 }]) }),
  },
  {
    rule: 'aws.elb.forward-weights',
    what: 'six groups',
    resource: 'http',
    inputs: { defaultActions: forwardTo(['a', 'b', 'c', 'd', 'e', 'f'].map((arn) => ({ arn }))) },
  },
  {
    rule: 'aws.elb.target-group-shared',
    what: 'one group behind two load balancers',
    resource: 'second-http',
    add: {
      token: 'aws:lb/listener:Listener',
      name: 'second-http',
      inputs: (made) => ({
        loadBalancerArn: text(made, 'second'),
        port: 80,
        defaultActions: [{ type: 'forward', targetGroupArn: text(made, 'blue') }],
      }),
    },
  },
];

const withSecond = [
  ...loadBalancerSetup,
  {
    token: 'aws:lb/loadBalancer:LoadBalancer',
    name: 'second',
    inputs: (made: Made) => ({ subnets: [text(made, 'public-a'), text(made, 'public-b')] }),
  },
];

describe('the rules of aws.elb', () => {
  testMutations(withSecond, balancerMutations, options);
});

const secureMutations: Mutation[] = [
  {
    rule: 'aws.elb.listener-certificate',
    what: 'HTTPS without a certificate',
    resource: 'https',
    inputs: { certificateArn: undefined },
  },
  {
    rule: 'aws.elb.listener-certificate',
    what: 'HTTP with a certificate',
    resource: 'http',
    inputs: (made) => ({ certificateArn: text(made, 'certificate') }),
  },
  { rule: 'aws.elb.ssl-policy', what: 'an unknown policy', resource: 'https', inputs: { sslPolicy: 'TLS13' } },
  {
    rule: 'aws.elb.certificate-issued',
    what: 'a certificate that nobody waited for',
    resource: 'https',
    without: 'validation',
  },
  {
    rule: 'aws.elb.certificate-issued',
    what: 'a certificate of another region',
    resource: 'https',
    of: 'https',
    inputs: { certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/a' },
  },
  ...[
    { type: 'redirect', redirect: { statusCode: 'HTTP_301' } },
    { type: 'redirect', redirect: { protocol: 'HTTPS', statusCode: '301' } },
    { type: 'fixed-response', fixedResponse: { contentType: 'text/xml', statusCode: '200' } },
    { type: 'fixed-response', fixedResponse: { contentType: 'text/plain', statusCode: '301' } },
    { type: 'forward' },
    { type: 'authenticate-oidc' },
    { type: 'proxy' },
  ].map(
    (action): Mutation => ({
      rule: 'aws.elb.actions',
      what: JSON.stringify(action),
      resource: 'http',
      inputs: { defaultActions: [action] },
    }),
  ),
  { rule: 'aws.elb.rule-priority-range', what: 'a priority of 0', resource: 'rule', inputs: { priority: 0 } },
  { rule: 'aws.elb.rule-conditions', what: 'no condition', resource: 'rule', inputs: { conditions: [] } },
  {
    rule: 'aws.elb.rule-conditions',
    what: 'two conditions in one',
    resource: 'rule',
    inputs: { conditions: [{ hostHeader: { values: ['a'] }, pathPattern: { values: ['/a'] } }] },
  },
  {
    rule: 'aws.elb.rule-conditions',
    what: 'six values',
    resource: 'rule',
    inputs: { conditions: [{ pathPattern: { values: ['/a', '/b', '/c', '/d', '/e', '/f'] } }] },
  },
  {
    rule: 'aws.elb.rule-priority',
    what: 'a priority that is taken',
    resource: 'second',
    add: {
      token: 'aws:lb/listenerRule:ListenerRule',
      name: 'second',
      inputs: (made) => ({
        listenerArn: text(made, 'https'),
        priority: 10,
        conditions: [{ pathPattern: { values: ['/a'] } }],
        actions: [{ type: 'forward', targetGroupArn: text(made, 'blue') }],
      }),
    },
  },
];

describe('the rules of aws.elb about HTTPS and listener rules', () => {
  testMutations(secureSetup, secureMutations, options);
});

describe('a load balancer', () => {
  test('is not deleted while it is protected', async () => {
    const world = createAwsWorld(options());
    await applySetup(world, loadBalancerSetup, { of: 'balancer', inputs: { enableDeletionProtection: true } });
    await expect(world.destroy('balancer')).rejects.toThrow('[rule aws.elb.deletion-protection:');
  });

  test('keeps its subnets, its groups and the internet gateway', async () => {
    const world = createAwsWorld(options());
    await applySetup(world, loadBalancerSetup);
    await expect(world.destroy('public-a')).rejects.toThrow('DependencyViolation');
    await expect(world.destroy('front-group')).rejects.toThrow('DependencyViolation');
    await expect(world.destroy('gateway')).rejects.toThrow(/mapped public address.*aws\.ec2\.internet-gateway-in-use/);
    await world.destroy('http');
    await world.destroy('balancer');
    await world.destroy('gateway');
    await world.destroy('public-a');
  });

  test('takes its listeners and their rules with it', async () => {
    const { runtime } = options();
    const world = createAwsWorld({ runtime });
    await applySetup(world, secureSetup);
    expect(runtime.fronts.map(({ scheme }) => scheme)).toEqual(['http', 'https']);
    await world.destroy('balancer');
    expect(runtime.fronts).toEqual([]);
    await world.destroy('blue');
  });
});

describe('a target group', () => {
  test('is kept by listeners and rules', async () => {
    const world = createAwsWorld(options());
    const made = await applySetup(world, secureSetup);
    const inUse = `ResourceInUse: Target group '${text(made, 'green')}' is currently in use by a listener or a rule`;
    await expect(world.destroy('green')).rejects.toThrow(inUse);
    await world.destroy('rule');
    await world.destroy('green');
  });

  test('is there once by its name', async () => {
    const world = createAwsWorld(options());
    await applySetup(world, loadBalancerSetup, { of: 'blue', inputs: { name: 'tap' } });
    const again = applySetup(createAwsWorld(options()), [
      ...loadBalancerSetup,
      ...loadBalancerSetup
        .filter(({ name }) => name === 'blue')
        .map((step) => ({
          ...step,
          name: 'again',
          inputs: (made: Made) => ({ ...inputsOf(step, made), name: text(made, 'blue', 'name') }),
        })),
    ]);
    await expect(again).rejects.toThrow('DuplicateTargetGroupName');
  });
});

function inputsOf({ inputs }: (typeof loadBalancerSetup)[number], made: Made) {
  return typeof inputs === 'function' ? inputs(made) : inputs;
}
