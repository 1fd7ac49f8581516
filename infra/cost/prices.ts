import { awsPrices } from './aws-prices';
import { googlePrices } from './google-prices';
import type { Price } from './price';

const all = { ...awsPrices, ...googlePrices };

export type PriceKey = keyof typeof all;

export const prices: Readonly<Record<PriceKey, Price>> = all;

/** The price of a class or size. Throws with those that the table has. */
export function getPriceKey(prefix: string, size: unknown): PriceKey {
  const key = `${prefix}.${size}`;
  if (key in all) return key as PriceKey;
  const known = Object.keys(all).filter((entry) => entry.startsWith(`${prefix}.`));
  throw new RangeError(`there is no price of ${key} (infra/cost): the table has ${known.join(', ')}`);
}
