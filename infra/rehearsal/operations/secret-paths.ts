import { type Bag, hasSecret, isBag, Secret, type Value } from '../protocol/values';

/** Whether the value at a path such as `a.b[0].c` is, is in, or holds a secret. */
export function isSecretAt(bag: Bag, path: string): boolean {
  let value: Value | undefined = bag;
  for (const [, key] of path.matchAll(/([^.[\]]+)/g)) {
    if (value instanceof Secret) return true;
    if (key === undefined || value === undefined) return false;
    value = Array.isArray(value) ? value[Number(key)] : isBag(value) ? value[key] : undefined;
  }
  return hasSecret(value);
}
