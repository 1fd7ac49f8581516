/** An object of inputs, or an empty one. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** A list of inputs, or an empty one; a single value is a list of one. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

export function recordsOf(value: unknown): Readonly<Record<string, unknown>>[] {
  return listOf(value).map(recordOf);
}

/** What is at `settings.ipConfiguration.sslMode`; undefined when a part of the way is not there. */
export function readPath(inputs: Readonly<Record<string, unknown>>, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => recordOf(value)[key], inputs);
}

/** Policies, container definitions and the like are JSON as text, or already objects. Undefined when it is neither. */
export function parseDocument(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** A text that is there: of an unset or empty value, undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
