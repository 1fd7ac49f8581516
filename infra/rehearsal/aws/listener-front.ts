import { randomBytes } from 'node:crypto';
import { type Cloud, type Entity, table } from '../cloud/cloud';
import type { Front, FrontAnswer, FrontPool, FrontRequest } from '../runtime/runtime';
import { namesOfListener } from './certificate-names';
import { type Action, chooseGroup, forwardsOf } from './forwarding';
import { answerAsLoadBalancer, answerOf, failAsLoadBalancer, refuseSize } from './listener-answers';
import { matches } from './listener-conditions';
import { rulesOf } from './listener-rule';

/** What a firewall says of a request, by the ARN of the load balancer that it stands before. Undefined lets it through. */
export const firewalls = table<(request: FrontRequest) => FrontAnswer | undefined>('firewalls of load balancers');

type Parts = {
  balancer: Entity<
    { idleTimeout?: number; preserveHostHeader?: boolean; xffHeaderProcessingMode?: string },
    { name: string }
  >;
  listener: Entity<{ port?: number; certificateArn?: string }, { protocol: string; defaultActions: readonly Action[] }>;
};

/** Opens what users reach at a listener's port. Its rules and weights are asked at each request. */
export function openListenerFront(cloud: Cloud, { balancer, listener }: Parts): Promise<Front> {
  const { inputs, outputs } = listener;
  const port = inputs.port ?? 0;
  let turn = 0;
  const route = (request: FrontRequest): FrontAnswer | FrontPool => {
    const refused = refuseSize(request) ?? cloud.table(firewalls).get(balancer.id)?.(request);
    if (refused) return refused;
    const rule = rulesOf(cloud, listener.id).find((candidate) => matches(candidate.inputs.conditions, request));
    const action = lastOf(rule?.outputs.actions ?? listener.outputs.defaultActions);
    const answer = action && answerOf(action, request, port);
    if (answer) return answer;
    turn += 1;
    const pool = chooseGroup(action ? forwardsOf(action) : [], turn);
    return pool === undefined ? answerAsLoadBalancer(503, 'Service Temporarily Unavailable') : { pool };
  };
  return cloud.runtime.openFront({
    name: `${balancer.outputs.name}:${port}`,
    scheme: outputs.protocol === 'HTTPS' ? 'https' : 'http',
    certificateNames: () => namesOfListener(cloud, listener),
    answer: route,
    failure: failAsLoadBalancer,
    // Asked at each request: an update of the load balancer changes them in place.
    get requestTimeoutSeconds() {
      return balancer.inputs.idleTimeout ?? 60;
    },
    get forwardedFor() {
      return forwardedFor(balancer.inputs.xffHeaderProcessingMode);
    },
    addHeaders: () => ({ 'x-forwarded-port': String(port), 'x-amzn-trace-id': traceId(cloud) }),
  });
}

/** Those before it ask who the user is, and are refused as not simulated. */
function lastOf(actions: readonly Action[]): Action | undefined {
  return [...actions].sort((a, b) => (a.order ?? 0) - (b.order ?? 0)).at(-1);
}

function forwardedFor(mode: string | undefined): 'append' | 'preserve' | 'remove' {
  return mode === 'preserve' || mode === 'remove' ? mode : 'append';
}

/** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html */
function traceId(cloud: Cloud): string {
  const seconds = Math.floor(cloud.clock.now() / 1_000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')}`;
}
