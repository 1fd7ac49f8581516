import { type Static, Type } from 'typebox';
import { StorableText } from '../text-schema';

export const maxKeyLength = 128;
export const maxValueLength = 256;

/** What is answered: rows of the older apps may be longer or empty. */
export const RecordSchema = Type.Object(
  { key: Type.String(), value: Type.String() },
  { title: 'Record', examples: [{ key: 'colour', value: 'amber' }] },
);
export type DataRecord = Static<typeof RecordSchema>;

export const RecordInputSchema = Type.Object(
  {
    key: StorableText({ minLength: 1, maxLength: maxKeyLength }),
    value: Type.Union(
      [
        StorableText({ maxLength: maxValueLength }),
        // Every number past this is an integer that JSON.parse may already have changed.
        Type.Number({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }),
        Type.Boolean(),
      ],
      { description: 'text; numbers and booleans are stored as JSON prints them' },
    ),
  },
  { title: 'RecordInput', examples: [{ key: 'colour', value: 'amber' }] },
);
export type RecordInput = Static<typeof RecordInputSchema>;

export const UpsertResultSchema = Type.Object(
  {
    message: Type.Union([Type.Literal('Inserted new record.'), Type.Literal('Updated existing record.')]),
    key: Type.String(),
    value: Type.String(),
  },
  { title: 'UpsertResult', examples: [{ message: 'Inserted new record.', key: 'colour', value: 'amber' }] },
);
export type UpsertResult = Static<typeof UpsertResultSchema>;

export const RecordParamsSchema = Type.Object({ key: StorableText({ examples: ['colour'] }) });
