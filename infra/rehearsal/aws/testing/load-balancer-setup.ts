import { type Step, text } from './setup';

const zones = ['a', 'b'];

/** A VPC with two public subnets behind an internet gateway, and a group that lets users in on 80 and 443. */
export const publicNetworkSetup: readonly Step[] = [
  {
    token: 'aws:ec2/vpc:Vpc',
    name: 'network',
    inputs: { cidrBlock: '10.0.0.0/16', enableDnsHostnames: true, enableDnsSupport: true },
  },
  {
    token: 'aws:ec2/internetGateway:InternetGateway',
    name: 'gateway',
    inputs: (made) => ({ vpcId: text(made, 'network') }),
  },
  {
    token: 'aws:ec2/routeTable:RouteTable',
    name: 'public-routes',
    inputs: (made) => ({
      vpcId: text(made, 'network'),
      routes: [{ cidrBlock: '0.0.0.0/0', gatewayId: text(made, 'gateway') }],
    }),
  },
  ...zones.flatMap((zone, index): Step[] => [
    {
      token: 'aws:ec2/subnet:Subnet',
      name: `public-${zone}`,
      inputs: (made) => ({
        vpcId: text(made, 'network'),
        cidrBlock: `10.0.${index}.0/24`,
        availabilityZone: `eu-central-1${zone}`,
      }),
    },
    {
      token: 'aws:ec2/routeTableAssociation:RouteTableAssociation',
      name: `association-${zone}`,
      inputs: (made) => ({ subnetId: text(made, `public-${zone}`), routeTableId: text(made, 'public-routes') }),
    },
  ]),
  {
    token: 'aws:ec2/securityGroup:SecurityGroup',
    name: 'front-group',
    inputs: (made) => ({
      vpcId: text(made, 'network'),
      ingress: [80, 443].map((port) => ({ protocol: 'tcp', fromPort: port, toPort: port, cidrBlocks: ['0.0.0.0/0'] })),
      egress: [{ protocol: '-1', fromPort: 0, toPort: 0, cidrBlocks: ['0.0.0.0/0'] }],
    }),
  },
  {
    token: 'aws:ec2/securityGroup:SecurityGroup',
    name: 'task-group',
    inputs: (made) => ({
      vpcId: text(made, 'network'),
      ingress: [{ protocol: 'tcp', fromPort: 8080, toPort: 8080, securityGroups: [text(made, 'front-group')] }],
    }),
  },
];

function targetGroup(name: string): Step {
  return {
    token: 'aws:lb/targetGroup:TargetGroup',
    name,
    inputs: (made) => ({
      port: 8080,
      protocol: 'HTTP',
      targetType: 'ip',
      vpcId: text(made, 'network'),
      healthCheck: { path: '/ready', interval: 10, timeout: 5, matcher: '200' },
    }),
  };
}

/** A load balancer that forwards plain HTTP to one of two groups. */
export const loadBalancerSetup: readonly Step[] = [
  ...publicNetworkSetup,
  {
    token: 'aws:lb/loadBalancer:LoadBalancer',
    name: 'balancer',
    inputs: (made) => ({
      subnets: [text(made, 'public-a'), text(made, 'public-b')],
      securityGroups: [text(made, 'front-group')],
    }),
  },
  targetGroup('blue'),
  targetGroup('green'),
  {
    token: 'aws:lb/listener:Listener',
    name: 'http',
    inputs: (made) => ({
      loadBalancerArn: text(made, 'balancer'),
      port: 80,
      protocol: 'HTTP',
      defaultActions: [{ type: 'forward', targetGroupArn: text(made, 'blue', 'arn') }],
    }),
  },
];

/** The same with a name of its own, over HTTPS, with rules and a firewall; plain HTTP is sent there. */
export const secureSetup: readonly Step[] = [
  ...loadBalancerSetup.slice(0, -1),
  { token: 'aws:route53/zone:Zone', name: 'zone', inputs: { name: 'example.org' } },
  {
    token: 'aws:acm/certificate:Certificate',
    name: 'certificate',
    inputs: { domainName: 'beer.example.org', validationMethod: 'DNS' },
  },
  {
    token: 'aws:route53/record:Record',
    name: 'proof',
    inputs: (made) => {
      const [option] = (made.certificate?.domainValidationOptions ?? []) as { [key: string]: string }[];
      return {
        zoneId: text(made, 'zone', 'zoneId'),
        name: option?.resourceRecordName ?? '',
        type: option?.resourceRecordType ?? '',
        records: [option?.resourceRecordValue ?? ''],
        ttl: 60,
      };
    },
  },
  {
    token: 'aws:acm/certificateValidation:CertificateValidation',
    name: 'validation',
    inputs: (made) => ({
      certificateArn: text(made, 'certificate', 'arn'),
      validationRecordFqdns: [text(made, 'proof', 'fqdn')],
    }),
  },
  {
    token: 'aws:lb/listener:Listener',
    name: 'http',
    inputs: (made) => ({
      loadBalancerArn: text(made, 'balancer'),
      port: 80,
      protocol: 'HTTP',
      defaultActions: [{ type: 'redirect', redirect: { protocol: 'HTTPS', port: '443', statusCode: 'HTTP_301' } }],
    }),
  },
  {
    token: 'aws:lb/listener:Listener',
    name: 'https',
    inputs: (made) => ({
      loadBalancerArn: text(made, 'balancer'),
      port: 443,
      protocol: 'HTTPS',
      certificateArn: text(made, 'certificate', 'arn'),
      sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      defaultActions: [{ type: 'fixed-response', fixedResponse: { contentType: 'text/plain', statusCode: '404' } }],
    }),
  },
  {
    token: 'aws:lb/listenerRule:ListenerRule',
    name: 'rule',
    inputs: (made) => ({
      listenerArn: text(made, 'https'),
      priority: 10,
      conditions: [{ hostHeader: { values: ['beer.example.org'] } }],
      actions: [
        {
          type: 'forward',
          forward: {
            targetGroups: [
              { arn: text(made, 'blue'), weight: 90 },
              { arn: text(made, 'green'), weight: 10 },
            ],
          },
        },
      ],
    }),
  },
  {
    token: 'aws:route53/record:Record',
    name: 'address',
    inputs: (made) => ({
      zoneId: text(made, 'zone', 'zoneId'),
      name: 'beer',
      type: 'A',
      aliases: [
        {
          name: text(made, 'balancer', 'dnsName'),
          zoneId: text(made, 'balancer', 'zoneId'),
          evaluateTargetHealth: true,
        },
      ],
    }),
  },
  {
    token: 'aws:wafv2/webAcl:WebAcl',
    name: 'firewall',
    inputs: {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: 'firewall', sampledRequestsEnabled: true },
      rules: [
        {
          name: 'common',
          priority: 1,
          overrideAction: { none: {} },
          statement: { managedRuleGroupStatement: { name: 'AWSManagedRulesCommonRuleSet', vendorName: 'AWS' } },
          visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: 'common', sampledRequestsEnabled: true },
        },
        {
          name: 'rate',
          priority: 2,
          action: { block: {} },
          statement: { rateBasedStatement: { limit: 2_000, aggregateKeyType: 'IP' } },
          visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: 'rate', sampledRequestsEnabled: true },
        },
      ],
    },
  },
  {
    token: 'aws:wafv2/webAclAssociation:WebAclAssociation',
    name: 'firewall-association',
    inputs: (made) => ({ webAclArn: text(made, 'firewall', 'arn'), resourceArn: text(made, 'balancer', 'arn') }),
  },
];
