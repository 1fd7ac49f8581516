import type { lb } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';

/** Of a listener or of a rule: they are of the same shape. */
export type Action = Unwrap<lb.ListenerArgs>['defaultActions'][number];

export type Forward = { arn: string; weight: number };

/** The target groups that an action forwards to; of a single one, the weight is 1. */
export function forwardsOf({ type, targetGroupArn, forward }: Action): Forward[] {
  if (type !== 'forward') return [];
  if (forward === undefined) return targetGroupArn === undefined ? [] : [{ arn: targetGroupArn, weight: 1 }];
  return forward.targetGroups.map(({ arn, weight = 1 }) => ({ arn, weight }));
}

/** The same actions, with other weights where they forward. A group that is not named gets nothing. */
export function withWeights(actions: readonly Action[], weights: Readonly<Record<string, number>>): Action[] {
  return actions.map((action): Action => {
    if (action.type !== 'forward') return action;
    const { targetGroupArn: _single, ...rest } = action;
    const targetGroups = Object.entries(weights).map(([arn, weight]) => ({ arn, weight }));
    return { ...rest, forward: { ...action.forward, targetGroups } };
  });
}

/**
 * Chooses among the groups by weight, evenly over the turns: golden-ratio steps need no chance. Undefined when no group has a
 * weight. A load balancer keeps to the weights even where a group has no healthy target.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html#forward-actions
 */
export function chooseGroup(forwards: readonly Forward[], turn: number): string | undefined {
  const total = forwards.reduce((sum, { weight }) => sum + weight, 0);
  let point = ((turn * 0.618_033_988_749_895) % 1) * total;
  return forwards.find(({ weight }) => {
    point -= weight;
    return point < 0;
  })?.arn;
}
