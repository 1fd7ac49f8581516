import { Type } from 'typebox';

/** Postgres stores no NUL, and UTF-8 has no lone surrogates. */
export const storablePattern = '^[^\\u0000\\uD800-\\uDFFF]*$';

type TextOptions = { minLength?: number; maxLength?: number; description?: string; examples?: string[] };

/** Text that Postgres can store. Lengths are in code points, as Postgres counts them. */
export function StorableText(options: TextOptions = {}) {
  return Type.String({ pattern: storablePattern, ...options });
}

/** Ids in paths: ASCII digits. Whether such a row can exist is for parseId. */
export const IdParamsSchema = Type.Object({
  id: Type.String({ pattern: '^[0-9]+$', description: 'digits; leading zeros do not count', examples: ['1'] }),
});

const maxId = 2_147_483_647;

/** Undefined when no row can have this id: 0, or past the range of the column. */
export function parseId(digits: string): number | undefined {
  const id = Number(digits);
  return id >= 1 && id <= maxId ? id : undefined;
}
