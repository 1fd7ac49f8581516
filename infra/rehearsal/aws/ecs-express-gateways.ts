import { type Cloud, table } from '../cloud/cloud';
import type { Front } from '../runtime/runtime';
import type { AnswerCounts } from './ecs-express-alarm';
import type { ExpressNetwork } from './ecs-express-task';
import { failAsLoadBalancer, refuseSize } from './listener-answers';

/** A load balancer that AWS makes and shares among the Express services of a VPC. */
export type Gateway = {
  readonly vpcId: string;
  readonly isPublic: boolean;
  /** Of the first service's subnets: later ones must be there too. */
  readonly zones: readonly string[];
  readonly services: Set<string>;
};

const gateways = table<Gateway>('load balancers of ecs express');

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-work.html */
const mostServices = 25;
/** The load balancer's own; Express has no setting for it. */
const idleTimeoutSeconds = 60;

/** Those of the VPC that face the same way. */
export function findGateways(cloud: Cloud, { vpcId, isPublic }: ExpressNetwork): Gateway[] {
  return [...cloud.table(gateways).values()].filter(
    (gateway) => gateway.vpcId === vpcId && gateway.isPublic === isPublic,
  );
}

/** One that has room, else another one. */
export function joinGateway(cloud: Cloud, serviceArn: string, network: ExpressNetwork): void {
  const known = findGateways(cloud, network);
  const free = known.find(({ services }) => services.size < mostServices);
  if (free) {
    free.services.add(serviceArn);
    return;
  }
  const { vpcId, isPublic, zones } = network;
  const key = `${vpcId} ${isPublic ? 'public' : 'private'} ${known.length}`;
  cloud.table(gateways).set(key, { vpcId, isPublic, zones, services: new Set([serviceArn]) });
}

/** The last service takes the load balancer with it. */
export function leaveGateway(cloud: Cloud, serviceArn: string): void {
  for (const [key, { services }] of cloud.table(gateways)) {
    if (services.delete(serviceArn) && services.size === 0) cloud.table(gateways).delete(key);
  }
}

/** Where users reach one service: the load balancer's rule for its host name. */
export function openServiceFront(cloud: Cloud, name: string, counts: AnswerCounts): Promise<Front> {
  return cloud.runtime.openFront({
    name,
    answer: refuseSize,
    failure: failAsLoadBalancer,
    requestTimeoutSeconds: idleTimeoutSeconds,
    addHeaders: () => ({ 'x-forwarded-port': '443' }),
    onAnswer: ({ container, status }) => counts.note(container, status),
  });
}
