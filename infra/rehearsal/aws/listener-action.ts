import { type Action, forwardsOf } from './forwarding';

const authentications = ['authenticate-cognito', 'authenticate-oidc', 'jwt-validation'];
const contentTypes = ['application/javascript', 'application/json', 'text/css', 'text/html', 'text/plain'];

/** Why an action of a listener or rule is none; undefined when it is one. */
export function refuseAction(action: Action): string | undefined {
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
