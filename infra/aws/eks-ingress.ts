import * as lb from '@pulumi/aws/lb';
import { CustomResource } from '@pulumi/kubernetes/apiextensions';
import { Ingress, IngressClass } from '@pulumi/kubernetes/networking/v1';
import * as pulumi from '@pulumi/pulumi';
import { container, type ServiceSpec } from '../target';
import { createAlias, createCertificate } from './certificate';
import { drainSeconds, type EksRelease } from './eks-release';
import type { AwsFoundation } from './foundation';
import { plainHttpWarning, sslPolicy } from './load-balancer';

type IngressRequest = {
  foundation: Pick<AwsFoundation, 'network' | 'scope'>;
  domain: ServiceSpec['domain'];
  release: EksRelease;
};

/** An instance gets requests only while /startup answers 200, and nothing else. */
const targetAnnotations = {
  'alb.ingress.kubernetes.io/target-type': 'ip',
  'alb.ingress.kubernetes.io/healthcheck-path': container.startupPath,
  'alb.ingress.kubernetes.io/healthcheck-interval-seconds': '5',
  'alb.ingress.kubernetes.io/healthcheck-timeout-seconds': '3',
  'alb.ingress.kubernetes.io/healthy-threshold-count': '2',
  'alb.ingress.kubernetes.io/unhealthy-threshold-count': '3',
  'alb.ingress.kubernetes.io/success-codes': '200',
  // What is in flight is ended within ten seconds after the drain.
  'alb.ingress.kubernetes.io/target-group-attributes': `deregistration_delay.timeout_seconds=${drainSeconds + 10}`,
};

/**
 * The way in: EKS Auto Mode makes an application load balancer of it, whose name Pulumi waits for. It stands outside the
 * chart's release, so that it is gone, and the load balancer with it, before the release, the cluster and the network.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html
 */
export function createIngress(
  name: string,
  { foundation: { network, scope }, domain, release }: IngressRequest,
  { aws, kubernetes }: { aws: pulumi.CustomResourceOptions; kubernetes: pulumi.CustomResourceOptions },
): { url: pulumi.Output<string>; warnings: string[] } {
  const subnets = network.publicSubnets();
  const certificate = domain && createCertificate(name, domain, aws);
  const parameters = new CustomResource(
    name,
    {
      apiVersion: 'eks.amazonaws.com/v1',
      kind: 'IngressClassParams',
      metadata: { name },
      spec: {
        scheme: 'internet-facing',
        subnets: { ids: subnets.ids },
        ...(certificate && { certificateARNs: [certificate.arn] }),
        loadBalancerAttributes: [
          // Less than the 72 seconds for which the service keeps an idle connection open.
          { key: 'idle_timeout.timeout_seconds', value: '60' },
          { key: 'routing.http.drop_invalid_header_fields.enabled', value: 'true' },
        ],
      },
    },
    { ...kubernetes, dependsOn: subnets.ready },
  );
  const ingressClass = new IngressClass(
    name,
    {
      metadata: { name },
      spec: {
        controller: 'eks.amazonaws.com/alb',
        parameters: { apiGroup: 'eks.amazonaws.com', kind: 'IngressClassParams', name: parameters.metadata.name },
      },
    },
    kubernetes,
  );
  const ingress = new Ingress(
    name,
    {
      metadata: {
        name,
        namespace: release.namespace,
        annotations: {
          ...targetAnnotations,
          ...(domain
            ? {
                'alb.ingress.kubernetes.io/listen-ports': '[{"HTTP": 80}, {"HTTPS": 443}]',
                'alb.ingress.kubernetes.io/ssl-redirect': '443',
                'alb.ingress.kubernetes.io/ssl-policy': sslPolicy,
              }
            : { 'alb.ingress.kubernetes.io/listen-ports': '[{"HTTP": 80}]' }),
        },
      },
      spec: {
        ingressClassName: ingressClass.metadata.name,
        rules: [
          {
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: release.serviceName, port: { name: 'http' } } },
                },
              ],
            },
          },
        ],
      },
    },
    { ...kubernetes, dependsOn: [release.release, parameters, ...subnets.ready] },
  );
  const host = ingress.status.loadBalancer.ingress.apply(([address]) => address?.hostname ?? '');
  if (domain === undefined || certificate === undefined) {
    return { url: pulumi.interpolate`http://${host}`, warnings: [plainHttpWarning] };
  }
  const { id: zoneId } = lb.getHostedZoneIdOutput({ region: scope.region, loadBalancerType: 'application' }, aws);
  const request = { domain, zoneId: certificate.zoneId, balancer: { dnsName: host, zoneId } };
  return { url: pulumi.interpolate`https://${createAlias(name, request, aws).name}`, warnings: [] };
}
