import { type Cloud, table } from '../cloud/cloud';
import type { IngressBackends, IngressController, UnhealthyTarget } from '../kubernetes/cluster';
import { idOf, type KubeObject } from '../kubernetes/objects';
import type { Container } from '../runtime/runtime';
import { type AlbModel, buildAlbModel } from './eks-alb-model';
import type { Cluster } from './eks-handles';
import { originOf } from './eks-origin';
import { listener } from './listener';
import { type LoadBalancer, loadBalancer } from './load-balancer';
import { makeByService, removeByService } from './made-by-service';
import { ingressRule, securityGroup } from './security-groups';
import { targetGroup } from './target-group';
import { probeOf, setTargets } from './target-group-targets';
import { blockTarget } from './target-path';

/** What stands for an Ingress: by the cluster's server and the Ingress's id. */
type Made = {
  model: AlbModel;
  balancer: LoadBalancer;
  groupId: string;
  listenerArns: readonly string[];
  targetGroupArn: string;
  /** Targets that have passed the health check once. */
  healthy: Set<Container>;
};
const balancers = table<Made>('load balancers of ingresses');

/** Subnets that load balancers of the internet are put into. */
export function isFront(tags: Readonly<Record<string, string>> | undefined): boolean {
  return ['1', ''].includes(tags?.['kubernetes.io/role/elb'] ?? 'none');
}

/** The controller that EKS Auto Mode runs for Ingresses. Source: https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html */
export function albController(cloud: Cloud, cluster: Cluster): IngressController {
  const keyOf = (ingress: KubeObject) => `${cluster.outputs.endpoint} ${idOf(ingress)}`;
  const find = (ingress: KubeObject) => cloud.table(balancers).get(keyOf(ingress));

  async function follow(ingress: KubeObject, { targets }: IngressBackends): Promise<UnhealthyTarget[]> {
    const made = find(ingress);
    if (!made) return [];
    const { securityGroupIds, subnetIds } = originOf(cloud, cluster);
    const unhealthy: UnhealthyTarget[] = [];
    const reached: (typeof targets)[number][] = [];
    for (const target of targets) {
      const { container, port } = target;
      const blocked = blockTarget(cloud, made.targetGroupArn, { securityGroupIds, subnetIds, port });
      if (blocked !== undefined) {
        unhealthy.push({ container, why: blocked });
        continue;
      }
      reached.push(target);
      if (made.healthy.has(container)) continue;
      const result = await cloud.runtime.waitUntilHealthy(container, probeOf(cloud, made.targetGroupArn, port));
      if (result.healthy) made.healthy.add(container);
      else unhealthy.push({ container, why: `Target.FailedHealthChecks: ${result.lastAnswer}` });
    }
    const healthy = reached.filter(({ container }) => made.healthy.has(container));
    // With no healthy target at all, a load balancer asks every one.
    // Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
    setTargets(cloud, made.targetGroupArn, healthy.length > 0 ? healthy : reached);
    return unhealthy;
  }

  async function apply(ingress: KubeObject, backends: IngressBackends) {
    const model = await buildAlbModel(cloud, cluster, ingress);
    if ('why' in model) return model;
    const before = find(ingress);
    if (before && JSON.stringify(before.model) !== JSON.stringify(model)) await remove(ingress);
    const made = find(ingress) ?? (await make(model));
    cloud.table(balancers).set(keyOf(ingress), made);
    await follow(ingress, backends);
    return { hostname: made.balancer.outputs.dnsName };
  }

  async function make(model: AlbModel): Promise<Made> {
    const { place, outputs } = cluster;
    const { vpcId, clusterSecurityGroupId } = outputs.vpcConfig;
    const everything = { fromPort: 0, toPort: 0, protocol: '-1', cidrBlocks: ['0.0.0.0/0'] };
    const group = await makeByService(cloud, securityGroup, {
      name: model.name,
      place,
      inputs: {
        name: model.name,
        description: '[k8s] Managed SecurityGroup for LoadBalancer',
        vpcId,
        ingress: model.listeners.map(({ port }) => ({
          fromPort: port,
          toPort: port,
          protocol: 'tcp',
          cidrBlocks: model.inboundCidrs,
        })),
        egress: [everything],
      },
    });
    await makeByService(cloud, ingressRule, {
      name: model.name,
      place,
      inputs: {
        securityGroupId: clusterSecurityGroupId,
        referencedSecurityGroupId: group.id,
        ipProtocol: 'tcp',
        fromPort: 0,
        toPort: 65_535,
      },
    });
    const balancer = await makeByService(cloud, loadBalancer, {
      name: model.name,
      place,
      inputs: { name: model.name, internal: model.internal, subnets: [...model.subnetIds], securityGroups: [group.id] },
    });
    const targets = await makeByService(cloud, targetGroup, {
      name: model.name,
      place,
      inputs: {
        name: model.name,
        port: 80,
        protocol: 'HTTP',
        targetType: 'ip',
        vpcId,
        healthCheck: { ...model.healthCheck },
      },
    });
    const listenerArns: string[] = [];
    for (const { port, protocol } of model.listeners) {
      const isRedirected = model.redirectPort !== undefined && protocol === 'HTTP';
      const made = await makeByService(cloud, listener, {
        name: `${model.name}:${port}`,
        place,
        inputs: {
          loadBalancerArn: balancer.id,
          port,
          protocol,
          ...(protocol === 'HTTPS' && model.certificateArn !== undefined && { certificateArn: model.certificateArn }),
          defaultActions: [
            isRedirected
              ? {
                  type: 'redirect',
                  redirect: { protocol: 'HTTPS', port: String(model.redirectPort), statusCode: 'HTTP_301' },
                }
              : { type: 'forward', targetGroupArn: targets.id },
          ],
        },
      });
      listenerArns.push(made.id);
    }
    return { model, balancer, groupId: group.id, listenerArns, targetGroupArn: targets.id, healthy: new Set() };
  }

  async function remove(ingress: KubeObject): Promise<void> {
    const made = find(ingress);
    cloud.table(balancers).delete(keyOf(ingress));
    if (!made) return;
    for (const arn of made.listenerArns) {
      const found = cloud.find(listener, arn);
      if (found) await removeByService(cloud, listener, found);
    }
    await removeByService(cloud, loadBalancer, made.balancer);
    const targets = cloud.find(targetGroup, made.targetGroupArn);
    if (targets) await removeByService(cloud, targetGroup, targets);
    for (const rule of cloud.list(ingressRule)) {
      if (rule.inputs.referencedSecurityGroupId === made.groupId) await removeByService(cloud, ingressRule, rule);
    }
    const group = cloud.find(securityGroup, made.groupId);
    if (group) await removeByService(cloud, securityGroup, group);
  }

  return { apply, follow, remove };
}
