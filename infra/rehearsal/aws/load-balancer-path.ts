import type { Cloud, Entity } from '../cloud/cloud';
import type { Connection } from '../cloud/public-names';
import { blockFromInternet } from './group-path';
import { findListener } from './listener-fronts';
import { internetWayOf } from './routes';

/** What the path to a load balancer depends on. */
type Balancer = Pick<
  Entity<unknown, { internal: boolean; subnets: string[]; securityGroups: string[]; dnsName: string }>,
  'id' | 'outputs'
>;

/** Where a user's connection to a port of a load balancer ends. */
export function connectTo(cloud: Cloud, { id, outputs }: Balancer, port: number): Connection {
  const { internal, subnets, securityGroups, dnsName } = outputs;
  const timeout = (why: string): Connection => ({ kind: 'timeout', why: `${dnsName}:${port}: ${why}` });
  if (internal) return timeout('the load balancer is internal: its name leads to addresses of the VPC');
  const hidden = subnets.find((subnetId) => internetWayOf(cloud, subnetId) !== 'gateway');
  if (hidden !== undefined) return timeout(`its subnet ${hidden} has no route to an internet gateway`);
  const blocked = blockFromInternet(cloud, securityGroups, port);
  if (blocked !== undefined) return timeout(blocked);
  const listener = findListener(cloud, id, port);
  return listener
    ? { kind: 'port', port: Number(new URL(listener.front.url).port) }
    : timeout('the load balancer has no listener on this port');
}
