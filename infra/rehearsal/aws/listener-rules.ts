import type { Cloud } from '../cloud/cloud';
import { applyRule, inputRule } from '../rules';
import { certificate, issuedCertificates } from './certificate';
import { listenerCertificate } from './certificate-names';
import { listener } from './listener';
import { loadBalancer } from './load-balancer';
import { sslPolicies } from './ssl-policies';

const source = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html';
const certificateSource =
  'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html';

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
];
