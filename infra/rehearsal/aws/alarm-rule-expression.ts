/** What a composite alarm computes from the states of others. */
export type AlarmRule = { readonly names: readonly string[]; isTrue(stateOf: (name: string) => string): boolean };

/**
 * `ALARM("a") AND (OK("b") OR NOT INSUFFICIENT_DATA("c"))`. Throws SyntaxError for all else. Source:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
export function parseAlarmRule(text: string): AlarmRule {
  const tokens = text.match(/"[^"]*"|[A-Za-z_]+|\S/g) ?? [];
  const names: string[] = [];
  let at = 0;
  const take = (wanted?: RegExp): string => {
    const token = tokens[at++] ?? '';
    if (token === '' || (wanted && !wanted.test(token))) throw new SyntaxError(`"${token}" in an alarm rule`);
    return token;
  };
  type Test = (stateOf: (name: string) => string) => boolean;

  function operand(): Test {
    const token = take();
    if (token === '(') {
      const inner = either();
      take(/^\)$/);
      return inner;
    }
    if (token === 'NOT') {
      const inner = operand();
      return (stateOf) => !inner(stateOf);
    }
    if (token === 'TRUE' || token === 'FALSE') return () => token === 'TRUE';
    if (!['ALARM', 'OK', 'INSUFFICIENT_DATA'].includes(token)) throw new SyntaxError(`"${token}" in an alarm rule`);
    take(/^\($/);
    // A name, or the alarm's ARN.
    const name = (
      take(/^"[^"]+"$/)
        .slice(1, -1)
        .split(':alarm:')
        .at(-1) ?? ''
    ).trim();
    take(/^\)$/);
    names.push(name);
    return (stateOf) => stateOf(name) === token;
  }

  function both(): Test {
    const parts = [operand()];
    while (tokens[at] === 'AND') {
      take();
      parts.push(operand());
    }
    return (stateOf) => parts.every((part) => part(stateOf));
  }

  function either(): Test {
    const parts = [both()];
    while (tokens[at] === 'OR') {
      take();
      parts.push(both());
    }
    return (stateOf) => parts.some((part) => part(stateOf));
  }

  const isTrue = either();
  if (at < tokens.length) throw new SyntaxError(`"${tokens[at]}" comes where the alarm rule must end`);
  return { names, isTrue };
}
