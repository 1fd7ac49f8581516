/** What a condition of workload identity reads. */
export type Assertion = Readonly<Record<string, string>>;

type Evaluate = (assertion: Assertion) => boolean;

const string = /'([^'\\]*)'/;
const claim = /assertion\.([a-z_]+)/;
const equals = new RegExp(`^${claim.source} == ${string.source}$`);
const isIn = new RegExp(`^${claim.source} in \\[(${string.source}(?:, ${string.source})*)\\]$`);

/**
 * The part of CEL that our conditions are written in: `==` and `in` of a claim, joined by `&&`. Throws on anything else.
 * A claim that is missing is an error in CEL, which lets nobody in.
 * Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md
 */
export function evaluateCel(expression: string, assertion: Assertion): boolean {
  return expression.split(' && ').every((term) => parseTerm(term)(assertion));
}

function parseTerm(term: string): Evaluate {
  const [, equalClaim, wanted] = equals.exec(term) ?? [];
  if (equalClaim !== undefined) return (assertion) => assertion[equalClaim] === wanted;
  const [, listClaim, list = ''] = isIn.exec(term) ?? [];
  if (listClaim === undefined) throw new Error(`not CEL that is known here: ${term}`);
  const values = [...list.matchAll(new RegExp(string, 'g'))].map(([, value]) => value);
  return (assertion) => assertion[listClaim] !== undefined && values.includes(assertion[listClaim]);
}
