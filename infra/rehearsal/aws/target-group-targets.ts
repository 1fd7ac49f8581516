import type { Cloud, Entity } from '../cloud/cloud';
import { Refusal } from '../cloud/refusal';
import type { Probe } from '../runtime/runtime';
import { type Action, forwardsOf, withWeights } from './forwarding';
import { listener } from './listener';
import { registerTargets, type Target } from './listener-fronts';
import { listenerRule } from './listener-rule';
import { parseMatcher, targetGroup } from './target-group';

/** The registered targets, those that get requests, no others; fronts of all listeners that forward there follow at once. */
export function setTargets(cloud: Cloud, targetGroupArn: string, targets: readonly Target[]): void {
  registerTargets(cloud, targetGroupArn, targets);
}

/** The group's health check, for `runtime.waitUntilHealthy` of a target on this port. Throws a Refusal without the group. */
export function probeOf(cloud: Cloud, targetGroupArn: string, targetPort?: number): Probe {
  const group = cloud.find(targetGroup, targetGroupArn);
  if (!group) throw new Refusal(`TargetGroupNotFound: One or more target groups not found: ${targetGroupArn}`);
  const { healthCheck, port = 80 } = group.outputs;
  const accepted = parseMatcher(healthCheck.matcher) ?? [];
  const own = Number(healthCheck.port);
  return {
    kind: 'http',
    port: Number.isInteger(own) ? own : (targetPort ?? port),
    path: healthCheck.path,
    initialDelaySeconds: 0,
    intervalSeconds: healthCheck.interval ?? 30,
    timeoutSeconds: healthCheck.timeout,
    healthyThreshold: healthCheck.healthyThreshold ?? 3,
    unhealthyThreshold: healthCheck.unhealthyThreshold ?? 3,
    accepts: (status) => accepted.some(({ from, to }) => from <= status && status <= to),
  };
}

/**
 * What a deployment controller does to a listener or rule: these weights from the next request on. It changes the cloud's own
 * copy, so that a refresh shows it as drift, as with AWS. Throws a Refusal when there is no such listener or rule.
 */
export function shiftTraffic(cloud: Cloud, ruleOrListenerArn: string, weights: Readonly<Record<string, number>>): void {
  const rule = cloud.find(listenerRule, ruleOrListenerArn);
  const owner = cloud.find(listener, ruleOrListenerArn);
  if (!rule && !owner) throw new Refusal(`RuleNotFound: One or more rules not found: ${ruleOrListenerArn}`);
  const shift = (actions: readonly Action[]) => withWeights(actions, weights);
  if (rule) setProperty(rule, 'actions', shift(rule.inputs.actions));
  if (owner) setProperty(owner, 'defaultActions', shift(owner.inputs.defaultActions));
}

/** In what the cloud holds: both as it was asked for and as it answers. */
function setProperty<Key extends string>(
  entity: Entity<Readonly<Record<Key, unknown>>, Readonly<Record<Key, unknown>>>,
  key: Key,
  value: unknown,
): void {
  entity.inputs = { ...entity.inputs, [key]: value };
  entity.outputs = { ...entity.outputs, [key]: value };
}

/** Whether a load balancer forwards to the group: ECS refuses a service whose group has none. */
export function isReachableByListener(cloud: Cloud, targetGroupArn: string): boolean {
  return forwardersOf(cloud, targetGroupArn).length > 0;
}

/** The ARNs of the load balancers that forward to the group. */
export function forwardersOf(cloud: Cloud, targetGroupArn: string): string[] {
  const names = (actions: readonly Action[]) => actions.flatMap(forwardsOf).some(({ arn }) => arn === targetGroupArn);
  const byRules = cloud.list(listenerRule).filter(({ inputs }) => names(inputs.actions));
  const listeners = [
    ...cloud.list(listener).filter(({ inputs }) => names(inputs.defaultActions)),
    ...byRules.flatMap(({ inputs }) => cloud.find(listener, inputs.listenerArn) ?? []),
  ];
  return [...new Set(listeners.map(({ inputs }) => inputs.loadBalancerArn))];
}
