export class Unknown {}

/** Stands where the engine says "known only after apply". */
export const unknown = new Unknown();

/** A value the engine keeps encrypted. */
export class Secret {
  constructor(readonly value: Value) {}
}

/** A file or archive argument, passed on as the engine sent it. */
export class Asset {
  constructor(readonly fields: { readonly [key: string]: Value }) {}
}

export type Value =
  | null
  | boolean
  | number
  | string
  | Unknown
  | Secret
  | Asset
  | readonly Value[]
  | { readonly [key: string]: Value };

/** The properties of a resource, by name. */
export type Bag = { readonly [key: string]: Value };

export function isBag(value: Value | undefined): value is Bag {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unknown) &&
    !(value instanceof Secret) &&
    !(value instanceof Asset)
  );
}

/** The value without its secret marks, at every depth. */
export function reveal(value: Value): Value {
  if (value instanceof Secret) return reveal(value.value);
  if (Array.isArray(value)) return value.map(reveal);
  if (isBag(value)) return mapBag(value, reveal);
  return value;
}

export function revealBag(bag: Bag): Bag {
  return mapBag(bag, reveal);
}

export function mapBag(bag: Bag, change: (value: Value, key: string) => Value): Bag {
  return Object.fromEntries(Object.entries(bag).map(([key, value]) => [key, change(value, key)]));
}

export function hasUnknown(value: Value): boolean {
  if (value instanceof Unknown) return true;
  if (value instanceof Secret) return hasUnknown(value.value);
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isBag(value) && Object.values(value).some(hasUnknown);
}

export function hasSecret(value: Value | undefined): boolean {
  if (value === undefined) return false;
  if (value instanceof Secret) return true;
  if (Array.isArray(value)) return value.some(hasSecret);
  return isBag(value) && Object.values(value).some(hasSecret);
}

/** Marks what came from a secret input, as the engine does for providers without secrets: by key, lists as a whole. */
export function markSecrets(outputs: Bag, inputs: Bag): Bag {
  return mapBag(outputs, (output, key) => {
    const input = inputs[key];
    if (input === undefined || output instanceof Secret || !hasSecret(input)) return output;
    return isBag(output) && isBag(input) ? markSecrets(output, input) : new Secret(output);
  });
}

export function isEqual(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return !(a instanceof Unknown);
  if (a instanceof Secret) return isEqual(a.value, b);
  if (b instanceof Secret) return isEqual(a, b.value);
  if (a instanceof Asset && b instanceof Asset) return isEqual(a.fields, b.fields);
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item: Value, index) => isEqual(item, b[index]));
  }
  if (isBag(a) && isBag(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every((key) => isEqual(a[key], b[key]));
  }
  return false;
}
