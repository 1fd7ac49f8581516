/** An IPv4 range: its first address as a number, and how many bits are fixed. */
export type Cidr = { first: number; prefix: number };

/** Undefined when the text is no IPv4 range, or its address has bits beyond the prefix. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(text);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((part) => part > 255) || prefix > 32) return undefined;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  return first % sizeOf(prefix) === 0 ? { first, prefix } : undefined;
}

/** How many addresses a prefix leaves. */
export function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.first < b.first + sizeOf(b.prefix) && b.first < a.first + sizeOf(a.prefix);
}

export function contains(range: Cidr, address: string): boolean {
  const parsed = parseCidr(`${address}/32`);
  return parsed !== undefined && overlaps(range, parsed);
}

/** The nth address of a range, as text. */
export function addressAt(range: Cidr, index: number): string {
  const value = range.first + index;
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** The first free range of a size in `within`. */
export function findFreeRange(within: Cidr, prefix: number, taken: readonly Cidr[]): Cidr | undefined {
  const size = sizeOf(prefix);
  for (let first = within.first; first + size <= within.first + sizeOf(within.prefix); first += size) {
    const candidate = { first, prefix };
    if (!taken.some((range) => overlaps(range, candidate))) return candidate;
  }
  return undefined;
}

/** What Cloud Run sends into a VPC with PRIVATE_RANGES_ONLY. Source: https://docs.cloud.google.com/vpc/docs/subnets#ip-range-overlap (RFC 1918, 6598, 7600, 5737 and 240/4) */
export const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '240.0.0.0/4'].flatMap(
  (text) => parseCidr(text) ?? [],
);
