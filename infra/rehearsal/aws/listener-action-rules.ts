import type { Cloud } from '../cloud/cloud';
import { applyRule, inputRule } from '../rules';
import { type Action, forwardsOf } from './forwarding';
import { listener } from './listener';
import { refuseAction } from './listener-action';
import { listenerRule, rulesOf } from './listener-rule';
import { loadBalancer } from './load-balancer';
import { targetGroup } from './target-group';

const source = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html';
const quotas = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html';

function actionsOf(inputs: { defaultActions?: Action[]; actions?: Action[] }): { property: string; actions: Action[] } {
  const { defaultActions, actions = [] } = inputs;
  return defaultActions ? { property: 'defaultActions', actions: defaultActions } : { property: 'actions', actions };
}

/** The VPC of a load balancer. */
function homeOf(cloud: Cloud, loadBalancerArn: string | undefined) {
  return loadBalancerArn === undefined ? undefined : cloud.find(loadBalancer, loadBalancerArn)?.outputs.vpcId;
}

export const listenerActionRules = [
  inputRule({
    id: 'aws.elb.actions',
    refuses:
      'An action without its settings, of a type that does not exist, or a redirect to itself; users who sign in cannot be rehearsed.',
    source: source,
    types: [listener, listenerRule],
    check: ({ inputs }) => {
      const { property, actions } = actionsOf(inputs);
      return actions.flatMap((action, index) => {
        const wrong = refuseAction(action);
        return wrong === undefined ? [] : [`${wrong} (${property}[${index}])`];
      });
    },
  }),
  inputRule({
    id: 'aws.elb.forward-weights',
    refuses: 'A forward to more than 5 target groups, or to one twice, or weights outside of 0 to 999.',
    source: source,
    types: [listener, listenerRule],
    check: ({ inputs }) => {
      const { property, actions } = actionsOf(inputs);
      return actions.flatMap((action) => {
        const forwards = forwardsOf(action);
        const wrong = forwards.filter(({ weight }) => !Number.isInteger(weight) || weight < 0 || weight > 999);
        return [
          ...(forwards.length > 5
            ? [
                `TooManyTargetGroups: An action can forward to 5 target groups at most (${property}.forward.targetGroups has ${forwards.length})`,
              ]
            : []),
          ...(new Set(forwards.map(({ arn }) => arn)).size < forwards.length
            ? [
                `ValidationError: A target group can only be specified once in a forward action (${property}.forward.targetGroups)`,
              ]
            : []),
          ...wrong.map(
            ({ weight }) =>
              `expected ${property}.forward.targetGroups.weight to be in the range (0 - 999), got ${weight}`,
          ),
        ];
      });
    },
  }),
  applyRule({
    id: 'aws.elb.forward-target-group',
    refuses: 'A forward to a target group that does not exist, or that is of another VPC than the load balancer.',
    source: source,
    types: [listener, listenerRule],
    check: ({ inputs, cloud }) => {
      const balancer =
        'listenerArn' in inputs
          ? cloud.find(listener, inputs.listenerArn)?.inputs.loadBalancerArn
          : inputs.loadBalancerArn;
      const home = homeOf(cloud, balancer);
      return actionsOf(inputs)
        .actions.flatMap(forwardsOf)
        .flatMap(({ arn }) => {
          const group = cloud.find(targetGroup, arn);
          if (!group) return [`TargetGroupNotFound: Target groups '${arn}' not found (targetGroupArn)`];
          return home === undefined || group.inputs.vpcId === home
            ? []
            : [
                `InvalidConfigurationRequest: The following target groups are in a different VPC than the load balancer: ${arn} (vpcId)`,
              ];
        });
    },
  }),
  applyRule({
    id: 'aws.elb.target-group-shared',
    refuses: 'A target group behind two load balancers.',
    source: quotas,
    types: [listener, listenerRule],
    check: ({ inputs, cloud }) => {
      const balancer =
        'listenerArn' in inputs
          ? cloud.find(listener, inputs.listenerArn)?.inputs.loadBalancerArn
          : inputs.loadBalancerArn;
      const wanted = actionsOf(inputs)
        .actions.flatMap(forwardsOf)
        .map(({ arn }) => arn);
      const others = cloud.list(listener).filter((other) => other.inputs.loadBalancerArn !== balancer);
      const taken = others.flatMap((other) => [
        ...other.inputs.defaultActions.flatMap(forwardsOf),
        ...rulesOf(cloud, other.id).flatMap((rule) => rule.inputs.actions.flatMap(forwardsOf)),
      ]);
      const shared = wanted.find((arn) => taken.some((forward) => forward.arn === arn));
      return (
        shared &&
        `TargetGroupAssociationLimit: The following target groups cannot be associated with more than one load balancer: ${shared}`
      );
    },
  }),
];
