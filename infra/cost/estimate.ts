import { awsCompute } from './aws-compute';
import { awsNetwork } from './aws-network';
import { awsStores } from './aws-stores';
import { awsWatching } from './aws-watching';
import { freeTypes } from './free-types';
import { google } from './google';
import { idle, type Load } from './load';
import type { PricedResource, Pricers } from './priced-resource';
import { type PriceKey, prices } from './prices';

export const pricers: Pricers = { ...awsCompute, ...awsNetwork, ...awsStores, ...awsWatching, ...google };

export type CostLine = {
  /** Whose it is: a target, or what the targets of a cloud share. */
  readonly group: string;
  readonly type: string;
  readonly resource: string;
  readonly what: string;
  readonly price: PriceKey;
  /** US dollars a month. */
  readonly idleUsd: number;
  readonly loadUsd: number;
};

export type Totals = { readonly idleUsd: number; readonly loadUsd: number };

export type Estimate = Totals & {
  readonly lines: readonly CostLine[];
  /** By group, in the order of the lines. */
  readonly groups: Readonly<Record<string, Totals>>;
  /** Types that nobody has priced: the totals are too low by them. */
  readonly unpriced: readonly string[];
};

/**
 * What the resources cost in a month, without users and with them. Every target is counted as if the whole load came to it, and
 * so is what the targets of a cloud share. Throws RangeError for a size that has no price.
 */
export function estimate(resources: readonly PricedResource[], load: Load): Estimate {
  const lines = resources.flatMap((resource) => priceOf(resource, resources, load));
  const groups: Record<string, Totals> = {};
  for (const { group } of lines) groups[group] ??= totalsOf(lines.filter((line) => line.group === group));
  return { lines, ...totalsOf(lines), groups, unpriced: findUnpriced(resources) };
}

export function totalsOf(lines: readonly CostLine[]): Totals {
  return {
    idleUsd: lines.reduce((sum, line) => sum + line.idleUsd, 0),
    loadUsd: lines.reduce((sum, line) => sum + line.loadUsd, 0),
  };
}

/** Parts that cost nothing either way are left out. */
function priceOf(resource: PricedResource, stack: readonly PricedResource[], load: Load): CostLine[] {
  const pricer = pricers[resource.type];
  if (pricer === undefined) return [];
  const unused = pricer({ ...resource, stack, load: idle(load) });
  const group = groupOf(resource, stack);
  return pricer({ ...resource, stack, load })
    .map(({ what, price, quantity }, index) => ({
      group,
      type: resource.type,
      resource: resource.name,
      what,
      price,
      idleUsd: (unused[index]?.quantity ?? 0) * prices[price].usd,
      loadUsd: quantity * prices[price].usd,
    }))
    .filter(({ idleUsd, loadUsd }) => idleUsd > 0 || loadUsd > 0);
}

const isComponent = (type: string) => type.startsWith('taproom:');
/** The stack itself and its providers are nothing in a cloud. */
const isEngine = (type: string) => type === 'pulumi:pulumi:Stack' || type.startsWith('pulumi:providers:');

/** The outermost component that holds it: a target, or the foundation of a cloud. */
function groupOf({ parent }: PricedResource, stack: readonly PricedResource[]): string {
  let group = 'shared by all';
  for (let urn = parent; urn !== undefined; ) {
    const found = stack.find((resource) => resource.urn === urn);
    if (found !== undefined && isComponent(found.type)) {
      group = found.type.endsWith(':Foundation') ? `shared on ${found.name}` : found.name;
    }
    urn = found?.parent;
  }
  return group;
}

function findUnpriced(resources: readonly PricedResource[]): string[] {
  const types = new Set(resources.map(({ type }) => type));
  return [...types].filter((type) => !(isComponent(type) || isEngine(type) || type in pricers || type in freeTypes));
}
