import * as lb from '@pulumi/aws/lb';
import * as vpc from '@pulumi/aws/vpc';
import * as pulumi from '@pulumi/pulumi';
import type { ServiceSpec } from '../target';
import { createAlias, createCertificate } from './certificate';
import type { AwsFoundation } from './foundation';
import { createSecurityGroup } from './security-group';

/**
 * TLS 1.3, and 1.2 with forward secrecy. Source:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
 */
export const sslPolicy = 'ELBSecurityPolicy-TLS13-1-2-2021-06';

/** For who sets no domain. */
export const plainHttpWarning =
  'answers over plain HTTP, so that the API key and all data cross the internet readable: set taproom:domain.aws for HTTPS';

export type LoadBalancer = {
  balancer: lb.LoadBalancer;
  groupId: pulumi.Output<string>;
  /** The listener of requests: HTTPS with a domain, plain HTTP without one. */
  listenerArn: pulumi.Output<string>;
  url: pulumi.Output<string>;
  warnings: string[];
  /** What must exist before an instance can be registered, and be gone after it. */
  ready: pulumi.Resource[];
};

type LoadBalancerRequest = {
  foundation: AwsFoundation;
  service: Pick<ServiceSpec, 'domain' | 'protect'>;
  targetGroup: lb.TargetGroup;
};

/** An application load balancer in the public subnets: the only part of the service that the internet reaches. */
export function createLoadBalancer(
  name: string,
  { foundation: { network, scope }, service: { domain, protect }, targetGroup }: LoadBalancerRequest,
  options: pulumi.CustomResourceOptions,
): LoadBalancer {
  const { names } = scope;
  const description = `the load balancer of ${name}`;
  const group = createSecurityGroup(`${name}-public`, { names, network, description }, options);
  const subnets = network.publicSubnets();
  const balancer = new lb.LoadBalancer(
    name,
    {
      name: names('loadBalancer', name),
      loadBalancerType: 'application',
      internal: false,
      subnets: subnets.ids,
      securityGroups: [group.id],
      // Less than the 72 seconds for which the service keeps an idle connection open: it must not be the first to close.
      idleTimeout: 60,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: 'defensive',
      enableDeletionProtection: protect,
    },
    { ...options, dependsOn: subnets.ready },
  );
  const forward = { type: 'forward', targetGroupArn: targetGroup.arn };
  const open = (port: number) => openPort(`${name}-port-${port}`, { groupId: group.id, port }, options);
  const listen = (port: number, rest: Omit<lb.ListenerArgs, 'loadBalancerArn' | 'port'>) =>
    new lb.Listener(`${name}-port-${port}`, { loadBalancerArn: balancer.arn, port, ...rest }, options);

  if (domain === undefined) {
    const listener = listen(80, { protocol: 'HTTP', defaultActions: [forward] });
    return {
      balancer,
      groupId: group.id,
      listenerArn: listener.arn,
      url: pulumi.interpolate`http://${balancer.dnsName}`,
      warnings: [plainHttpWarning],
      ready: [listener, open(80)],
    };
  }
  const certificate = createCertificate(name, domain, options);
  const listener = listen(443, {
    protocol: 'HTTPS',
    sslPolicy,
    certificateArn: certificate.arn,
    defaultActions: [forward],
  });
  const redirect = listen(80, {
    protocol: 'HTTP',
    defaultActions: [{ type: 'redirect', redirect: { protocol: 'HTTPS', port: '443', statusCode: 'HTTP_301' } }],
  });
  const alias = createAlias(name, { domain, zoneId: certificate.zoneId, balancer }, options);
  return {
    balancer,
    groupId: group.id,
    listenerArn: listener.arn,
    url: pulumi.interpolate`https://${alias.name}`,
    warnings: [],
    ready: [listener, redirect, alias, open(80), open(443)],
  };
}

function openPort(
  name: string,
  { groupId, port }: { groupId: pulumi.Output<string>; port: number },
  options: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return new vpc.SecurityGroupIngressRule(
    `${name}-from-internet`,
    {
      securityGroupId: groupId,
      cidrIpv4: '0.0.0.0/0',
      ipProtocol: 'tcp',
      fromPort: port,
      toPort: port,
      description: 'from the internet',
    },
    options,
  );
}
