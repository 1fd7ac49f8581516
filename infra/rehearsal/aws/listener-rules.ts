import type { Cloud } from '../cloud/cloud';
import { applyRule, inputRule } from '../rules';
import { certificate, issuedCertificates } from './certificate';
import { listenerCertificate } from './certificate-names';
import { type Action, forwardsOf } from './forwarding';
import { listener } from './listener';
import { listenerRule, rulesOf } from './listener-rule';
import { loadBalancer } from './load-balancer';
import { sslPolicies } from './ssl-policies';
import { targetGroup } from './target-group';

const source = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html';
const ruleSource = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html';
const actionSource = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html';
const quotas = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html';
const certificateSource =
  'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html';

const authentications = ['authenticate-cognito', 'authenticate-oidc', 'jwt-validation'];
const contentTypes = ['application/javascript', 'application/json', 'text/css', 'text/html', 'text/plain'];

function actionsOf(inputs: { defaultActions?: Action[]; actions?: Action[] }): { property: string; actions: Action[] } {
  const { defaultActions, actions = [] } = inputs;
  return defaultActions ? { property: 'defaultActions', actions: defaultActions } : { property: 'actions', actions };
}

function refuseAction(action: Action): string | undefined {
  const { type, fixedResponse, redirect } = action;
  if (authentications.includes(type)) return `not simulated: actions of the type ${type}`;
  if (type === 'forward') {
    return forwardsOf(action).length > 0
      ? undefined
      : 'Specify either a target group ARN or a forward block with target groups';
  }
  if (type === 'redirect') {
    if (!redirect) return 'You must specify a redirect action';
    if (!['HTTP_301', 'HTTP_302'].includes(redirect.statusCode))
      return `expected redirect.statusCode to be one of ["HTTP_301" "HTTP_302"], got ${redirect.statusCode}`;
    const { protocol = '#{protocol}', port = '#{port}', host = '#{host}', path = '/#{path}' } = redirect;
    const isLoop = protocol === '#{protocol}' && port === '#{port}' && host === '#{host}' && path === '/#{path}';
    return isLoop
      ? 'InvalidLoadBalancerAction: The redirect configuration is not valid because it creates a loop.'
      : undefined;
  }
  if (type === 'fixed-response') {
    if (!fixedResponse) return 'You must specify a fixed-response action';
    if (!contentTypes.includes(fixedResponse.contentType))
      return `expected fixedResponse.contentType to be one of ${contentTypes.join(', ')}, got ${fixedResponse.contentType}`;
    if ((fixedResponse.messageBody ?? '').length > 1_024)
      return 'fixedResponse.messageBody can have 1024 characters at most';
    return /^[245]\d\d$/.test(fixedResponse.statusCode ?? '')
      ? undefined
      : `fixedResponse.statusCode must be 2XX, 4XX or 5XX, got ${fixedResponse.statusCode}`;
  }
  return `expected type to be one of ["forward" "redirect" "fixed-response" ${authentications.map((name) => `"${name}"`).join(' ')}], got ${type}`;
}

/** The VPC and region of the load balancer behind a listener. */
function homeOf(cloud: Cloud, loadBalancerArn: string | undefined) {
  return loadBalancerArn === undefined ? undefined : cloud.find(loadBalancer, loadBalancerArn)?.outputs.vpcId;
}

function refuseCertificate(cloud: Cloud, arn: string, region: string | undefined): string | undefined {
  const found = cloud.find(certificate, arn);
  if (!found || found.place.region !== region)
    return `CertificateNotFound: Certificate '${arn}' not found (certificateArn)`;
  return cloud.table(issuedCertificates).has(arn)
    ? undefined
    : `UnsupportedCertificate: The certificate '${arn}' must have a fully-qualified domain name, a supported signature, and a supported key size. (certificateArn: it is not issued yet)`;
}

export const listenerRules = [
  inputRule({
    id: 'aws.elb.listener-protocol',
    refuses: 'A listener of another protocol than HTTP and HTTPS, or without a port.',
    source,
    types: listener,
    check: ({ inputs: { port, protocol = 'HTTP' } }) => {
      if (!['HTTP', 'HTTPS'].includes(protocol)) {
        return `ValidationError: Protocol '${protocol}' is not supported by application load balancers: it must be one of HTTP, HTTPS (protocol)`;
      }
      return port !== undefined && port >= 1 && port <= 65_535
        ? undefined
        : `ValidationError: A listener port must be specified, from 1 to 65535 (port)`;
    },
  }),
  inputRule({
    id: 'aws.elb.listener-certificate',
    refuses: 'An HTTPS listener without a certificate, or an HTTP listener with a certificate or policy of TLS.',
    source,
    types: listener,
    check: ({ inputs: { protocol = 'HTTP', certificateArn, sslPolicy } }) => {
      if (protocol === 'HTTPS') {
        return certificateArn === undefined
          ? 'ValidationError: A certificate must be specified for HTTPS listeners (certificateArn)'
          : undefined;
      }
      if (certificateArn !== undefined)
        return 'InvalidConfigurationRequest: A certificate cannot be specified for HTTP listeners (certificateArn)';
      return sslPolicy === undefined
        ? undefined
        : 'InvalidConfigurationRequest: An SSL policy cannot be specified for HTTP listeners (sslPolicy)';
    },
  }),
  inputRule({
    id: 'aws.elb.ssl-policy',
    refuses: 'A policy of TLS that does not exist.',
    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html',
    types: listener,
    check: ({ inputs: { sslPolicy } }) =>
      sslPolicy === undefined || sslPolicies.includes(sslPolicy)
        ? undefined
        : `SSLPolicyNotFound: SSL policy '${sslPolicy}' not found (sslPolicy)`,
  }),
  applyRule({
    id: 'aws.elb.certificate-issued',
    refuses: 'A certificate that is not issued, or that is of another region.',
    source: certificateSource,
    types: [listener, listenerCertificate],
    check: ({ inputs, cloud, place }) =>
      inputs.certificateArn === undefined ? undefined : refuseCertificate(cloud, inputs.certificateArn, place.region),
  }),
  applyRule({
    id: 'aws.elb.listener-twice',
    refuses: 'A listener of a load balancer that does not exist, or a second one on a port.',
    source,
    types: listener,
    check: ({ id, inputs, cloud }) => {
      const { loadBalancerArn, port } = inputs;
      if (!cloud.find(loadBalancer, loadBalancerArn)) {
        return `LoadBalancerNotFound: Load balancer '${loadBalancerArn}' not found (loadBalancerArn)`;
      }
      const other = cloud
        .list(listener)
        .some(
          (candidate) =>
            candidate.id !== id &&
            candidate.inputs.loadBalancerArn === loadBalancerArn &&
            candidate.inputs.port === port,
        );
      return other
        ? `DuplicateListener: A listener already exists on this port for this load balancer '${loadBalancerArn}' (port ${port})`
        : undefined;
    },
  }),
  inputRule({
    id: 'aws.elb.actions',
    refuses:
      'An action without its settings, of a type that does not exist, or a redirect to itself; users who sign in cannot be rehearsed.',
    source: actionSource,
    types: [listener, listenerRule],
    check: ({ inputs }) => {
      const { property, actions } = actionsOf(inputs);
      return actions.flatMap((action, index) => {
        const wrong = refuseAction(action);
        return wrong === undefined ? [] : [`${wrong} (${property}[${index}])`];
      });
    },
  }),
  inputRule({
    id: 'aws.elb.forward-weights',
    refuses: 'A forward to more than 5 target groups, or to one twice, or weights outside of 0 to 999.',
    source: actionSource,
    types: [listener, listenerRule],
    check: ({ inputs }) => {
      const { property, actions } = actionsOf(inputs);
      return actions.flatMap((action) => {
        const forwards = forwardsOf(action);
        const wrong = forwards.filter(({ weight }) => !Number.isInteger(weight) || weight < 0 || weight > 999);
        return [
          ...(forwards.length > 5
            ? [
                `TooManyTargetGroups: An action can forward to 5 target groups at most (${property}.forward.targetGroups has ${forwards.length})`,
              ]
            : []),
          ...(new Set(forwards.map(({ arn }) => arn)).size < forwards.length
            ? [
                `ValidationError: A target group can only be specified once in a forward action (${property}.forward.targetGroups)`,
              ]
            : []),
          ...wrong.map(
            ({ weight }) =>
              `expected ${property}.forward.targetGroups.weight to be in the range (0 - 999), got ${weight}`,
          ),
        ];
      });
    },
  }),
  applyRule({
    id: 'aws.elb.forward-target-group',
    refuses: 'A forward to a target group that does not exist, or that is of another VPC than the load balancer.',
    source: actionSource,
    types: [listener, listenerRule],
    check: ({ inputs, cloud }) => {
      const balancer =
        'listenerArn' in inputs
          ? cloud.find(listener, inputs.listenerArn)?.inputs.loadBalancerArn
          : inputs.loadBalancerArn;
      const home = homeOf(cloud, balancer);
      return actionsOf(inputs)
        .actions.flatMap(forwardsOf)
        .flatMap(({ arn }) => {
          const group = cloud.find(targetGroup, arn);
          if (!group) return [`TargetGroupNotFound: Target groups '${arn}' not found (targetGroupArn)`];
          return home === undefined || group.inputs.vpcId === home
            ? []
            : [
                `InvalidConfigurationRequest: The following target groups are in a different VPC than the load balancer: ${arn} (vpcId)`,
              ];
        });
    },
  }),
  applyRule({
    id: 'aws.elb.target-group-shared',
    refuses: 'A target group behind two load balancers.',
    source: quotas,
    types: [listener, listenerRule],
    check: ({ inputs, cloud }) => {
      const balancer =
        'listenerArn' in inputs
          ? cloud.find(listener, inputs.listenerArn)?.inputs.loadBalancerArn
          : inputs.loadBalancerArn;
      const wanted = actionsOf(inputs)
        .actions.flatMap(forwardsOf)
        .map(({ arn }) => arn);
      const others = cloud.list(listener).filter((other) => other.inputs.loadBalancerArn !== balancer);
      const taken = others.flatMap((other) => [
        ...other.inputs.defaultActions.flatMap(forwardsOf),
        ...rulesOf(cloud, other.id).flatMap((rule) => rule.inputs.actions.flatMap(forwardsOf)),
      ]);
      const shared = wanted.find((arn) => taken.some((forward) => forward.arn === arn));
      return (
        shared &&
        `TargetGroupAssociationLimit: The following target groups cannot be associated with more than one load balancer: ${shared}`
      );
    },
  }),
  inputRule({
    id: 'aws.elb.rule-priority-range',
    refuses: 'A priority outside of 1 to 50,000.',
    source: ruleSource,
    types: listenerRule,
    check: ({ inputs: { priority } }) =>
      priority === undefined || (Number.isInteger(priority) && priority >= 1 && priority <= 50_000)
        ? undefined
        : `expected priority to be in the range (1 - 50000), got ${priority}`,
  }),
  applyRule({
    id: 'aws.elb.rule-priority',
    refuses: 'A rule of a listener that does not exist, or a second one of a priority.',
    source: ruleSource,
    types: listenerRule,
    check: ({ id, inputs, cloud }) => {
      if (!cloud.find(listener, inputs.listenerArn))
        return `ListenerNotFound: One or more listeners not found (listenerArn)`;
      return rulesOf(cloud, inputs.listenerArn).some(
        (other) => other.id !== id && other.outputs.priority === inputs.priority,
      )
        ? `PriorityInUse: Priority '${inputs.priority}' is currently in use (priority)`
        : undefined;
    },
  }),
  inputRule({
    id: 'aws.elb.rule-conditions',
    refuses: 'A rule without conditions, with more than 5 values of them, or with a condition that is not exactly one.',
    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html',
    types: listenerRule,
    check: ({ inputs: { conditions } }) => {
      if (conditions.length === 0) return 'ValidationError: A condition must be specified (conditions)';
      const wrong = conditions.find(
        (condition) => Object.values(condition).filter((value) => value !== undefined).length !== 1,
      );
      if (wrong)
        return 'Only one of hostHeader, httpHeader, httpRequestMethod, pathPattern, queryStrings or sourceIp can be set in a condition (conditions)';
      const count = conditions.flatMap(
        ({ hostHeader, httpHeader, httpRequestMethod, pathPattern, queryStrings, sourceIp }) => [
          ...[hostHeader, httpHeader, pathPattern].flatMap((found) => [
            ...(found?.values ?? []),
            ...(found?.regexValues ?? []),
          ]),
          ...(httpRequestMethod?.values ?? []),
          ...(sourceIp?.values ?? []),
          ...(queryStrings ?? []),
        ],
      ).length;
      return count > 5
        ? `TooManyConditions: A rule can have 5 values of conditions at most (conditions have ${count})`
        : undefined;
    },
  }),
];
