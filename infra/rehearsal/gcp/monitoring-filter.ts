/** One restriction of a filter: `resource.label.service_name = "orders"`. */
export type Restriction = {
  /** metric.type, resource.type, metric.label.NAME or resource.label.NAME, whichever way it was written. */
  readonly field: string;
  readonly operator: '=' | '!=' | 'starts_with';
  readonly value: string;
};

export type MonitoringFilter =
  | { readonly kind: 'series'; readonly restrictions: readonly Restriction[] }
  /** How many times faster than its budget allows an objective is used up over a time. */
  | { readonly kind: 'burn rate'; readonly slo: string; readonly lookbackSeconds: number }
  | { readonly kind: 'invalid'; readonly why: string };

/** Of a series: those of its metric and its resource together, and `metric.type` and `resource.type`. */
export type Labels = Readonly<Record<string, string>>;

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const burnRate = /^select_slo_burn_rate\(\s*"([^"]+)"\s*,\s*"?(\d+)([smhd])"?\s*\)$/;
const restriction =
  /^(?:AND\s+)?(metric\.type|resource\.type|(?:metric|resource)\.labels?\.(?:"[\w]+"|[\w]+))\s*(=|!=)\s*(?:starts_with\(\s*"([^"]*)"\s*\)|"([^"]*)")\s*/;

/**
 * A filter as alert policies, objectives and charts have it. Only conjunctions of comparisons and the burn rate are
 * simulated: what else Google takes (OR, NOT, other functions) is told as that.
 * Source: https://docs.cloud.google.com/monitoring/api/v3/filters
 */
export function parseFilter(text: string): MonitoringFilter {
  const trimmed = text.trim();
  const selector = burnRate.exec(trimmed);
  if (selector) {
    const [, slo = '', count = '', unit = ''] = selector;
    return { kind: 'burn rate', slo, lookbackSeconds: Number(count) * (unitSeconds[unit] ?? 0) };
  }
  if (trimmed.startsWith('select_slo_burn_rate')) {
    return { kind: 'invalid', why: 'a burn rate is select_slo_burn_rate("SLO\'s name", "3600s")' };
  }
  const restrictions: Restriction[] = [];
  let rest = trimmed;
  while (rest !== '') {
    const found = restriction.exec(rest);
    if (!found) return { kind: 'invalid', why: `not understood, or not simulated: ${rest}` };
    const [whole, field = '', operator, prefix, value = ''] = found;
    if (prefix !== undefined && operator === '!=') return { kind: 'invalid', why: `not simulated: ${whole.trim()}` };
    restrictions.push({
      field: field.replace('.labels.', '.label.').replaceAll('"', ''),
      operator: prefix !== undefined ? 'starts_with' : operator === '!=' ? '!=' : '=',
      value: prefix ?? value,
    });
    rest = rest.slice(whole.length);
  }
  return { kind: 'series', restrictions };
}

/** What the filter asks `metric.type` or `resource.type` to be. */
export function equalTo(filter: MonitoringFilter, field: 'metric.type' | 'resource.type'): string | undefined {
  if (filter.kind !== 'series') return undefined;
  return filter.restrictions.find((one) => one.field === field && one.operator === '=')?.value;
}

/** Whether a series is one of those that the filter asks for. */
export function matches(restrictions: readonly Restriction[], labels: Labels): boolean {
  return restrictions.every(({ field, operator, value }) => {
    const actual = labelOf(labels, field);
    if (operator === 'starts_with') return actual.startsWith(value);
    return operator === '=' ? actual === value : actual !== value;
  });
}

/** A label by its field, as restrictions and `groupByFields` write it; empty when the series has none. */
export function labelOf(labels: Labels, field: string): string {
  return labels[field.endsWith('.type') ? field : nameOf(field)] ?? '';
}

/** `service_name` of `resource.label."service_name"`. */
export function nameOf(field: string): string {
  return field.replaceAll('"', '').split('.').slice(2).join('.');
}
