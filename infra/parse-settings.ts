import type { Static, TObject, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { findSchemaProblems } from './schema-problems';

type Parsed<Schema extends TSchema> = { value: Static<Schema>; problems: string[] };

/** Reads `prefix:...`. A setting with a problem counts as not set, so that the others are checked all the same. */
export function parseSettings<Schema extends TObject>(
  prefix: string,
  schema: Schema,
  values: Record<string, string>,
): Parsed<Schema> {
  const problems: string[] = [];
  const given: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(values)) {
    if (!key.startsWith(`${prefix}:`)) continue;
    const name = key.slice(prefix.length + 1);
    const property: TSchema | undefined = schema.properties[name];
    if (property === undefined) {
      problems.push(`${key} is not a setting: ${prefix} has ${Object.keys(schema.properties).join(', ')}`);
      continue;
    }
    const value = Value.Default(property, parseText(property, text));
    const found = findSchemaProblems(property, value, key);
    if (found.length === 0) given[name] = value;
    problems.push(...found);
  }
  const value = Value.Default(schema, given);
  const missing = findSchemaProblems(schema, value, prefix).map((problem) =>
    problem.replace(`${prefix}.`, `${prefix}:`),
  );
  const isTold = (problem: string) => problems.some((told) => told.startsWith(problem.split(' ', 1)[0] ?? ''));
  problems.push(...missing.filter((problem) => !isTold(problem)));
  return { value: value as Static<Schema>, problems };
}

/** Pulumi hands every value over as text: lists, objects, numbers and booleans as JSON. */
export function parseText(schema: TSchema & { type?: string }, text: string): unknown {
  if (schema.type === 'string' || 'enum' in schema) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
