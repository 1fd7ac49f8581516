import type { lb } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import type { Cloud, Entity } from '../cloud/cloud';
import { Refusal } from '../cloud/refusal';
import { type OutputsOf, resource } from '../declare';
import { certificate } from './certificate';
import { forwardsOf } from './forwarding';
import { openListenerFront } from './listener-front';
import { addListener, closeListener } from './listener-fronts';
import { loadBalancer } from './load-balancer';
import { targetGroup } from './target-group';

export type ListenerArgs = Unwrap<lb.ListenerArgs>;
export type ListenerOutputs = OutputsOf<lb.Listener>;
export type Listener = Entity<ListenerArgs, ListenerOutputs>;

/** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
const defaultSslPolicy = 'ELBSecurityPolicy-2016-08';

export const listener = resource<lb.Listener, lb.ListenerArgs>({
  token: 'aws:lb/listener:Listener',
  replaceOn: ['loadBalancerArn'],
  empty: [
    'routingHttpRequestXAmznMtlsClientcertHeaderName',
    'routingHttpRequestXAmznMtlsClientcertIssuerHeaderName',
    'routingHttpRequestXAmznMtlsClientcertLeafHeaderName',
    'routingHttpRequestXAmznMtlsClientcertSerialNumberHeaderName',
    'routingHttpRequestXAmznMtlsClientcertSubjectHeaderName',
    'routingHttpRequestXAmznMtlsClientcertValidityHeaderName',
    'routingHttpRequestXAmznTlsCipherSuiteHeaderName',
    'routingHttpRequestXAmznTlsVersionHeaderName',
    'routingHttpResponseAccessControlAllowCredentialsHeaderValue',
    'routingHttpResponseAccessControlAllowHeadersHeaderValue',
    'routingHttpResponseAccessControlAllowMethodsHeaderValue',
    'routingHttpResponseAccessControlAllowOriginHeaderValue',
    'routingHttpResponseAccessControlExposeHeadersHeaderValue',
    'routingHttpResponseAccessControlMaxAgeHeaderValue',
    'routingHttpResponseContentSecurityPolicyHeaderValue',
    'routingHttpResponseStrictTransportSecurityHeaderValue',
    'routingHttpResponseXContentTypeOptionsHeaderValue',
    'routingHttpResponseXFrameOptionsHeaderValue',
    'tcpIdleTimeoutSeconds',
  ],
  seconds: { create: 1, delete: 1 },
  id: ({ inputs, seed }) => `${inputs.loadBalancerArn.replace(':loadbalancer/', ':listener/')}/${seed.hex(16)}`,
  outputs: ({ id, inputs }) => ({
    arn: id,
    mutualAuthentication: { advertiseTrustStoreCaNames: '', mode: 'off', ...inputs.mutualAuthentication },
    protocol: protocolOf(inputs),
    routingHttpResponseServerEnabled: inputs.routingHttpResponseServerEnabled ?? true,
    sslPolicy: inputs.sslPolicy ?? (protocolOf(inputs) === 'HTTPS' ? defaultSslPolicy : ''),
  }),
  uses: ({ inputs, cloud }) => [
    ...inputs.defaultActions.flatMap(forwardsOf).map(({ arn }) => cloud.find(targetGroup, arn)),
    inputs.certificateArn === undefined ? undefined : cloud.find(certificate, inputs.certificateArn),
  ],
  create: async ({ entity, cloud }) => open(cloud, entity),
  update: async ({ entity, cloud, previous }) => {
    const { port, protocol } = entity.outputs;
    if (previous.outputs.port === port && previous.outputs.protocol === protocol) return;
    await closeListener(cloud, entity.id);
    await open(cloud, entity);
  },
  delete: async ({ entity, cloud }): Promise<'gone'> => {
    await closeListener(cloud, entity.id);
    return 'gone';
  },
});

async function open(cloud: Cloud, entity: Listener): Promise<void> {
  const { loadBalancerArn } = entity.inputs;
  const balancer = cloud.find(loadBalancer, loadBalancerArn);
  if (!balancer) throw new Refusal(`LoadBalancerNotFound: Load balancer '${loadBalancerArn}' not found`);
  const front = await openListenerFront(cloud, { balancer, listener: entity });
  addListener(cloud, entity.id, { front, loadBalancerArn, port: entity.inputs.port ?? 0 });
}

/** The provider's default for application load balancers. */
function protocolOf({ protocol }: ListenerArgs): string {
  return protocol ?? 'HTTP';
}
