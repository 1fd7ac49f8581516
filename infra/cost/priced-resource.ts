import type { Load } from './load';
import type { PriceKey } from './prices';

/** A resource of a program, before or after it exists. */
export type PricedResource = {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URN. */
  readonly parent?: string;
};

/** A part of a resource's price: so many units in a month. */
export type Part = { readonly what: string; readonly price: PriceKey; readonly quantity: number };

export type PricingRequest = PricedResource & { readonly stack: readonly PricedResource[]; readonly load: Load };

/** The parts are the same, in the same order, whatever the load: only quantities follow it. */
export type Pricer = (request: PricingRequest) => readonly Part[];

/** By type. */
export type Pricers = Readonly<Record<string, Pricer>>;

/** Others of the same component, such as the scaling of a service. */
export function findSibling({ stack, parent }: PricingRequest, type: string): PricedResource | undefined {
  return stack.find((resource) => resource.type === type && resource.parent === parent);
}
