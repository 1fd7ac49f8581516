import { ConfigMap } from '@pulumi/kubernetes/core/v1';
import * as pulumi from '@pulumi/pulumi';
import { serviceEnv } from '../service-env';
import { type DeployedService, type Deployment, type ServiceSpec, target } from '../target';
import { admit, connectToCluster } from './eks-access';
import { createAddOn } from './eks-add-on';
import { createCluster, type EksCluster } from './eks-cluster';
import { createIngress } from './eks-ingress';
import { createNodeGroup } from './eks-nodes';
import { createObservability } from './eks-observability';
import { createRelease, drainSeconds } from './eks-release';
import { type EksSettings, findEksProblems, EksSettings as Settings } from './eks-settings';
import { eksSignals } from './eks-signals';
import { connectClusterToStores } from './eks-stores';
import { type AwsFoundation, aws } from './foundation';
import { createLogSignals } from './log-signals';
import type { AwsSignals } from './signals';

/** Kubernetes on AWS: a cluster of the stack's own, with the Helm chart of infra/chart. */
export const eks = target({ cloud: aws, Settings, servesDomain: true, findProblems: findEksProblems, deploy });

type EksDeployment = Deployment<AwsFoundation, EksSettings>;

function deploy(deployment: EksDeployment): DeployedService {
  const { name, service, image, foundation, migration, settings } = deployment;
  const { scope, provider, postgres, redis } = foundation;
  const component = new pulumi.ComponentResource('taproom:aws:Eks', name, {}, { provider });
  const options = { parent: component };
  printSize(name, service);
  const cluster = createCluster(name, { foundation, protect: service.protect, settings }, options);
  admit(name, { cluster, admins: settings.admins }, options);
  const nodes =
    settings.compute === 'auto' ? cluster.ready : createNodeGroup(name, { foundation, cluster, service }, options);
  const parts = createParts(name, { foundation, cluster, nodes }, options);
  const connection = { cluster, region: scope.region, aws: provider, ready: nodes };
  const kubernetes = { ...options, provider: connectToCluster(name, connection, options) };
  const env = serviceEnv({
    companyName: service.companyName,
    digest: image.digest,
    apiKey: deployment.apiKey,
    poolSize: service.poolSize,
    postgres,
    redis,
    platform: { logFormat: 'plain', trustProxyHops: 1, drainSeconds },
  });
  const release = createRelease(
    name,
    {
      scope,
      cluster,
      service,
      image,
      env,
      storePorts: [postgres.port, ...(redis ? [redis.port] : [])],
      dependsOn: [
        ...parts.ready,
        ...(settings.compute === 'auto' ? [enforceNetworkPolicies(name, cluster, kubernetes)] : []),
        ...connectClusterToStores(name, { foundation, cluster }, options),
        migration,
      ],
    },
    { aws: options, kubernetes },
  );
  const { url, warnings } = createIngress(
    name,
    { foundation, domain: service.domain, release },
    { aws: options, kubernetes },
  );
  const { namespace, serviceName } = release;
  return {
    url,
    warnings,
    signals: (): AwsSignals => ({
      // As Fluent Bit keeps what a container printed as JSON. Source:
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-setup-logs-FluentBit.html
      ...createLogSignals(name, { scope, logGroup: parts.logGroup, root: '$.log_processed' }, options),
      ...eksSignals({ clusterName: cluster.resource.name, namespace, serviceName }),
    }),
    logsCommand: pulumi.interpolate`aws logs tail ${parts.logGroup} --follow --region ${scope.region}`,
  };
}

type PartsRequest = { foundation: AwsFoundation; cluster: EksCluster; nodes: pulumi.Resource[] };

/** What the release needs of the cluster: metrics to scale by, the driver of secrets, and a place for what it prints. */
function createParts(
  name: string,
  { foundation: { scope }, cluster, nodes }: PartsRequest,
  options: pulumi.CustomResourceOptions,
): { logGroup: pulumi.Output<string>; ready: pulumi.Resource[] } {
  // First, since its pods make Auto Mode start the first node: add-ons that only have one pod per node wait for nodes.
  const metrics = createAddOn(name, { addOnName: 'metrics-server', cluster, dependsOn: nodes }, options);
  const secrets = createAddOn(
    name,
    {
      addOnName: 'aws-secrets-store-csi-driver-provider',
      cluster,
      // So that the chart's existingSecret is made. No rotation: each version of a secret has a name of its own.
      values: { 'secrets-store-csi-driver': { syncSecret: { enabled: true } } },
      dependsOn: [metrics],
    },
    options,
  );
  const logs = createObservability(name, { scope, cluster, dependsOn: [metrics] }, options);
  return { logGroup: logs.logGroup, ready: [...nodes, metrics, secrets, ...logs.ready] };
}

/** Nodes of Auto Mode pass policies over until this. Source: https://docs.aws.amazon.com/eks/latest/userguide/auto-net-pol.html */
function enforceNetworkPolicies(
  name: string,
  cluster: EksCluster,
  kubernetes: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return new ConfigMap(
    `${name}-network-policies`,
    {
      metadata: { name: 'amazon-vpc-cni', namespace: 'kube-system' },
      data: { 'enable-network-policy-controller': 'true' },
    },
    { ...kubernetes, dependsOn: cluster.ready },
  );
}

function printSize(name: string, { cpu, memoryMiB }: ServiceSpec): void {
  pulumi.log.info(`${name}: instances of ${cpu} vCPU and ${memoryMiB} MiB`);
}
