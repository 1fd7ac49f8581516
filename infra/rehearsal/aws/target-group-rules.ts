import { applyRule, inputRule } from '../rules';
import { refuseName } from './load-balancer-rules';
import { healthCheckOf, parseMatcher, targetGroup } from './target-group';
import { vpc } from './vpc';

const source = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html';
const healthSource =
  'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html';

function refuseRange(
  property: string,
  value: number | undefined,
  { from, to }: { from: number; to: number },
): string[] {
  return value === undefined || (value >= from && value <= to)
    ? []
    : [`expected ${property} to be in the range (${from} - ${to}), got ${value}`];
}

export const targetGroupRules = [
  inputRule({
    id: 'aws.elb.target-group-name',
    refuses: 'A name of more than 32 letters, digits and hyphens, or with a hyphen at an end.',
    source,
    types: targetGroup,
    check: ({ inputs }) => refuseName(inputs.name),
  }),
  inputRule({
    id: 'aws.elb.target-type',
    refuses: 'A type of targets that does not exist; only addresses (ip) can be rehearsed.',
    source,
    types: targetGroup,
    check: ({ inputs: { targetType = 'instance' } }) => {
      if (targetType === 'ip') return undefined;
      return ['alb', 'instance', 'lambda'].includes(targetType)
        ? `not simulated: targets of the type ${targetType} (targetType; tasks and pods need ip)`
        : `expected targetType to be one of ["instance" "ip" "lambda" "alb"], got ${targetType}`;
    },
  }),
  inputRule({
    id: 'aws.elb.target-group-needs',
    refuses: 'A target group without a port, a protocol or a VPC.',
    source,
    types: targetGroup,
    check: ({ inputs: { port, protocol, vpcId, targetType = 'instance' } }) =>
      Object.entries({ port, protocol, vpcId })
        .filter(([, value]) => value === undefined)
        .map(([name]) => `Attribute "${name}" must be specified when "targetType" is "${targetType}".`),
  }),
  inputRule({
    id: 'aws.elb.target-group-protocol',
    refuses: 'A protocol that application load balancers do not speak to targets, or a port that is none.',
    source,
    types: targetGroup,
    check: ({ inputs: { port, protocol, protocolVersion = 'HTTP1' } }) => [
      ...(protocol !== undefined && !['HTTP', 'HTTPS'].includes(protocol)
        ? [`not simulated: target groups of the protocol ${protocol} (protocol must be HTTP or HTTPS)`]
        : []),
      ...(['GRPC', 'HTTP1', 'HTTP2'].includes(protocolVersion)
        ? []
        : [`expected protocolVersion to be one of ["GRPC" "HTTP1" "HTTP2"], got ${protocolVersion}`]),
      ...refuseRange('port', port, { from: 1, to: 65_535 }),
    ],
  }),
  inputRule({
    id: 'aws.elb.health-check-limits',
    refuses: 'A health check outside of its limits: interval 5 to 300 s, timeout 2 to 120 s, thresholds 2 to 10.',
    source: healthSource,
    types: targetGroup,
    check: ({ inputs: { healthCheck = {}, deregistrationDelay, slowStart } }) => [
      ...refuseRange('healthCheck.interval', healthCheck.interval, { from: 5, to: 300 }),
      ...refuseRange('healthCheck.timeout', healthCheck.timeout, { from: 2, to: 120 }),
      ...refuseRange('healthCheck.healthyThreshold', healthCheck.healthyThreshold, { from: 2, to: 10 }),
      ...refuseRange('healthCheck.unhealthyThreshold', healthCheck.unhealthyThreshold, { from: 2, to: 10 }),
      ...refuseRange('deregistrationDelay', deregistrationDelay, { from: 0, to: 3_600 }),
      ...(slowStart === 0 ? [] : refuseRange('slowStart', slowStart, { from: 30, to: 900 })),
    ],
  }),
  inputRule({
    id: 'aws.elb.health-check-timeout',
    refuses: 'A health check whose timeout is not shorter than its interval.',
    source: healthSource,
    types: targetGroup,
    check: ({ inputs }) => {
      const { interval = 30, timeout } = healthCheckOf(inputs);
      return timeout < interval
        ? undefined
        : `ValidationError: Health check interval must be greater than the timeout. (healthCheck.timeout ${timeout}, healthCheck.interval ${interval})`;
    },
  }),
  inputRule({
    id: 'aws.elb.health-check-request',
    refuses:
      'A health check by another protocol than HTTP and HTTPS, at no path, or with a matcher outside of 200-499.',
    source: healthSource,
    types: targetGroup,
    check: ({ inputs }) => {
      const { path, protocol = 'HTTP', matcher, port = 'traffic-port' } = healthCheckOf(inputs);
      const number = Number(port);
      const ranges = parseMatcher(matcher);
      return [
        ...(['HTTP', 'HTTPS'].includes(protocol)
          ? []
          : [`ValidationError: Health check protocol '${protocol}' must be one of HTTP, HTTPS (healthCheck.protocol)`]),
        ...(/^\/\S{0,1023}$/.test(path)
          ? []
          : [
              `ValidationError: Health check path '${path}' must begin with a '/' character, and can have 1024 characters at most (healthCheck.path)`,
            ]),
        ...(port === 'traffic-port' || (Number.isInteger(number) && number >= 1 && number <= 65_535)
          ? []
          : [`healthCheck.port must be a valid port number (1-65536) or "traffic-port", got ${port}`]),
        ...(ranges?.every(({ from, to }) => from >= 200 && to <= 499)
          ? []
          : [
              `ValidationError: Health check matcher HTTP code '${matcher}' must be within '200-499' inclusive (healthCheck.matcher)`,
            ]),
      ];
    },
  }),
  applyRule({
    id: 'aws.elb.target-group-vpc',
    refuses: 'A target group in a VPC that does not exist.',
    source,
    types: targetGroup,
    check: ({ inputs, cloud }) =>
      inputs.vpcId === undefined || cloud.find(vpc, inputs.vpcId)
        ? undefined
        : `ValidationError: The VPC ID '${inputs.vpcId}' is not found (vpcId)`,
  }),
];
