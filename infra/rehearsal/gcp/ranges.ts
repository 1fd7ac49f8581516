import { type Cidr, contains, isNetworkAddress, parseCidr } from '../cloud/cidr';

/** Undefined when the text is no IPv4 range, or its address has bits beyond the prefix. */
export function parseRange(text: string): Cidr | undefined {
  const range = parseCidr(text);
  return range && isNetworkAddress(range) ? range : undefined;
}

export function containsAddress(range: Cidr, address: string): boolean {
  const parsed = parseCidr(`${address}/32`);
  return parsed !== undefined && contains(range, parsed);
}

/** What Cloud Run sends into a VPC with PRIVATE_RANGES_ONLY. Source: https://docs.cloud.google.com/vpc/docs/subnets#ip-range-overlap (RFC 1918, 6598, 7600, 5737 and 240/4) */
export const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '240.0.0.0/4'].flatMap(
  (text) => parseRange(text) ?? [],
);
