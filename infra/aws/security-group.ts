import * as ec2 from '@pulumi/aws/ec2';
import * as vpc from '@pulumi/aws/vpc';
import type * as pulumi from '@pulumi/pulumi';
import type { AwsScope } from './foundation';
import type { Network } from './network';

/**
 * Lambda gives up its network interfaces up to 45 minutes after the function is gone.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
export const interfacesGone = '60m';

/** A security group with no rules of its own: `allowConnection` adds each one that is needed. */
export function createSecurityGroup(
  name: string,
  { names, network, description }: { names: AwsScope['names']; network: Pick<Network, 'vpcId'>; description: string },
  options: pulumi.CustomResourceOptions,
): ec2.SecurityGroup {
  return new ec2.SecurityGroup(
    `${name}-group`,
    {
      name: names('securityGroup', name),
      description,
      vpcId: network.vpcId,
      tags: { Name: names('tagName', name) },
    },
    { ...options, customTimeouts: { delete: interfacesGone } },
  );
}

/** Lets one security group open connections to another on one port, and nothing else: a rule at either end. */
export function allowConnection(
  name: string,
  { from, to, port }: { from: pulumi.Input<string>; to: pulumi.Input<string>; port: pulumi.Input<number> },
  options: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const rule = { ipProtocol: 'tcp', fromPort: port, toPort: port };
  return [
    new vpc.SecurityGroupEgressRule(
      `${name}-egress`,
      { ...rule, securityGroupId: from, referencedSecurityGroupId: to, description: name },
      options,
    ),
    new vpc.SecurityGroupIngressRule(
      `${name}-ingress`,
      { ...rule, securityGroupId: to, referencedSecurityGroupId: from, description: name },
      options,
    ),
  ];
}
