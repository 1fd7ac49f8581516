import * as compute from '@pulumi/gcp/compute';
import * as servicenetworking from '@pulumi/gcp/servicenetworking';
import type * as pulumi from '@pulumi/pulumi';
import type { GcpScope } from './foundation';

/** Addresses that Google keeps in each subnetwork. */
const subnetworkReserve = 4;

export type Network = {
  id: pulumi.Output<string>;
  subnetworkId: pulumi.Output<string>;
  /** The peering through which Cloud SQL and Memorystore are reached; they need it before they are made. */
  peering: pulumi.Resource;
};

/**
 * A VPC with a /26 for Cloud Run's direct egress and a peering for Google's own stores.
 *
 * Google keeps all four busy for an hour or two after their last user is gone, and refuses to delete them meanwhile
 * (https://cloud.google.com/run/docs/configuring/vpc-direct-vpc#ip-address-deletion). They cost nothing: `pulumi destroy`
 * leaves them, and `npm run sweep` takes them later. Their names are new in each life of the stack, so that it can be
 * made again at once.
 */
export function createNetwork(
  { names, options, region, suffix, description }: GcpScope,
  maxInstances: number,
): Network {
  const retained = { ...options, retainOnDelete: true };
  const named = (kind: 'network' | 'subnetwork' | 'address', part: string) =>
    suffix.apply((hex) => names(kind, part, hex));
  const network = new compute.Network(
    'network',
    { name: named('network', 'network'), autoCreateSubnetworks: false, description },
    retained,
  );
  const subnetwork = new compute.Subnetwork(
    'egress',
    {
      name: named('subnetwork', 'egress'),
      network: network.id,
      region,
      ipCidrRange: `10.30.0.0/${egressPrefix(maxInstances)}`,
      privateIpGoogleAccess: true,
      description,
    },
    retained,
  );
  const range = new compute.GlobalAddress(
    'services-range',
    {
      name: named('address', 'services'),
      network: network.id,
      purpose: 'VPC_PEERING',
      addressType: 'INTERNAL',
      prefixLength: 20,
      description,
    },
    retained,
  );
  const peering = new servicenetworking.Connection(
    'services-peering',
    { network: network.id, service: 'servicenetworking.googleapis.com', reservedPeeringRanges: [range.name] },
    retained,
  );
  return { id: network.id, subnetworkId: subnetwork.id, peering };
}

/**
 * The smallest range for so many instances: Cloud Run takes two addresses for each, twice that at a roll-out, and at
 * least a /26. A range can grow in place. Source: https://cloud.google.com/run/docs/configuring/vpc-direct-vpc
 */
export function egressPrefix(maxInstances: number): number {
  const addresses = maxInstances * 4 + subnetworkReserve;
  return Math.min(26, 32 - Math.ceil(Math.log2(addresses)));
}

/** Into the network for private addresses only; all else goes straight out. */
export function privateEgress({ id, subnetworkId }: Network) {
  return { egress: 'PRIVATE_RANGES_ONLY', networkInterfaces: [{ network: id, subnetwork: subnetworkId }] };
}
