import type { lb } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import type { Cloud, Entity } from '../cloud/cloud';
import { type OutputsOf, resource } from '../declare';
import { forwardsOf } from './forwarding';
import { targetGroup } from './target-group';

export type ListenerRuleArgs = Unwrap<lb.ListenerRuleArgs>;
export type ListenerRuleOutputs = OutputsOf<lb.ListenerRule>;

export const listenerRule = resource<lb.ListenerRule, lb.ListenerRuleArgs>({
  token: 'aws:lb/listenerRule:ListenerRule',
  replaceOn: ['listenerArn'],
  unordered: ['conditions', 'transforms'],
  seconds: { create: 1, delete: 1 },
  id: ({ inputs, seed }) => `${inputs.listenerArn.replace(':listener/', ':listener-rule/')}/${seed.hex(16)}`,
  outputs: ({ id, inputs, cloud, previous }) => ({
    arn: id,
    priority: inputs.priority ?? previous?.priority ?? nextPriority(cloud, inputs.listenerArn),
  }),
  uses: ({ inputs, cloud }) => inputs.actions.flatMap(forwardsOf).map(({ arn }) => cloud.find(targetGroup, arn)),
});

/** Of one listener, in the order in which they are evaluated. */
export function rulesOf(cloud: Cloud, listenerArn: string): Entity<ListenerRuleArgs, ListenerRuleOutputs>[] {
  return cloud
    .list(listenerRule)
    .filter(({ inputs }) => inputs.listenerArn === listenerArn)
    .sort((a, b) => a.outputs.priority - b.outputs.priority);
}

/** The provider's choice for a rule without one: after the last. */
function nextPriority(cloud: Cloud, listenerArn: string): number {
  return (rulesOf(cloud, listenerArn).at(-1)?.outputs.priority ?? 0) + 1;
}
