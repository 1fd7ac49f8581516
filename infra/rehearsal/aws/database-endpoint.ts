import { addressAt, countAddresses } from '../cloud/cidr';
import type { Cloud } from '../cloud/cloud';
import { table } from '../cloud/cloud';
import { createSeed } from '../cloud/seed';
import type { Store } from '../runtime/runtime';
import { type Endpoint, endpoints } from './reachability';
import { findSubnet } from './vpc';

/** The program that stands behind a database or cache, by the ARN of it. */
export const stores = table<Store>('aws stores');

/** An address of its own in the first subnet that is given, behind the four that AWS keeps. */
export function chooseAddress(
  cloud: Cloud,
  { subnetIds, region, owner }: { subnetIds: readonly string[]; region: string; owner: string },
): { address: string; vpcId: string } | undefined {
  const home = findSubnet(cloud, subnetIds[0] ?? '', region);
  if (!home) return undefined;
  const place = 4 + createSeed(`address of ${owner}`).integer(countAddresses(home.cidr) - 6, 'place');
  return { address: addressAt(home.cidr, place), vpcId: home.vpcId };
}

/** The part of a host name that is the same for everything of an account in a region. */
export function accountPart(region: string): string {
  return createSeed(`host names in ${region}`).alphanumeric(12);
}

export function openEndpoint(cloud: Cloud, hosts: readonly string[], endpoint: Endpoint): void {
  for (const host of hosts) cloud.table(endpoints).set(host, endpoint);
}

/** Ends what stands behind a database or cache; its names are free again. */
export async function closeStore(cloud: Cloud, arn: string): Promise<void> {
  const store = cloud.table(stores).get(arn);
  if (!store) return;
  const known = cloud.table(endpoints);
  for (const [host, endpoint] of [...known]) if (endpoint.store === store) known.delete(host);
  cloud.table(stores).delete(arn);
  await store.stop();
}
