import type { CostLine, Estimate, Totals } from './estimate';
import type { Load } from './load';
import { pricesSeen } from './price';
import { prices } from './prices';

const shared = /^shared /;
const usd = (amount: number) => amount.toFixed(2);

type Row = readonly [string, string, string];

/** Columns of text: names to the left, amounts to the right. */
function table(rows: readonly Row[], indent: string): string[] {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [name = 0, idle = 0, atLoad = 0] = widths;
  return rows.map(
    ([first, second, third]) => `${indent}${first.padEnd(name)}  ${second.padStart(idle)}  ${third.padStart(atLoad)}`,
  );
}

const header = (title: string): Row => [title, 'idle', 'at load'];
const amounts = (name: string, { idleUsd, loadUsd }: Totals): Row => [name, usd(idleUsd), usd(loadUsd)];

export function describeLoad({ requestsPerSecond, msPerRequest, gbOut, storedGb }: Load): string {
  return `${requestsPerSecond} requests a second of ${msPerRequest} ms, ${gbOut} GB a month to users, ${storedGb} GB of rows`;
}

/** Groups in the order in which people compare them: what is shared first, then the targets. */
export function sortedGroups({ groups }: Estimate): [string, Totals][] {
  return Object.entries(groups).sort(([a], [b]) => Number(shared.test(b)) - Number(shared.test(a)) || (a < b ? -1 : 1));
}

/** Totals side by side, for the end of a rehearsal and of the table. */
export function describeTotals(estimate: Estimate, indent = ''): string[] {
  const rows = sortedGroups(estimate).map(([group, totals]) => amounts(group, totals));
  return [
    ...table([header('US dollars a month'), ...rows, amounts('together', estimate)], indent),
    ...warnings(estimate).map((line) => `${indent}${line}`),
  ];
}

/** Everything: each resource by group, then the totals. */
export function describeEstimate(estimate: Estimate, { stack, load }: { stack: string; load: Load }): string {
  const sections = sortedGroups(estimate).map(([group, totals]) => {
    const lines = estimate.lines.filter((line) => line.group === group);
    return table([header(group), ...lines.map(describeLine), amounts('total', totals)], '  ').join('\n');
  });
  return [
    `${stack} in US dollars a month, at prices of us-east-1 and us-central1 seen on ${pricesSeen}.`,
    `Idle: nobody comes. At load: ${describeLoad(load)}; every target as if all of it came there.`,
    ...sections,
    describeTotals(estimate, '  ').join('\n'),
  ].join('\n\n');
}

function describeLine(line: CostLine): Row {
  const mark = prices[line.price].readAt === undefined ? ' (price not confirmed)' : '';
  return amounts(`${line.resource} (${line.type.split(':').at(-1)}): ${line.what}${mark}`, line);
}

/** What is paid for while nobody uses it, and what is missing. */
function warnings({ lines, idleUsd, unpriced }: Estimate): string[] {
  const largest = [...lines].sort((a, b) => b.idleUsd - a.idleUsd).slice(0, 3);
  const most = largest.map((line) => `${line.resource} ${line.what} ${usd(line.idleUsd)}`).join(', ');
  return [
    ...(idleUsd > 0 ? [`warning: ${usd(idleUsd)} a month is paid while nobody comes, most of it for ${most}`] : []),
    ...(unpriced.length > 0 ? [`warning: nobody has priced ${unpriced.join(', ')}`] : []),
  ];
}
