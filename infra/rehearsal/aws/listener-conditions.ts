import { contains, parseCidr } from '../cloud/cidr';
import type { FrontRequest } from '../runtime/runtime';
import type { ListenerRuleArgs } from './listener-rule';

export type Condition = ListenerRuleArgs['conditions'][number];

/**
 * Whether a request meets all conditions of a rule; of each, one of its values.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
export function matches(conditions: readonly Condition[], request: FrontRequest): boolean {
  return conditions.every((condition) => matchesOne(condition, request));
}

function matchesOne(
  condition: Condition,
  { method, path, query, host, headers, remoteAddress }: FrontRequest,
): boolean {
  const { hostHeader, httpHeader, httpRequestMethod, pathPattern, queryStrings, sourceIp } = condition;
  if (hostHeader) return meets(hostHeader, host.replace(/:\d+$/, ''), 'any case');
  if (pathPattern) return meets(pathPattern, path);
  if (httpRequestMethod) return httpRequestMethod.values.includes(method);
  if (httpHeader) {
    const value = headers[httpHeader.httpHeaderName.toLowerCase()];
    return value !== undefined && [value].flat().some((text) => meets(httpHeader, text, 'any case'));
  }
  if (queryStrings) {
    const pairs = [...new URLSearchParams(query)];
    return queryStrings.some(({ key, value }) =>
      pairs.some(([name, text]) => (key === undefined || like(key, name, 'any case')) && like(value, text, 'any case')),
    );
  }
  const address = parseCidr(`${remoteAddress.replace(/^::ffff:/, '')}/32`);
  return (sourceIp?.values ?? []).some((text) => {
    const block = parseCidr(text);
    return block !== undefined && address !== undefined && contains(block, address);
  });
}

type Letters = 'any case' | 'as written';
type Patterns = { values?: readonly string[]; regexValues?: readonly string[] };

function meets({ values = [], regexValues = [] }: Patterns, text: string, letters: Letters = 'as written'): boolean {
  return (
    values.some((pattern) => like(pattern, text, letters)) ||
    regexValues.some((pattern) => new RegExp(pattern, letters === 'any case' ? 'i' : '').test(text))
  );
}

/** With * for any number of characters and ? for exactly one. */
function like(pattern: string, text: string, letters: Letters): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, letters === 'any case' ? 'is' : 's').test(text);
}
