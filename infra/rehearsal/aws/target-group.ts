import type { lb } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import { type OutputsOf, resource } from '../declare';
import { arn } from './declare';
import { vpc } from './vpc';

export type TargetGroupArgs = Unwrap<lb.TargetGroupArgs>;
export type TargetGroupOutputs = OutputsOf<lb.TargetGroup>;

/** Whatever else names a target group, such as an ECS service, does not keep it. */
export const listenerTokens = ['aws:lb/listener:Listener', 'aws:lb/listenerRule:ListenerRule'];

export const targetGroup = resource<lb.TargetGroup, lb.TargetGroupArgs>({
  token: 'aws:lb/targetGroup:TargetGroup',
  naming: { maxLength: 32 },
  replaceOn: [
    'ipAddressType',
    'name',
    'namePrefix',
    'port',
    'protocol',
    'protocolVersion',
    'targetControlPort',
    'targetType',
    'vpcId',
  ],
  defaults: {
    deregistrationDelay: 300,
    lambdaMultiValueHeadersEnabled: false,
    proxyProtocolV2: false,
    slowStart: 0,
    targetType: 'instance',
  },
  empty: ['connectionTermination', 'loadBalancerArns', 'namePrefix', 'targetFailovers', 'targetHealthStates'],
  seconds: { create: 1, delete: 1 },
  id: ({ inputs, place, seed }) => arn('elasticloadbalancing', place, `targetgroup/${inputs.name}/${seed.hex(16)}`),
  outputs: ({ id, inputs }) => ({
    arn: id,
    arnSuffix: id.split(':').at(-1) ?? '',
    healthCheck: healthCheckOf(inputs),
    ipAddressType: inputs.ipAddressType ?? 'ipv4',
    loadBalancingAlgorithmType: inputs.loadBalancingAlgorithmType ?? 'round_robin',
    loadBalancingAnomalyMitigation: inputs.loadBalancingAnomalyMitigation ?? 'off',
    loadBalancingCrossZoneEnabled: inputs.loadBalancingCrossZoneEnabled ?? 'use_load_balancer_configuration',
    preserveClientIp: inputs.preserveClientIp ?? '',
    protocolVersion: inputs.protocolVersion ?? 'HTTP1',
    stickiness: { cookieDuration: 86_400, cookieName: '', enabled: false, type: 'lb_cookie', ...inputs.stickiness },
    targetGroupHealth: {
      dnsFailover: { minimumHealthyTargetsCount: '1', minimumHealthyTargetsPercentage: 'off' },
      unhealthyStateRouting: { minimumHealthyTargetsCount: 1, minimumHealthyTargetsPercentage: 'off' },
      ...inputs.targetGroupHealth,
    },
  }),
  unique: ({ inputs, place }) => `target group ${inputs.name} in ${place.region}`,
  exists: ({ inputs }) =>
    `DuplicateTargetGroupName: A target group with the same name '${inputs.name}' exists, but with different settings (name)`,
  uses: ({ inputs, cloud }) => [inputs.vpcId === undefined ? undefined : cloud.find(vpc, inputs.vpcId)],
  inUse: ({ outputs }, users) =>
    users.some(({ entity }) => entity && listenerTokens.includes(entity.token))
      ? `ResourceInUse: Target group '${outputs.arn}' is currently in use by a listener or a rule`
      : undefined,
});

/**
 * What the provider and AWS fill in.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
export function healthCheckOf({ healthCheck = {} }: TargetGroupArgs): TargetGroupOutputs['healthCheck'] {
  return {
    enabled: true,
    healthyThreshold: 3,
    interval: 30,
    matcher: '200',
    path: '/',
    port: 'traffic-port',
    protocol: 'HTTP',
    timeout: 5,
    unhealthyThreshold: 3,
    ...healthCheck,
  };
}

/** The statuses that a matcher admits: "200", "200,302", "200-299" and mixtures. Undefined when it is none. */
export function parseMatcher(matcher: string): readonly { from: number; to: number }[] | undefined {
  const parts = matcher.split(',').map((part) => /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(part.trim()));
  const ranges = parts.flatMap((match) =>
    match ? [{ from: Number(match[1]), to: Number(match[2] ?? match[1]) }] : [],
  );
  return ranges.length === parts.length && ranges.every(({ from, to }) => from <= to) ? ranges : undefined;
}
