/** A block of IPv4 addresses. */
export type Cidr = { readonly address: number; readonly bits: number };

/** Undefined when the text is no IPv4 block. Host bits are kept: see `isNetworkAddress`. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((octet) => octet > 255) || bits > 32) return undefined;
  return { address: ((a * 256 + b) * 256 + c) * 256 + d, bits };
}

/** Whether the address is the block's first: 10.0.0.0/16 is, 10.0.1.0/16 is not. */
export function isNetworkAddress({ address, bits }: Cidr): boolean {
  return address % sizeOf(bits) === 0;
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  return outer.bits <= inner.bits && first(outer) <= first(inner) && last(inner) <= last(outer);
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return first(a) <= last(b) && first(b) <= last(a);
}

/** The address at this place in the block, as text. */
export function addressAt(cidr: Cidr, place: number): string {
  const address = first(cidr) + place;
  return [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(address / unit) % 256).join('.');
}

export function countAddresses(cidr: Cidr): number {
  return sizeOf(cidr.bits);
}

/** The first block of that size in `within` that overlaps none that is taken. */
export function findFreeBlock(within: Cidr, bits: number, taken: readonly Cidr[]): Cidr | undefined {
  for (let address = first(within); address + sizeOf(bits) - 1 <= last(within); address += sizeOf(bits)) {
    const candidate = { address, bits };
    if (!taken.some((block) => overlaps(block, candidate))) return candidate;
  }
  return undefined;
}

function first(cidr: Cidr): number {
  return cidr.address - (cidr.address % sizeOf(cidr.bits));
}

function last(cidr: Cidr): number {
  return first(cidr) + sizeOf(cidr.bits) - 1;
}

function sizeOf(bits: number): number {
  return 2 ** (32 - bits);
}
