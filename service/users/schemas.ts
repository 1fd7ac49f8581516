import { type Static, Type } from 'typebox';
import { StorableText } from '../text-schema';

export const UserSchema = Type.Object(
  { id: Type.Integer(), name: Type.String(), email: Type.String() },
  { title: 'User', examples: [{ id: 1, name: 'Ada Lovelace', email: 'ada@example.com' }] },
);
export type User = Static<typeof UserSchema>;

export const UserInputSchema = Type.Object(
  {
    name: StorableText({ minLength: 1, maxLength: 100 }),
    email: Type.String({
      minLength: 1,
      maxLength: 255,
      // One @, text on both sides, a dot inside the domain, no white space, nothing that Postgres cannot store.
      pattern: '^[^\\s@\\u0000\\uD800-\\uDFFF]+@[^\\s@.\\u0000\\uD800-\\uDFFF]+(\\.[^\\s@.\\u0000\\uD800-\\uDFFF]+)+$',
    }),
  },
  { title: 'UserInput', examples: [{ name: 'Ada Lovelace', email: 'ada@example.com' }] },
);
export type UserInput = Static<typeof UserInputSchema>;
