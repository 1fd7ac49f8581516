import type { Cloud } from '../cloud/cloud';
import type { ClusterHost, PodPlace } from '../kubernetes/cluster';
import { blockedBy } from '../kubernetes/network-policy';
import { listObjects } from '../kubernetes/objects';
import type { Network, Route } from '../runtime/runtime';
import { refuseCaller } from './eks-access';
import type { Cluster } from './eks-handles';
import { albController, isFront } from './eks-ingress';
import { addonsOf, autoNodeOf, hasAutoNodes, isAutoMode, nodesOf } from './eks-nodes';
import { originOf } from './eks-origin';
import { pullForNodes } from './eks-pull';
import { mountSecrets } from './eks-secrets-store';
import { ensureLogGroup } from './logs';
import { endpoints, findRoute } from './reachability';
import { subnet } from './vpc';

/** What EKS decides about one of its clusters: asked each time, as its parts come and go. */
export function createHost(cloud: Cloud, cluster: Cluster): ClusterHost {
  const has = (name: string) => addonsOf(cloud, cluster).includes(name);
  const { name, endpoint, certificateAuthority } = cluster.outputs;
  return {
    name,
    server: endpoint,
    certificateAuthority: certificateAuthority.data,
    get version() {
      return cluster.outputs.version;
    },
    unreachable: () =>
      cluster.outputs.vpcConfig.endpointPublicAccess === false
        ? `Get "${endpoint}/version": dial tcp 10.0.0.1:443: i/o timeout: the cluster is reached from inside its VPC only (vpcConfig.endpointPublicAccess)`
        : undefined,
    refuseCaller: (config) => refuseCaller(cloud, cluster, config),
    nodes: () => nodesOf(cloud, cluster),
    nodeOnDemand: () => autoNodeOf(cluster),
    addedApis: () => [
      ...(isAutoMode(cluster) ? ['eks.amazonaws.com/v1'] : []),
      ...(has('aws-secrets-store-csi-driver-provider') ? ['secrets-store.csi.x-k8s.io/v1'] : []),
      ...(has('metrics-server') ? ['metrics.k8s.io/v1beta1'] : []),
    ],
    pull: (image) => pullForNodes(cloud, cluster, image),
    network: (pod) => networkOfPod(cloud, cluster, pod),
    mount: (driver, volume) =>
      mountSecrets(cloud, cluster, {
        driver,
        volume,
        hasAgent: hasAutoNodes(cluster) || has('eks-pod-identity-agent'),
      }),
    frontAddresses: () =>
      cloud
        .list(subnet)
        .filter(
          (candidate) => candidate.outputs.vpcId === cluster.outputs.vpcConfig.vpcId && isFront(candidate.inputs.tags),
        )
        .map(({ outputs }) => outputs.cidrBlock),
    // Source: https://docs.aws.amazon.com/eks/latest/best-practices/load-balancing.html
    gatesReadiness: (labels) => labels['eks.amazonaws.com/pod-readiness-gate-inject'] === 'enabled',
    ingressController: (controller) =>
      controller === 'eks.amazonaws.com/alb' && isAutoMode(cluster) ? albController(cloud, cluster) : undefined,
    logGroup: ({ namespace, name: pod, container }) => {
      // Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-setup-logs-FluentBit.html
      if (!has('amazon-cloudwatch-observability')) return `kubectl logs/${name}/${namespace}/${pod}/${container}`;
      const group = `/aws/containerinsights/${name}/application`;
      ensureLogGroup(cloud, cluster.place, group);
      return group;
    },
  };
}

/** Network policies first, then the security groups and routes of the nodes. */
function networkOfPod(cloud: Cloud, cluster: Cluster, pod: PodPlace): Network {
  const policies = () => listObjects(cloud, cluster.outputs.endpoint, 'NetworkPolicy');
  const blocked = (outside: { addresses: readonly string[]; port: number; protocol?: 'UDP' }) =>
    blockedBy(policies(), pod, { direction: 'Egress', ...outside });
  return {
    route: (host, port): Route => {
      const deaf = blocked({ addresses: ['169.254.20.10/32'], port: 53, protocol: 'UDP' });
      if (deaf)
        return { kind: 'unknown host', why: `NetworkPolicy "${deaf}" lets no question to the DNS out (UDP 53)` };
      const address = cloud.table(endpoints).get(host)?.address;
      const kept = address === undefined || port === 0 ? undefined : blocked({ addresses: [`${address}/32`], port });
      if (kept)
        return {
          kind: 'timeout',
          why: `${host}:${port}: NetworkPolicy "${kept}" lets TCP ${port} not out to ${address}`,
        };
      return findRoute(cloud, originOf(cloud, cluster), { host, port });
    },
  };
}
