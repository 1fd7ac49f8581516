import type { Cloud, Entity } from '../cloud/cloud';

/**
 * What stands in a cloud without costing anything, by type. All else counts as billable.
 * Sources: https://cloud.google.com/vpc/network-pricing (networks, subnetworks, peering and ranges for private services),
 * https://cloud.google.com/service-usage/docs/quotas (enabled APIs).
 */
const freeOfCharge: ReadonlySet<string> = new Set([
  'gcp:compute/network:Network',
  'gcp:compute/subnetwork:Subnetwork',
  'gcp:compute/globalAddress:GlobalAddress',
  'gcp:servicenetworking/connection:Connection',
  'gcp:projects/service:Service',
]);

export type Leftovers = { billable: Entity[]; free: Entity[] };

/** What is in the clouds although the stack is destroyed. */
export function findLeftovers(cloud: Cloud): Leftovers {
  const [billable, free]: [Entity[], Entity[]] = [[], []];
  for (const entity of cloud.everything()) (freeOfCharge.has(entity.token) ? free : billable).push(entity);
  return { billable, free };
}

export function describeEntity({ token, name, id }: Entity): string {
  return `${token} "${name}" (${id})`;
}
