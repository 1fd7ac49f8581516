import { createHash } from 'node:crypto';

/** Whose resources these are: every name in a cloud begins with it. */
export type StackIdentity = { project: string; stack: string };

const hashLength = 8;

/**
 * `project-stack-part` in lower case, digits and single hyphens, beginning with a letter: what every cloud accepts.
 * Where that loses something (too long, other characters, a hyphen that could belong to either side), it is cut and
 * ends in a hash of the whole, so that different stacks never share a name.
 */
export function resourceName({ project, stack }: StackIdentity, part: string, maxLength: number): string {
  const plain = `${project}-${stack}-${part}`;
  const isPlain = /^[a-z][a-z0-9]*$/.test(project) && /^[a-z0-9]+$/.test(stack);
  if (isPlain && plain.length <= maxLength) return plain;
  const tail = `${part}-${shortHash(project, stack, part)}`.slice(2 - maxLength).replace(/^-/, '');
  const head = `${project}-${stack}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^(?![a-z])-?/, 's')
    .slice(0, maxLength - tail.length - 1)
    .replace(/-$/, '');
  return `${head}-${tail}`;
}

/**
 * A label's value on Google Cloud: at most 63 of `a-z`, `0-9`, `_` and `-`; cut and hashed when the text is another.
 * Source: https://cloud.google.com/resource-manager/docs/labels-overview#requirements
 */
export function labelValue(text: string): string {
  const value = text.toLowerCase().replace(/[^a-z0-9_-]/g, '_');
  if (value === text && value.length <= 63) return value;
  return `${value.slice(0, 63 - hashLength - 1)}-${shortHash(text)}`;
}

/** The first hexadecimal digits of a SHA-256 over the parts. */
export function shortHash(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, hashLength);
}
