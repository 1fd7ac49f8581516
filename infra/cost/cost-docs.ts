import { join } from 'node:path';
import { targets } from '../targets';
import { describeLoad, sortedGroups } from './describe-estimate';
import { type Estimate, estimate } from './estimate';
import { defaultLoad } from './load';
import { pricesSeen } from './price';
import { prices } from './prices';
import { readStackConfig, resourcesOf } from './stack-resources';

export const costDocsFile = join(__dirname, '..', '..', 'docs', 'cost.md');

const examples = ['dev', 'prod', 'eks', 'local'];

const usd = (amount: number) => amount.toFixed(2);

/** docs/cost.md, which a test compares. */
export async function buildCostDocs(): Promise<string> {
  const alone = [];
  for (const target of Object.keys(targets)) {
    const found = estimate(await resourcesOf('dev', { 'taproom:targets': [target] }), defaultLoad);
    alone.push({ target, found });
  }
  const stacks = [];
  for (const stack of examples) {
    stacks.push({ stack, found: estimate(await resourcesOf(stack, readStackConfig(stack)), defaultLoad) });
  }
  return [
    '# What it costs',
    `Written by \`npm run cost -- --docs\`; a test compares it. US dollars a month, at on-demand prices of us-east-1 and ` +
      `us-central1 seen on ${pricesSeen}, without taxes and free tiers of new accounts. Other regions cost up to 30 % more. ` +
      `\`npm run cost -- STACK --rps 100\` tells it for a stack of your own, by resource.`,
    `**Idle**: nobody comes. **At load**: ${describeLoad(defaultLoad)}. Requests are assumed to keep a vCPU busy for all of ` +
      'their time, each to open a connection of its own and to write one log line of 500 bytes: upper bounds.',
    '## Target by target',
    'The smallest sizes, one target alone. "Shared" is what further targets of the same cloud share: database, cache, ' +
      'registry, and the network as far as this target needs it.',
    ...byTarget(alone),
    '## The example stacks',
    ...stacks.flatMap(({ stack, found }) => [`### ${stack}`, ...byGroup(found)]),
    '## Prices',
    "A price is confirmed where its number was read: on a copy of the provider's page, or in results that are computed from " +
      "the provider's price list. The others are as remembered, and the page decides.",
    ...priceTable(),
  ]
    .join('\n\n')
    .concat('\n');
}

function byTarget(alone: readonly { target: string; found: Estimate }[]): string[] {
  const rows = alone.map(({ target, found }) => {
    const own = found.groups[target] ?? { idleUsd: 0, loadUsd: 0 };
    const rest = { idleUsd: found.idleUsd - own.idleUsd, loadUsd: found.loadUsd - own.loadUsd };
    const cells = [own.idleUsd, own.loadUsd, rest.idleUsd, rest.loadUsd, found.idleUsd, found.loadUsd].map(usd);
    return `| ${target} | ${cells.join(' | ')} |`;
  });
  return [
    [
      '| target | own, idle | own, at load | shared, idle | shared, at load | together, idle | together, at load |',
      '|---|--:|--:|--:|--:|--:|--:|',
      ...rows,
    ].join('\n'),
  ];
}

function byGroup(found: Estimate): string[] {
  const rows = sortedGroups(found).map(
    ([group, { idleUsd, loadUsd }]) => `| ${group} | ${usd(idleUsd)} | ${usd(loadUsd)} |`,
  );
  const total = `| **together** | **${usd(found.idleUsd)}** | **${usd(found.loadUsd)}** |`;
  return [['| | idle | at load |', '|---|--:|--:|', ...rows, total].join('\n')];
}

function priceTable(): string[] {
  const rows = Object.entries(prices).map(([key, { usd: amount, unit, source, readAt }]) => {
    const where = readAt === undefined ? 'not confirmed' : `[read](${readAt})`;
    return `| ${key} | ${amount} | ${unit} | [page](${source}) | ${where} |`;
  });
  return [['| price | US dollars | for one | provider | number |', '|---|--:|---|---|---|', ...rows].join('\n')];
}
