import * as ec2 from '@pulumi/aws/ec2';
import type * as pulumi from '@pulumi/pulumi';
import type { AwsScope } from './foundation';
import type { PublicSubnets } from './public-subnets';

/** One for both zones: half the price, and what runs goes on running when its zone is lost. */
export function createNatGateway({ names, options }: AwsScope, subnets: PublicSubnets): { id: pulumi.Output<string> } {
  const tags = { Name: names('tagName', 'nat') };
  const address = new ec2.Eip('nat-address', { domain: 'vpc', tags }, { ...options, dependsOn: subnets.ready });
  return new ec2.NatGateway(
    'nat-gateway',
    { allocationId: address.id, subnetId: subnets.ids[0], connectivityType: 'public', tags },
    { ...options, dependsOn: subnets.ready },
  );
}
