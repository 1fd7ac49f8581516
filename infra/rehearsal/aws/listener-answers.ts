import type { FrontAnswer, FrontFailure, FrontRequest } from '../runtime/runtime';
import type { Action } from './forwarding';

/** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html#http-headers-limits */
const limits = { requestLine: 16 * 1_024, header: 16 * 1_024, headers: 64 * 1_024 };

/** An answer of the load balancer itself. */
export function answerAsLoadBalancer(status: number, reason: string): FrontAnswer {
  const title = `${status} ${reason}`;
  return {
    status,
    headers: { server: 'awselb/2.0', 'content-type': 'text/html' },
    body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`,
  };
}

/** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html */
export function failAsLoadBalancer(kind: FrontFailure): FrontAnswer {
  if (kind === 'no backend') return answerAsLoadBalancer(503, 'Service Temporarily Unavailable');
  return kind === 'lost' ? answerAsLoadBalancer(502, 'Bad Gateway') : answerAsLoadBalancer(504, 'Gateway Time-out');
}

/** What is larger than a load balancer takes; undefined lets the request through. */
export function refuseSize({ method, path, query, headers }: FrontRequest): FrontAnswer | undefined {
  if (`${method} ${path}?${query} HTTP/1.1`.length > limits.requestLine)
    return answerAsLoadBalancer(414, 'Request-URI Too Large');
  const sizes = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? ''].flat().map((text) => `${name}: ${text}`.length),
  );
  const isTooLarge =
    sizes.some((size) => size > limits.header) || sizes.reduce((sum, size) => sum + size, 0) > limits.headers;
  return isTooLarge ? answerAsLoadBalancer(400, 'Bad Request') : undefined;
}

/** Undefined when the action is no answer. */
export function answerOf(action: Action, request: FrontRequest, port: number): FrontAnswer | undefined {
  const { fixedResponse, redirect, type } = action;
  if (type === 'fixed-response' && fixedResponse) {
    return {
      status: Number(fixedResponse.statusCode),
      headers: { server: 'awselb/2.0', 'content-type': fixedResponse.contentType },
      body: fixedResponse.messageBody ?? '',
    };
  }
  if (type !== 'redirect' || !redirect) return undefined;
  const status = redirect.statusCode === 'HTTP_301' ? 301 : 302;
  const answer = answerAsLoadBalancer(status, status === 301 ? 'Moved Permanently' : 'Found');
  return { ...answer, headers: { ...answer.headers, location: locationOf(redirect, request, port) } };
}

type Redirect = NonNullable<Action['redirect']>;

/** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html#redirect-actions */
function locationOf(redirect: Redirect, request: FrontRequest, port: number): string {
  const host = request.host.replace(/:\d+$/, '');
  const fill = (text: string) =>
    text
      .replace(/#\{protocol\}/g, port === 443 ? 'HTTPS' : 'HTTP')
      .replace(/#\{host\}/g, host)
      .replace(/#\{port\}/g, String(port))
      .replace(/#\{path\}/g, request.path.slice(1))
      .replace(/#\{query\}/g, request.query);
  const query = fill(redirect.query ?? '#{query}');
  const scheme = fill(redirect.protocol ?? '#{protocol}').toLowerCase();
  return `${scheme}://${fill(redirect.host ?? '#{host}')}:${fill(redirect.port ?? '#{port}')}${fill(redirect.path ?? '/#{path}')}${query === '' ? '' : `?${query}`}`;
}
