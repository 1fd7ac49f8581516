import type { lb } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import type { Cloud, Entity } from '../cloud/cloud';
import { publicNames } from '../cloud/public-names';
import { type OutputsOf, resource } from '../declare';
import { arn } from './declare';
import { closeListeners } from './listener-fronts';
import { connectTo } from './load-balancer-path';
import { loadBalancerZone } from './load-balancer-zones';
import { securityGroup } from './security-groups';
import { subnet, vpc } from './vpc';

export type LoadBalancerArgs = Unwrap<lb.LoadBalancerArgs>;
export type LoadBalancerOutputs = OutputsOf<lb.LoadBalancer>;
export type LoadBalancer = Entity<LoadBalancerArgs, LoadBalancerOutputs>;

/** Application load balancers; network and gateway ones are not simulated. */
export const loadBalancer = resource<lb.LoadBalancer, lb.LoadBalancerArgs>({
  token: 'aws:lb/loadBalancer:LoadBalancer',
  naming: { maxLength: 32 },
  replaceOn: ['customerOwnedIpv4Pool', 'internal', 'loadBalancerType', 'name', 'namePrefix'],
  unordered: ['securityGroups', 'subnets', 'subnetMappings'],
  defaults: {
    clientKeepAlive: 3_600,
    desyncMitigationMode: 'defensive',
    dropInvalidHeaderFields: false,
    enableDeletionProtection: false,
    enableHttp2: true,
    enableTlsVersionAndCipherSuiteHeaders: false,
    enableWafFailOpen: false,
    enableXffClientPort: false,
    enableZonalShift: false,
    idleTimeout: 60,
    loadBalancerType: 'application',
    preserveHostHeader: false,
    xffHeaderProcessingMode: 'append',
  },
  empty: [
    'enablePrefixForIpv6SourceNat',
    'enforceSecurityGroupInboundRulesOnPrivateLinkTraffic',
    'namePrefix',
    'secondaryIpsAutoAssignedPerSubnet',
  ],
  seconds: { create: 180, update: 10, delete: 20 },
  id: ({ inputs, place, seed }) =>
    arn('elasticloadbalancing', place, `loadbalancer/app/${inputs.name}/${seed.hex(16)}`),
  outputs: ({ id, inputs, cloud, place, seed, previous }) => {
    const region = place.region ?? '';
    const subnets = subnetsOf(inputs);
    const vpcId = cloud.find(subnet, subnets[0] ?? '')?.outputs.vpcId ?? '';
    const internal = inputs.internal ?? false;
    return {
      arn: id,
      arnSuffix: id.split(':loadbalancer/').at(-1) ?? '',
      dnsName:
        previous?.dnsName ??
        `${internal ? 'internal-' : ''}${inputs.name}-${seed.digits(9)}.${region}.elb.amazonaws.com`,
      internal,
      ipAddressType: inputs.ipAddressType ?? 'ipv4',
      securityGroups: inputs.securityGroups ?? [cloud.find(vpc, vpcId)?.outputs.defaultSecurityGroupId ?? ''],
      subnetMappings: subnets.map((subnetId) => ({ subnetId, outpostId: '' })),
      subnets,
      vpcId,
      zoneId: loadBalancerZone(region) ?? `Z${seed.hex(19, 'zone').toUpperCase()}`,
    };
  },
  unique: ({ inputs, place }) => `load balancer ${inputs.name} in ${place.region}`,
  exists: ({ inputs }) => `ELBv2 Load Balancer (${inputs.name}) already exists (name)`,
  uses: ({ inputs, cloud }) => [
    ...subnetsOf(inputs).map((id) => cloud.find(subnet, id)),
    ...(inputs.securityGroups ?? []).map((id) => cloud.find(securityGroup, id)),
  ],
  create: ({ entity, cloud }) => {
    cloud.table(publicNames).set(entity.outputs.dnsName.toLowerCase(), {
      connect: (port) => connectTo(cloud, entity, port),
    });
  },
  delete: async ({ entity, cloud }): Promise<'gone'> => {
    cloud.table(publicNames).delete(entity.outputs.dnsName.toLowerCase());
    await closeListeners(cloud, entity.id);
    return 'gone';
  },
});

export function subnetsOf({ subnets, subnetMappings = [] }: LoadBalancerArgs): string[] {
  return subnets ?? subnetMappings.map(({ subnetId }) => subnetId);
}

export function getLoadBalancer(cloud: Cloud, id: string): LoadBalancer | undefined {
  return cloud.find(loadBalancer, id);
}
