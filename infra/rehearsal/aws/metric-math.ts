/** A value for each period; undefined where there is no data. */
export type Values = Readonly<Record<string, number | undefined>>;

type Evaluate = (values: Values) => number | undefined;
/** What an expression computes, and the metrics that it reads. */
export type MetricMath = { readonly ids: readonly string[]; evaluate: Evaluate };

const operators: Readonly<Record<string, { binds: number; apply(a: number, b: number): number }>> = {
  OR: { binds: 1, apply: (a, b) => Number(a !== 0 || b !== 0) },
  AND: { binds: 2, apply: (a, b) => Number(a !== 0 && b !== 0) },
  '>=': { binds: 3, apply: (a, b) => Number(a >= b) },
  '<=': { binds: 3, apply: (a, b) => Number(a <= b) },
  '==': { binds: 3, apply: (a, b) => Number(a === b) },
  '!=': { binds: 3, apply: (a, b) => Number(a !== b) },
  '>': { binds: 3, apply: (a, b) => Number(a > b) },
  '<': { binds: 3, apply: (a, b) => Number(a < b) },
  '+': { binds: 4, apply: (a, b) => a + b },
  '-': { binds: 4, apply: (a, b) => a - b },
  '*': { binds: 5, apply: (a, b) => a * b },
  '/': { binds: 5, apply: (a, b) => a / b },
};

const functions: Readonly<Record<string, (given: readonly (number | undefined)[]) => number | undefined>> = {
  IF: ([condition, yes, no]) => (condition === undefined ? undefined : condition === 0 ? no : yes),
  FILL: ([value, otherwise]) => value ?? otherwise,
  ABS: ([value]) => value && Math.abs(value),
  SUM: (given) => known(given)?.reduce((sum, value) => sum + value, 0),
  AVG: (given) => known(given)?.reduce((sum, value, _index, all) => sum + value / all.length, 0),
  MAX: (given) => known(given)?.reduce((most, value) => Math.max(most, value)),
  MIN: (given) => known(given)?.reduce((least, value) => Math.min(least, value)),
};

function known(given: readonly (number | undefined)[]): number[] | undefined {
  const values = given.filter((value) => value !== undefined);
  return values.length > 0 ? values : undefined;
}

/**
 * The part of CloudWatch's metric math that alarms use: arithmetic, comparisons, and a few functions over single periods. Throws
 * SyntaxError for all else. Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function parseMetricMath(text: string): MetricMath {
  const tokens = text.match(/\d+(?:\.\d+)?|[A-Za-z_]\w*|>=|<=|==|!=|&&|\|\||\S/g) ?? [];
  const ids = new Set<string>();
  let at = 0;
  const take = (wanted?: string): string => {
    const token = tokens[at++];
    if (token === undefined) throw new SyntaxError('the expression ends too early');
    if (wanted !== undefined && token !== wanted) throw new SyntaxError(`expected "${wanted}", not "${token}"`);
    return token;
  };

  function list(end: string): Evaluate[] {
    const parts: Evaluate[] = [];
    while (tokens[at] !== end) {
      if (parts.length > 0) take(',');
      if (tokens[at] === '[') {
        take();
        parts.push(...list(']'));
      } else parts.push(binary(0));
    }
    take(end);
    return parts;
  }

  function operand(): Evaluate {
    const token = take();
    if (token === '(') {
      const inner = binary(0);
      take(')');
      return inner;
    }
    if (token === '-') {
      const inner = operand();
      return (values) => negate(inner(values));
    }
    if (/^\d/.test(token)) return () => Number(token);
    if (tokens[at] === '(') {
      const apply = functions[token];
      if (apply === undefined) throw new SyntaxError(`not simulated: the function ${token}`);
      take('(');
      const given = list(')');
      return (values) => apply(given.map((evaluate) => evaluate(values)));
    }
    if (!/^[a-z]\w*$/.test(token)) throw new SyntaxError(`"${token}" is no metric, number or function`);
    ids.add(token);
    return (values) => values[token];
  }

  function binary(least: number): Evaluate {
    let left = operand();
    for (;;) {
      const token = { '&&': 'AND', '||': 'OR' }[tokens[at] ?? ''] ?? tokens[at] ?? '';
      const operator = operators[token];
      if (operator === undefined || operator.binds <= least) return left;
      take();
      const [first, second] = [left, binary(operator.binds)];
      left = (values) => combine(operator.apply, first(values), second(values));
    }
  }

  const evaluate = binary(0);
  if (at < tokens.length) throw new SyntaxError(`"${tokens[at]}" comes where the expression must end`);
  return { ids: [...ids], evaluate };
}

function negate(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value;
}

/** A division by zero is a period without data. */
function combine(
  apply: (a: number, b: number) => number,
  a: number | undefined,
  b: number | undefined,
): number | undefined {
  if (a === undefined || b === undefined) return undefined;
  const result = apply(a, b);
  return Number.isFinite(result) ? result : undefined;
}
