import { createHash } from 'node:crypto';

/** Made-up identifiers that are the same in every run: each is drawn from a text that names what it is for. */
export type Seed = {
  /** `length` lower-case hexadecimal digits. The label tells several values of one resource apart. */
  hex(length: number, label?: string): string;
  digits(length: number, label?: string): string;
  /** Lower-case letters and digits, beginning with a letter. */
  alphanumeric(length: number, label?: string): string;
  uuid(label?: string): string;
  integer(below: number, label?: string): number;
};

const letters = 'abcdefghijklmnopqrstuvwxyz';

export function createSeed(text: string): Seed {
  const bytes = (length: number, label = ''): Buffer => {
    const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, index) =>
      createHash('sha256').update(`${text}\n${label}\n${index}`).digest(),
    );
    return Buffer.concat(blocks).subarray(0, length);
  };
  const draw = (alphabet: string, length: number, label?: string): string =>
    [...bytes(length, label)].map((byte) => alphabet[byte % alphabet.length]).join('');
  const hex = (length: number, label?: string): string =>
    bytes(Math.ceil(length / 2), label)
      .toString('hex')
      .slice(0, length);

  return {
    hex,
    digits: (length, label) => draw('123456789', 1, label) + draw('0123456789', length - 1, `${label}-rest`),
    alphanumeric: (length, label) =>
      draw(letters, 1, label) + draw(`${letters}0123456789`, length - 1, `${label}-rest`),
    uuid: (label) => {
      const text = hex(32, label);
      return [
        text.slice(0, 8),
        text.slice(8, 12),
        `4${text.slice(13, 16)}`,
        `8${text.slice(17, 20)}`,
        text.slice(20),
      ].join('-');
    },
    integer: (below, label) => bytes(6, label).readUIntBE(0, 6) % below,
  };
}
