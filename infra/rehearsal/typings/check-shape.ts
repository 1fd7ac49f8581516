import { Asset, type Bag, isBag, reveal, Unknown, type Value } from '../protocol/values';
import type { Properties, Shape, Typings } from './shape';

export type ShapeFailure = { path: string; reason: string };

/** Compares properties with a type's typings: unknown names, missing required ones, and values of another shape. */
export function checkProperties(
  bag: Bag,
  properties: Properties,
  objects: Typings['objects'],
  at = '',
): ShapeFailure[] {
  const failures: ShapeFailure[] = [];
  for (const [name, value] of Object.entries(bag)) {
    const path = at ? `${at}.${name}` : name;
    const property = properties[name];
    if (!property) {
      failures.push({ path, reason: `Invalid or unknown key. Examine values at '${path}'.` });
    } else if (value !== null) {
      failures.push(...checkShape(value, property.shape, objects, path));
    }
  }
  for (const [name, property] of Object.entries(properties)) {
    if (property.required && (bag[name] === undefined || bag[name] === null)) {
      const path = at ? `${at}.${name}` : name;
      failures.push({ path, reason: `Missing required property '${path}'.` });
    }
  }
  return failures;
}

function checkShape(marked: Value, shape: Shape, objects: Typings['objects'], path: string): ShapeFailure[] {
  const value = reveal(marked);
  if (value instanceof Unknown || shape.kind === 'any') return [];
  switch (shape.kind) {
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === shape.kind ? [] : [unexpected(path, shape.kind, value)];
    case 'asset':
      return value instanceof Asset ? [] : [unexpected(path, 'asset', value)];
    case 'literal':
      return shape.values.some((allowed) => allowed === value)
        ? []
        : [{ path, reason: `expected ${path} to be one of ${shape.values.map((v) => JSON.stringify(v)).join(', ')}` }];
    case 'list':
      if (!Array.isArray(value)) return [unexpected(path, 'list', value)];
      return value.flatMap((item: Value, index) => checkShape(item, shape.items, objects, `${path}[${index}]`));
    case 'map':
      if (!isBag(value)) return [unexpected(path, 'object', value)];
      return Object.entries(value).flatMap(([key, item]) =>
        item === null ? [] : checkShape(item, shape.values, objects, `${path}.${key}`),
      );
    case 'object':
      if (!isBag(value)) return [unexpected(path, 'object', value)];
      return checkProperties(value, objects[shape.name] ?? {}, objects, path);
    case 'union': {
      const attempts = shape.of.map((member) => checkShape(value, member, objects, path));
      return attempts.some((failures) => failures.length === 0) ? [] : (attempts[0] ?? []);
    }
  }
}

/** Never shows the value: it may be a secret. */
function unexpected(path: string, expected: string, value: Value): ShapeFailure {
  return { path, reason: `Unexpected type at field "${path}": expected ${expected} type, got ${nameOf(value)} type` };
}

function nameOf(value: Value): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Asset) return 'asset';
  return typeof value;
}
