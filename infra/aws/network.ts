import { getAvailabilityZonesOutput } from '@pulumi/aws';
import * as ec2 from '@pulumi/aws/ec2';
import * as vpc from '@pulumi/aws/vpc';
import * as pulumi from '@pulumi/pulumi';
import { DeploymentError } from '../deployment-error';
import type { AwsScope } from './foundation';

export type Network = {
  vpcId: pulumi.Output<string>;
  /** Two, in two zones, with no way to or from the internet. */
  privateSubnetIds: pulumi.Output<string>[];
};

/**
 * Old zones that lack App Runner's connectors or Lambda's networks. AWS publishes no list; where another one fails, the
 * error names the subnet, and `taproom:zones.aws` chooses. Source:
 * https://docs.aws.amazon.com/apprunner/latest/dg/network-vpc.html
 */
const excludedZoneIds = ['use1-az3', 'apne1-az3'];

/**
 * Lambda gives up its network interfaces up to 45 minutes after the function is gone.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
const interfacesGone = '60m';

/**
 * A VPC with a private subnet in each of two zones. No NAT and no endpoints: App Runner pulls images, writes logs and
 * reads secrets from outside, and the service itself calls nothing but its stores.
 */
export function createNetwork(scope: AwsScope, zoneIds: string[] | undefined): Network {
  const { names, options } = scope;
  const network = new ec2.Vpc(
    'network',
    {
      cidrBlock: '10.20.0.0/16',
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { Name: names('tagName', 'network') },
    },
    options,
  );
  const zones = pulumi.output(zoneIds ?? chooseZones(scope));
  const privateSubnetIds = [0, 1].map(
    (index) =>
      new ec2.Subnet(
        `private-${index}`,
        {
          vpcId: network.id,
          cidrBlock: `10.20.${index * 16}.0/20`,
          availabilityZoneId: zones.apply((ids) => zoneAt(ids, index)),
          mapPublicIpOnLaunch: false,
          tags: { Name: names('tagName', `private-${index}`) },
        },
        {
          ...options,
          // A zone that AWS opens later must not move the subnets of a living stack.
          ignoreChanges: ['availabilityZoneId'],
          customTimeouts: { delete: interfacesGone },
        },
      ).id,
  );
  return { vpcId: network.id, privateSubnetIds };
}

/** A security group with no rules of its own: `allowConnection` adds each one that is needed. */
export function createSecurityGroup(
  name: string,
  { names, network, description }: { names: AwsScope['names']; network: Network; description: string },
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

function chooseZones({ options }: AwsScope): pulumi.Output<string[]> {
  const zones = getAvailabilityZonesOutput(
    {
      state: 'available',
      excludeZoneIds: excludedZoneIds,
      filters: [{ name: 'opt-in-status', values: ['opt-in-not-required'] }],
    },
    options,
  );
  return zones.zoneIds.apply((ids) => [...ids].sort());
}

function zoneAt(ids: readonly string[], index: number): string {
  const id = ids[index];
  if (id === undefined) {
    throw new DeploymentError('aws:region must have two usable availability zones, or name them in taproom:zones.aws');
  }
  return id;
}
