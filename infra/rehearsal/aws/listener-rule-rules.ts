import { applyRule, inputRule } from '../rules';
import { listener } from './listener';
import { listenerRule, rulesOf } from './listener-rule';

const source = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html';

export const listenerRuleRules = [
  inputRule({
    id: 'aws.elb.rule-priority-range',
    refuses: 'A priority outside of 1 to 50,000.',
    source: source,
    types: listenerRule,
    check: ({ inputs: { priority } }) =>
      priority === undefined || (Number.isInteger(priority) && priority >= 1 && priority <= 50_000)
        ? undefined
        : `expected priority to be in the range (1 - 50000), got ${priority}`,
  }),
  applyRule({
    id: 'aws.elb.rule-priority',
    refuses: 'A rule of a listener that does not exist, or a second one of a priority.',
    source: source,
    types: listenerRule,
    check: ({ id, inputs, cloud }) => {
      if (!cloud.find(listener, inputs.listenerArn))
        return `ListenerNotFound: One or more listeners not found (listenerArn)`;
      return rulesOf(cloud, inputs.listenerArn).some(
        (other) => other.id !== id && other.outputs.priority === inputs.priority,
      )
        ? `PriorityInUse: Priority '${inputs.priority}' is currently in use (priority)`
        : undefined;
    },
  }),
  inputRule({
    id: 'aws.elb.rule-conditions',
    refuses: 'A rule without conditions, with more than 5 values of them, or with a condition that is not exactly one.',
    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html',
    types: listenerRule,
    check: ({ inputs: { conditions } }) => {
      if (conditions.length === 0) return 'ValidationError: A condition must be specified (conditions)';
      const wrong = conditions.find(
        (condition) => Object.values(condition).filter((value) => value !== undefined).length !== 1,
      );
      if (wrong)
        return 'Only one of hostHeader, httpHeader, httpRequestMethod, pathPattern, queryStrings or sourceIp can be set in a condition (conditions)';
      const count = conditions.flatMap(
        ({ hostHeader, httpHeader, httpRequestMethod, pathPattern, queryStrings, sourceIp }) => [
          ...[hostHeader, httpHeader, pathPattern].flatMap((found) => [
            ...(found?.values ?? []),
            ...(found?.regexValues ?? []),
          ]),
          ...(httpRequestMethod?.values ?? []),
          ...(sourceIp?.values ?? []),
          ...(queryStrings ?? []),
        ],
      ).length;
      return count > 5
        ? `TooManyConditions: A rule can have 5 values of conditions at most (conditions have ${count})`
        : undefined;
    },
  }),
];
