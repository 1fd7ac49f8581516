import { type Cloud, type Entity, table } from '../cloud/cloud';
import type { Container, Front } from '../runtime/runtime';
import { rulesOf } from './listener-rule';

/** A registered target. */
export type Target = { readonly container: Container; readonly port: number };

/** What is registered, by the ARN of the target group. */
export const registeredTargets = table<readonly Target[]>('load balancer targets');

/** The open port of a listener. The front's pools have the names of the target groups. */
export type OpenListener = { readonly front: Front; readonly loadBalancerArn: string; readonly port: number };

/** By the ARN of the listener. */
export const openListeners = table<OpenListener>('open listeners');

/** Registers these targets and no others; whatever forwards to the group follows at once. */
export function registerTargets(cloud: Cloud, targetGroupArn: string, targets: readonly Target[]): void {
  cloud.table(registeredTargets).set(targetGroupArn, targets);
  for (const { front } of cloud.table(openListeners).values()) fill(front, targetGroupArn, targets);
}

/** A front of a new listener knows all groups at once: its rules may name any of them later. */
export function addListener(cloud: Cloud, listenerArn: string, listener: OpenListener): void {
  cloud.table(openListeners).set(listenerArn, listener);
  for (const [arn, targets] of cloud.table(registeredTargets)) fill(listener.front, arn, targets);
}

/** A listener takes its rules with it. */
export async function closeListener(cloud: Cloud, listenerArn: string): Promise<void> {
  for (const rule of rulesOf(cloud, listenerArn)) cloud.remove(rule as unknown as Entity);
  const found = cloud.table(openListeners).get(listenerArn);
  cloud.table(openListeners).delete(listenerArn);
  await found?.front.close();
}

/** A load balancer takes its listeners with it. */
export async function closeListeners(cloud: Cloud, loadBalancerArn: string): Promise<void> {
  for (const [arn, listener] of [...cloud.table(openListeners)]) {
    if (listener.loadBalancerArn !== loadBalancerArn) continue;
    const entity = cloud.find({ token: 'aws:lb/listener:Listener' }, arn);
    if (entity) cloud.remove(entity as Entity);
    await closeListener(cloud, arn);
  }
}

/** What listens on a port of a load balancer. */
export function findListener(cloud: Cloud, loadBalancerArn: string, port: number): OpenListener | undefined {
  return [...cloud.table(openListeners).values()].find(
    (listener) => listener.loadBalancerArn === loadBalancerArn && listener.port === port,
  );
}

function fill(front: Front, pool: string, targets: readonly Target[]): void {
  front.setBackends(
    targets.map((target) => ({ ...target, weight: 1 })),
    pool,
  );
}
