import { type Static, Type } from 'typebox';
import { StorableText } from '../text-schema';

const Nullable = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

export const BeerSchema = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String(),
    style: Nullable('null when it was not given'),
    abv: Nullable('alcohol by volume, as text; null when it was not given'),
  },
  { title: 'Beer', examples: [{ id: 1, name: 'Yebisu', style: 'Premium Lager', abv: '5.5%' }] },
);
export type Beer = Static<typeof BeerSchema>;

export const maxAbvLength = 16;

export const BeerInputSchema = Type.Object(
  {
    name: StorableText({ minLength: 1, maxLength: 200 }),
    style: Type.Optional(StorableText({ maxLength: 200 })),
    abv: Type.Optional(
      Type.Union(
        [
          StorableText({ maxLength: maxAbvLength }),
          Type.Number({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }),
        ],
        { description: `text or a number, stored as JSON prints it; at most ${maxAbvLength} characters` },
      ),
    ),
  },
  { title: 'BeerInput', examples: [{ name: 'Yebisu', style: 'Premium Lager', abv: '5.5%' }] },
);
export type BeerInput = Static<typeof BeerInputSchema>;

export const SeedResultSchema = Type.Object(
  {
    message: Type.Union([Type.Literal('Database seeded with sample beers.'), Type.Literal('Database already seeded.')]),
    inserted: Type.Integer({ minimum: 0 }),
  },
  { title: 'SeedResult', examples: [{ message: 'Database seeded with sample beers.', inserted: 4 }] },
);
export type SeedResult = Static<typeof SeedResultSchema>;
