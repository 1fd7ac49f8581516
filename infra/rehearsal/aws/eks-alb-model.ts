import { createHash } from 'node:crypto';
import type { Cloud } from '../cloud/cloud';
import { findIngressClass } from '../kubernetes/ingress';
import { type KubeObject, listObjects } from '../kubernetes/objects';
import { specOf } from '../kubernetes/pod-spec';
import { certificate } from './certificate';
import type { Cluster } from './eks-handles';
import { refuseAccess } from './iam-authorize';
import { subnet } from './vpc';

/** What the controller wants to stand in AWS for an Ingress. */
export type AlbModel = {
  name: string;
  internal: boolean;
  subnetIds: readonly string[];
  inboundCidrs: string[];
  listeners: readonly { port: number; protocol: 'HTTP' | 'HTTPS' }[];
  certificateArn?: string;
  redirectPort?: number;
  healthCheck: Readonly<
    Record<'path' | 'matcher', string> &
      Record<'interval' | 'timeout' | 'healthyThreshold' | 'unhealthyThreshold', number>
  >;
};

type ClassParams = {
  scheme?: string;
  certificateARNs?: readonly string[];
  inboundCIDRs?: readonly string[];
  subnets?: { ids?: readonly string[] };
};

const prefix = 'alb.ingress.kubernetes.io/';

/**
 * Reads an Ingress and the parameters of its class. Gives why the controller cannot build it, in its words.
 * Sources: https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html,
 * https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
 */
export async function buildAlbModel(
  cloud: Cloud,
  cluster: Cluster,
  ingress: KubeObject,
): Promise<AlbModel | { why: string }> {
  const params = paramsOf(cloud, cluster, ingress);
  const read = (name: string) => ingress.metadata.annotations?.[`${prefix}${name}`];
  const scheme = params.scheme ?? read('scheme') ?? 'internal';
  const certificates = [...(params.certificateARNs ?? []), ...split(read('certificate-arn'))];
  const listeners = parseListeners(read('listen-ports'), certificates.length > 0);
  if ('why' in listeners) return listeners;
  const isSecure = listeners.ports.some(({ protocol }) => protocol === 'HTTPS');
  const [certificateArn] = certificates;
  if (isSecure && certificateArn === undefined) {
    return {
      why: `${failed}: no certificate found for an HTTPS listen port (${prefix}certificate-arn, IngressClassParams spec.certificateARNs)`,
    };
  }
  if (certificateArn !== undefined && !cloud.find(certificate, certificateArn)) {
    return { why: `${failed}: CertificateNotFound: Certificate '${certificateArn}' not found` };
  }
  const subnets = chooseSubnets(cloud, cluster, {
    internal: scheme === 'internal',
    ids: params.subnets?.ids ?? split(read('subnets')),
  });
  if ('why' in subnets) return subnets;
  const refused = await refuseAccess(cloud, cluster.outputs.roleArn, {
    action: 'elasticloadbalancing:CreateLoadBalancer',
    resource: `arn:aws:elasticloadbalancing:${cluster.place.region}:${cluster.place.account}:loadbalancer/app/k8s/1`,
  });
  if (refused !== undefined)
    return { why: `Failed deploy model due to operation error Elastic Load Balancing v2: ${refused}` };
  const redirect = read('ssl-redirect');
  const number = (name: string, fallback: number) => Number(read(name) ?? fallback);
  const { name, namespace = '' } = ingress.metadata;
  const hash = createHash('sha256').update(`${cluster.outputs.arn} ${namespace}/${name}`).digest('hex').slice(0, 10);
  return {
    name: `k8s-${plain(namespace)}-${plain(name)}-${hash}`,
    internal: scheme === 'internal',
    subnetIds: subnets.ids,
    inboundCidrs: [...(params.inboundCIDRs ?? (read('inbound-cidrs') ? split(read('inbound-cidrs')) : ['0.0.0.0/0']))],
    listeners: listeners.ports,
    ...(isSecure && certificateArn !== undefined && { certificateArn }),
    ...(redirect !== undefined && { redirectPort: Number(redirect) }),
    healthCheck: {
      path: read('healthcheck-path') ?? '/',
      matcher: read('success-codes') ?? '200',
      interval: number('healthcheck-interval-seconds', 15),
      timeout: number('healthcheck-timeout-seconds', 5),
      healthyThreshold: number('healthy-threshold-count', 2),
      unhealthyThreshold: number('unhealthy-threshold-count', 2),
    },
  };
}

const failed = 'Failed build model';

/** Of the IngressClass of the Ingress; empty without. */
function paramsOf(cloud: Cloud, cluster: Cluster, ingress: KubeObject): ClassParams {
  const objects = listObjects(cloud, cluster.outputs.endpoint);
  const own = findIngressClass(ingress, objects);
  const { parameters } = own ? specOf<{ parameters?: { kind: string; name: string } }>(own) : {};
  const params = objects.find(({ kind, metadata }) => kind === parameters?.kind && metadata.name === parameters?.name);
  return params ? specOf<ClassParams>(params) : {};
}

function parseListeners(
  text: string | undefined,
  hasCertificate: boolean,
): { ports: AlbModel['listeners'] } | { why: string } {
  if (text === undefined)
    return { ports: [hasCertificate ? { port: 443, protocol: 'HTTPS' } : { port: 80, protocol: 'HTTP' }] };
  const wrong = {
    why: `${failed}: failed to parse ${prefix}listen-ports: it must be JSON such as [{"HTTP": 80}, {"HTTPS": 443}]`,
  };
  try {
    const parsed: unknown = JSON.parse(text);
    if (!Array.isArray(parsed) || parsed.length === 0) return wrong;
    const ports = parsed.flatMap((entry: Record<string, number>) =>
      Object.entries(entry).flatMap(([protocol, port]) =>
        protocol === 'HTTP' || protocol === 'HTTPS' ? [{ port, protocol } as const] : [],
      ),
    );
    return ports.length === parsed.length ? { ports } : wrong;
  } catch {
    return wrong;
  }
}

/** By name, or by their tags: at least two, each in a zone of its own. Source: https://docs.aws.amazon.com/eks/latest/userguide/tag-subnets-auto.html */
function chooseSubnets(
  cloud: Cloud,
  cluster: Cluster,
  { internal, ids }: { internal: boolean; ids: readonly string[] },
): { ids: string[] } | { why: string } {
  const tag = internal ? 'kubernetes.io/role/internal-elb' : 'kubernetes.io/role/elb';
  const found = cloud
    .list(subnet)
    .filter(({ id, inputs, outputs }) =>
      ids.length > 0
        ? ids.includes(id)
        : outputs.vpcId === cluster.outputs.vpcConfig.vpcId && ['1', ''].includes(inputs.tags?.[tag] ?? 'none'),
    );
  const byZone = new Map(found.map((candidate) => [candidate.outputs.availabilityZone, candidate.id]));
  if (byZone.size >= 2) return { ids: [...byZone.values()] };
  return {
    why: `${failed} due to couldn't auto-discover subnets: unable to resolve at least 2 subnets in different zones (${byZone.size} match VPC ${cluster.outputs.vpcConfig.vpcId} and tags: [${tag}])`,
  };
}

function split(list: string | undefined): string[] {
  return (list ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function plain(name: string): string {
  return name.replace(/[^a-z0-9]/g, '').slice(0, 8);
}
