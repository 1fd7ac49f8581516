import { listOf, recordsOf } from '../policy/read-inputs';
import { type Load, logGb, millionRequests } from './load';
import { hoursPerMonth } from './price';
import type { Part, Pricers } from './priced-resource';

/** What one capacity unit takes. Source: https://aws.amazon.com/elasticloadbalancing/pricing/ */
const unit = { newConnectionsPerSecond: 25, gbPerHour: 1 };

/** A load balancer that is reached from the internet, in so many zones. Each request counts as a new connection. */
export function balancerParts(load: Load, zones: number): Part[] {
  const units = Math.max(
    load.requestsPerSecond / unit.newConnectionsPerSecond,
    load.gbOut / hoursPerMonth / unit.gbPerHour,
  );
  return [
    { what: 'load balancer', price: 'aws.load-balancer.hour', quantity: hoursPerMonth },
    { what: 'its capacity units', price: 'aws.load-balancer.lcu-hour', quantity: units * hoursPerMonth },
    { what: 'its public addresses', price: 'aws.ipv4.hour', quantity: zones * hoursPerMonth },
  ];
}

/** Ways in and out. */
export const awsNetwork: Pricers = {
  'aws:lb/loadBalancer:LoadBalancer': ({ inputs, load }) =>
    balancerParts(load, inputs.internal === true ? 0 : listOf(inputs.subnets).length),
  // The controller of the cluster makes a balancer in two zones for it.
  'kubernetes:networking.k8s.io/v1:Ingress': ({ load }) => balancerParts(load, 2),
  'aws:ec2/natGateway:NatGateway': ({ load }) => [
    { what: 'gateway', price: 'aws.nat.hour', quantity: hoursPerMonth },
    { what: 'log lines through it', price: 'aws.nat.gb', quantity: logGb(load) },
  ],
  'aws:ec2/eip:Eip': () => [{ what: 'public address', price: 'aws.ipv4.hour', quantity: hoursPerMonth }],
  'aws:ec2/vpcEndpoint:VpcEndpoint': ({ inputs, load }) => {
    const isInterface = inputs.vpcEndpointType === 'Interface';
    const isForLogs = String(inputs.serviceName).endsWith('.logs');
    const zones = isInterface ? listOf(inputs.subnetIds).length : 0;
    return [
      { what: 'endpoint, by zone', price: 'aws.endpoint.hour', quantity: zones * hoursPerMonth },
      { what: 'log lines through it', price: 'aws.endpoint.gb', quantity: isInterface && isForLogs ? logGb(load) : 0 },
    ];
  },
  'aws:wafv2/webAcl:WebAcl': ({ inputs, load }) => [
    { what: 'list', price: 'aws.waf.acl', quantity: 1 },
    { what: 'rules', price: 'aws.waf.rule', quantity: recordsOf(inputs.rules).length },
    { what: 'requests', price: 'aws.waf.requests', quantity: millionRequests(load) },
  ],
};
