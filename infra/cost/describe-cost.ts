import { describeLoad, describeTotals } from './describe-estimate';
import { estimate } from './estimate';
import { defaultLoad } from './load';
import { pricesSeen } from './price';
import type { PricedResource } from './priced-resource';

/** What deployed resources cost in a month: totals for people, everything for machines. */
export function describeCost(resources: readonly PricedResource[]): { lines: string[]; details: object } {
  const found = estimate(resources, defaultLoad);
  return {
    lines: [
      ...describeTotals(found),
      `at load: ${describeLoad(defaultLoad)}; prices of us-east-1 and us-central1 seen on ${pricesSeen}, by resource: npm run cost`,
    ],
    details: { currency: 'USD', pricesSeen, load: defaultLoad, ...found },
  };
}
