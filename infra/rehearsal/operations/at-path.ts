import { type Bag, isBag, type Value } from '../protocol/values';

/** The value at a dotted path of names, such as `metadata.name`; undefined where there is none. */
export function getAt(bag: Bag, path: string): Value | undefined {
  const [first = '', ...rest] = path.split('.');
  const value = bag[first];
  if (rest.length === 0) return value;
  return isBag(value) ? getAt(value, rest.join('.')) : undefined;
}

/** A copy with the value at the path. What is on the way and is no object (unknown, secret) is left as it is. */
export function setAt(bag: Bag, path: string, value: Value): Bag {
  const [first = '', ...rest] = path.split('.');
  if (rest.length === 0) return { ...bag, [first]: value };
  const inner = bag[first] ?? {};
  return isBag(inner) ? { ...bag, [first]: setAt(inner, rest.join('.'), value) } : bag;
}
