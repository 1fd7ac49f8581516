import type { Cloud } from '../cloud/cloud';
import { blockBetween, type Interfaces } from './group-path';
import { loadBalancer } from './load-balancer';
import { forwardersOf, probeOf } from './target-group-targets';

/**
 * Why a load balancer's health checks and requests do not get to a target of this group, in the words of its target health
 * (`Target.Timeout`); undefined when they do. Asked by what registers targets, before it waits for the health check.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
 */
export function blockTarget(
  cloud: Cloud,
  targetGroupArn: string,
  target: Interfaces & { port: number },
): string | undefined {
  const ports = new Set([target.port, probeOf(cloud, targetGroupArn, target.port).port]);
  for (const arn of forwardersOf(cloud, targetGroupArn)) {
    const balancer = cloud.find(loadBalancer, arn);
    if (!balancer) continue;
    const { subnets, securityGroups, name } = balancer.outputs;
    const from = { subnetIds: subnets, securityGroupIds: securityGroups };
    for (const port of ports) {
      const blocked = blockBetween(cloud, { from, to: target, port });
      if (blocked !== undefined)
        return `Target.Timeout: Request timed out (from the load balancer ${name}: ${blocked})`;
    }
  }
  return undefined;
}
