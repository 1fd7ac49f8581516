import { Namespace } from '@pulumi/kubernetes/core/v1';
// Not helm/v3, which loads the schema tools of its Chart: a second in every run of the program.
import { Release } from '@pulumi/kubernetes/helm/v3/release';
import * as pulumi from '@pulumi/pulumi';
import type { ImageRef } from '../image';
import { shortHash } from '../names';
import type { ServiceEnv } from '../service-env';
import type { ServiceSpec } from '../target';
import type { EksCluster } from './eks-cluster';
import { createPodIdentity } from './eks-identity';
import type { AwsScope } from './foundation';
import { cidrBlock } from './network';
import { createReaderSecret, type ReaderSecret } from './secrets';

/** How long an instance goes on accepting after SIGTERM: until the load balancer has been told, and has told its parts. */
export const drainSeconds = 10;

/** What the chart makes is called so, the service account included. */
const releaseName = 'taproom';
/** For an instance that waits for a node, two minutes to start, and the old ones to drain. */
const timeoutSeconds = 600;

type ReleaseRequest = {
  scope: AwsScope;
  cluster: EksCluster;
  service: ServiceSpec;
  image: ImageRef;
  env: ServiceEnv;
  storePorts: pulumi.Input<number>[];
  /** What must exist before a pod starts. */
  dependsOn: pulumi.Resource[];
};

export type EksRelease = { release: Release; namespace: pulumi.Output<string>; serviceName: pulumi.Output<string> };

/**
 * The chart in a namespace of its own. A roll-out that fails is taken back by Helm, and fails the deployment. The secret
 * is made in the cluster by its driver, from Secrets Manager: neither Pulumi nor Helm ever hold it.
 */
export function createRelease(
  name: string,
  { scope, cluster, service, image, env, storePorts, dependsOn }: ReleaseRequest,
  { aws, kubernetes }: { aws: pulumi.CustomResourceOptions; kubernetes: pulumi.CustomResourceOptions },
): EksRelease {
  const namespace = new Namespace(
    name,
    {
      metadata: {
        name: releaseName,
        labels: {
          'pod-security.kubernetes.io/enforce': 'restricted',
          // An instance is ready only when the load balancer finds it well, so that none ends before. Source:
          // https://docs.aws.amazon.com/eks/latest/best-practices/load-balancing.html
          'eks.amazonaws.com/pod-readiness-gate-inject': 'enabled',
        },
      },
    },
    { ...kubernetes, dependsOn: cluster.ready },
  );
  const secret = createReaderSecret(name, env.secrets, { ...scope, options: aws });
  const identity = createPodIdentity(
    name,
    {
      names: scope.names,
      cluster,
      serviceAccount: { namespace: releaseName, name: releaseName },
      secretArn: secret.arn,
    },
    aws,
  );
  const release = new Release(
    name,
    {
      name: releaseName,
      namespace: namespace.metadata.name,
      // From the program's folder, so that it is the same in every clone.
      chart: './chart',
      // What `helm history` tells of each revision.
      description: image.reference,
      atomic: true,
      cleanupOnFail: true,
      timeout: timeoutSeconds,
      maxHistory: 5,
      values: {
        fullnameOverride: releaseName,
        ...instanceValues(service),
        image: imageValues(image),
        companyName: service.companyName,
        drainSeconds,
        env: { ...serviceVariables(env), TRUST_PROXY_HOPS: '1' },
        ...secretValues(secret, { region: scope.region, keys: Object.keys(env.secrets) }),
        serviceAccount: { name: releaseName },
        networkPolicy: { storeCidrs: [cidrBlock], storePorts },
        rolloutTimeoutSeconds: timeoutSeconds,
        // The shared function has migrated before: see dependsOn.
        migration: { enabled: false },
      },
    },
    {
      ...kubernetes,
      customTimeouts: { create: `${timeoutSeconds * 2}s`, update: `${timeoutSeconds * 2}s` },
      dependsOn: [...dependsOn, ...identity],
    },
  );
  // Once it is there: whatever names the service waits for it.
  const serviceName = release.status.apply(() => releaseName);
  return { release, namespace: namespace.metadata.name, serviceName };
}

function imageValues({ reference, digest }: ImageRef) {
  return { repository: pulumi.output(reference).apply((text) => text.replace(/@.*$/, '')), digest };
}

function instanceValues({ cpu, memoryMiB, minInstances, maxInstances }: ServiceSpec) {
  const memory = `${memoryMiB}Mi`;
  return {
    replicas: minInstances,
    autoscaling: { enabled: maxInstances > minInstances, minReplicas: minInstances, maxReplicas: maxInstances },
    resources: { requests: { cpu: `${cpu * 1_000}m`, memory }, limits: { memory } },
  };
}

/** Without those that the chart sets itself. */
function serviceVariables({ plain }: ServiceEnv) {
  const own = ['COMPANY_NAME', 'SERVICE_VERSION', 'DRAIN_SECONDS'];
  return Object.fromEntries(Object.entries(plain).filter(([variable]) => !own.includes(variable)));
}

/** A new version is a secret of another name in the cluster, and so new pods: the driver changes none that exists. */
function secretValues({ arn, versionId }: ReaderSecret, { region, keys }: { region: string; keys: string[] }) {
  return {
    existingSecret: versionId.apply((id) => `${releaseName}-${shortHash(id)}`),
    secretsStore: { enabled: true, secretArn: arn, versionId, region, keys },
  };
}
