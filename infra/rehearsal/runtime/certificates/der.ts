/** The few forms of ASN.1 in DER that a certificate is made of. Source: ITU-T X.690, https://www.itu.int/rec/T-REC-X.690 */

const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  generalizedTime: 0x18,
};

export const sequence = (...parts: Buffer[]): Buffer => wrap(tags.sequence, ...parts);
export const set = (...parts: Buffer[]): Buffer => wrap(tags.set, ...parts);
export const octetString = (content: Buffer): Buffer => wrap(tags.octetString, content);
export const utf8String = (text: string): Buffer => wrap(tags.utf8String, Buffer.from(text));
export const boolean = (value: boolean): Buffer => wrap(tags.boolean, Buffer.from([value ? 0xff : 0]));

/** Whole octets, as keys and signatures are. */
export const bitString = (content: Buffer, unusedBits = 0): Buffer =>
  wrap(tags.bitString, Buffer.from([unusedBits]), content);

/** `[number]` around or in place of a value's own tag. */
export const tagged = (number: number, isConstructed: boolean, content: Buffer): Buffer =>
  wrap(0x80 | (isConstructed ? 0x20 : 0) | number, content);

/** Of a number that is not negative, big-endian. */
export function integer(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const shortest = start === -1 ? Buffer.from([0]) : bytes.subarray(start);
  return wrap(tags.integer, (shortest[0] ?? 0) >= 0x80 ? Buffer.from([0]) : Buffer.alloc(0), shortest);
}

export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return wrap(tags.objectIdentifier, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

export function generalizedTime(date: Date): Buffer {
  const text = date.toISOString().replace(/\.\d+Z$/, 'Z');
  return wrap(tags.generalizedTime, Buffer.from(text.replace(/[-:T]/g, '')));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}

function wrap(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  const shortest = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from([0x80 | shortest.length]), shortest]);
}
