import { digestA, digestB } from '../aws/testing/app-runner-setup';
import { eksSetup, nodeGroupSetup } from '../aws/testing/eks-setup';
import { pushImageTo } from '../aws/testing/push-image';
import { text } from '../aws/testing/setup';
import { setAt } from '../operations/at-path';
import { type Bag, Secret, type Value } from '../protocol/values';
import { type ClusterWorld, createClusterWorld } from './testing/cluster-world';
import { ordersApp } from './testing/orders-app';

type Change = (inputs: Bag) => Bag;
const set =
  (path: string, value: Value): Change =>
  (inputs) =>
    setAt(inputs, path, value);
/** A change of the first container. */
const container =
  (changes: Bag): Change =>
  (inputs) => {
    const { spec } = (inputs.spec as { template: { spec: Bag } }).template;
    const [first] = spec.containers as readonly Bag[];
    return setAt(inputs, 'spec.template.spec.containers', [{ ...first, ...changes }]);
  };

/** Applies the app up to a resource, which is changed; gives the outputs of that, or throws. */
async function deploy(
  cluster: ClusterWorld,
  { of, change = (inputs) => inputs, digest = digestA }: { of?: string; change?: Change; digest?: string } = {},
): Promise<Bag> {
  const app = ordersApp({ image: cluster.image(digest), secretArn: text(cluster.made, 'secret', 'arn') });
  let last: Bag = {};
  for (const [token, name, inputs] of app) {
    last = await cluster.world.apply(token, name, name === of ? change(inputs) : inputs);
    if (name === of) return last;
  }
  return last;
}

describe('a program with resources of Kubernetes', () => {
  test('runs its pods with their secrets behind a load balancer', async () => {
    const cluster = await createClusterWorld();
    const { runtime, made } = cluster;
    const outputs = await deploy(cluster, { of: 'ingress' });
    expect(JSON.stringify(outputs.status)).toMatch(
      /k8s-default-orders-[0-9a-f]{10}-\d+\.eu-central-1\.elb\.amazonaws\.com/,
    );
    expect(runtime.started.containers).toHaveLength(2);
    expect(runtime.started.containers[0]).toMatchObject({
      digest: digestA,
      command: ['server'],
      env: { PASSWORD: 'hush', URL: 'postgres://hush@db' },
      limits: { memoryMiB: 512 },
    });
    expect(runtime.started.containers[0]?.network.route(text(made, 'database', 'address'), 5432).kind).toBe('store');
    const [behind] = [...runtime.backends.values()];
    expect(behind).toHaveLength(2);
  });

  test('keeps the old pods until the new ones are ready, and for ever when they never are', async () => {
    const cluster = await createClusterWorld({ answers: { healthy: ({ digest }) => digest === digestA } });
    const { runtime } = cluster;
    await deploy(cluster);
    await expect(deploy(cluster, { of: 'deployment', digest: digestB })).rejects.toThrow(
      'timed out waiting to be Ready',
    );
    const [behind] = [...runtime.backends.values()];
    expect(behind?.map(({ digest }) => digest)).toEqual([digestA, digestA]);
    await deploy(cluster, { of: 'deployment' });
  });

  test('answers from the new version once it is ready', async () => {
    const cluster = await createClusterWorld();
    await deploy(cluster);
    await deploy(cluster, { of: 'deployment', digest: digestB });
    const [behind] = [...cluster.runtime.backends.values()];
    expect(behind?.map(({ digest }) => digest)).toEqual([digestB, digestB]);
  });

  test('finds no address where no controller takes the ingress', async () => {
    const cluster = await createClusterWorld();
    const change = (inputs: Bag) => ({ ...inputs, spec: { ...(inputs.spec as Bag), ingressClassName: 'nginx' } });
    await expect(deploy(cluster, { of: 'ingress', change })).rejects.toThrow(
      'Ingress .status.loadBalancer field was not updated with a hostname/IP address',
    );
  });

  test.each([
    [
      'subnets without tags',
      { resource: 'public-b', inputs: { tags: undefined } },
      undefined,
      "couldn't auto-discover subnets",
    ],
    ['an HTTPS port without a certificate', {}, '[{"HTTPS":443}]', 'no certificate found'],
    ['ports that are no JSON', {}, '80', 'failed to parse alb.ingress.kubernetes.io/listen-ports'],
  ])('finds no address with %s', async (_what, mutation, ports, why) => {
    const cluster = await createClusterWorld({ mutation });
    const change = (inputs: Bag) =>
      ports === undefined
        ? inputs
        : setAt(inputs, 'metadata.annotations', { 'alb.ingress.kubernetes.io/listen-ports': ports });
    await expect(deploy(cluster, { of: 'ingress', change })).rejects.toThrow(why);
  });

  test('takes the load balancer away with the ingress, and leaves it when the cluster goes first', async () => {
    const cluster = await createClusterWorld();
    const { world } = cluster;
    await deploy(cluster);
    const balancers = () => world.cloud.list({ token: 'aws:lb/loadBalancer:LoadBalancer' });
    expect(balancers()).toHaveLength(1);
    await world.destroy('ingress');
    expect(balancers()).toHaveLength(0);
    const again = await createClusterWorld();
    await deploy(again);
    await again.world.destroy('cluster');
    await expect(again.world.destroy('ingress')).rejects.toThrow('[rule kubernetes.provider.gone:');
    await again.world.destroy('public-b-association');
    await expect(again.world.destroy('public-b')).rejects.toThrow('DependencyViolation');
  });

  test('waits for the load balancer where the namespace says so', async () => {
    const probed: string[] = [];
    const cluster = await createClusterWorld();
    await deploy(cluster);
    const labels = { 'eks.amazonaws.com/pod-readiness-gate-inject': 'enabled' };
    const { runtime } = cluster;
    const { waitUntilHealthy } = runtime;
    // The kubelet finds the new version well, the load balancer on its own path does not.
    runtime.waitUntilHealthy = async (container, probe) => {
      probed.push(probe.path ?? '');
      const isRefused = container.digest === digestB && probed.length > 2;
      return isRefused ? { healthy: false, attempts: 2, lastAnswer: 'HTTP 404' } : waitUntilHealthy(container, probe);
    };
    await cluster.world.apply('kubernetes:core/v1:Namespace', 'home', { metadata: { name: 'default', labels } });
    await expect(deploy(cluster, { of: 'deployment', digest: digestB })).rejects.toThrow(
      'Target.FailedHealthChecks: HTTP 404',
    );
    const [behind] = [...runtime.backends.values()];
    expect(behind?.map(({ digest }) => digest)).toEqual([digestA, digestA]);
  });

  test('lets pods out only where a policy does, names included', async () => {
    const cluster = await createClusterWorld();
    await deploy(cluster);
    const host = text(cluster.made, 'database', 'address');
    const route = () => cluster.runtime.started.containers[0]?.network.route(host, 5432).kind;
    const allow = (egress: Value) => deploy(cluster, { of: 'policy', change: set('spec.egress', egress) });
    expect(route()).toBe('store');
    await allow([{ to: [{ ipBlock: { cidr: '10.0.0.0/16' } }], ports: [{ port: 5432 }] }]);
    expect(route()).toBe('unknown host');
    await allow([{ ports: [{ port: 53, protocol: 'UDP' }] }]);
    expect(route()).toBe('timeout');
  });

  test('keeps the Secret of a driver until its last pod is gone', async () => {
    const cluster = await createClusterWorld();
    await deploy(cluster);
    await cluster.world.apply('aws:secretsmanager/secretVersion:SecretVersion', 'next', {
      secretId: text(cluster.made, 'secret'),
      secretString: JSON.stringify({ PASSWORD: 'changed' }),
    });
    await deploy(cluster, { of: 'deployment', digest: digestB });
    const passwords = () => cluster.runtime.started.containers.map(({ env }) => env.PASSWORD);
    expect(passwords()).toEqual(['hush', 'hush', 'hush', 'hush']);
    await cluster.world.destroy('deployment');
    await deploy(cluster, { of: 'deployment' });
    expect(passwords().at(-1)).toBe('changed');
  });

  test('is read by what did not make it', async () => {
    const cluster = await createClusterWorld();
    await deploy(cluster);
    expect(JSON.stringify(await cluster.world.refresh('ingress'))).toContain('elb.amazonaws.com');
  });
});

describe('what the cluster refuses', () => {
  const refusals: [string, string, string, Change][] = [
    ['kubernetes.object.name', 'capital letters', 'service', set('metadata.name', 'Orders')],
    ['kubernetes.object.name', 'a long name of a service', 'service', set('metadata.name', 'a'.repeat(64))],
    ['kubernetes.object.label', 'a label with a space', 'account', set('metadata.labels', { app: 'two words' })],
    ['kubernetes.object.namespace', 'a missing namespace', 'account', set('metadata.namespace', 'shop')],
    [
      'kubernetes.deployment.selector',
      'a selector of others',
      'deployment',
      set('spec.selector', { matchLabels: { app: 'other' } }),
    ],
    [
      'kubernetes.deployment.strategy',
      'a stuck strategy',
      'deployment',
      set('spec.strategy', { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } }),
    ],
    [
      'kubernetes.container.resources',
      'a quantity of bytes that is none',
      'deployment',
      container({ resources: { requests: { memory: '256MiB' } } }),
    ],
    [
      'kubernetes.container.resources',
      'a request above its limit',
      'deployment',
      container({ resources: { requests: { memory: '1Gi' }, limits: { memory: '512Mi' } } }),
    ],
    [
      'kubernetes.container.probe-port',
      'a port by a wrong name',
      'deployment',
      container({ readinessProbe: { httpGet: { port: 'web' } } }),
    ],
    [
      'kubernetes.container.volume-mount',
      'a mount of nothing',
      'deployment',
      container({ volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
    ],
    ['kubernetes.service.no-pods', 'a selector of nobody', 'service', set('spec.selector', { app: 'other' })],
    [
      'kubernetes.service.no-pods',
      'a port by a wrong name',
      'service',
      set('spec.ports', [{ name: 'http', port: 80, targetPort: 'web' }]),
    ],
    [
      'kubernetes.ingress.backend',
      'a missing service',
      'ingress',
      set('spec.rules', [
        {
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }],
          },
        },
      ]),
    ],
    ['kubernetes.autoscaler.range', 'more at least than at most', 'autoscaler', set('spec.minReplicas', 5)],
    [
      'kubernetes.autoscaler.target',
      'a missing target',
      'autoscaler',
      set('spec.scaleTargetRef', { kind: 'Deployment', name: 'web' }),
    ],
    ['kubernetes.disruption-budget.blocks', 'a budget of none', 'budget', set('spec.maxUnavailable', 0)],
    ['kubernetes.network-policy.ingress', 'a policy against all', 'policy', set('spec.ingress', [])],
    [
      'kubernetes.pod.service-account',
      'an account of others',
      'deployment',
      set('spec.template.spec.serviceAccountName', 'web'),
    ],
    [
      'kubernetes.pod.volume-driver',
      'another driver',
      'deployment',
      set('spec.template.spec.volumes', [{ name: 'secrets', csi: { driver: 'efs.csi.aws.com' } }]),
    ],
    [
      'kubernetes.pod.volume-missing',
      'a class that does not exist',
      'deployment',
      set('spec.template.spec.volumes', [
        {
          name: 'secrets',
          csi: { driver: 'secrets-store.csi.k8s.io', volumeAttributes: { secretProviderClass: 'web' } },
        },
      ]),
    ],
    [
      'kubernetes.pod.secret-missing',
      'a Secret that no volume brings',
      'deployment',
      set('spec.template.spec.volumes', [{ name: 'secrets', emptyDir: {} }]),
    ],
    [
      'kubernetes.pod.secret-key',
      'a key that the secret has not',
      'deployment',
      container({ env: [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'orders', key: 'KEY' } } }] }),
    ],
    [
      'kubernetes.pod.config-missing',
      'a missing ConfigMap',
      'deployment',
      container({ env: [{ name: 'KEY', valueFrom: { configMapKeyRef: { name: 'web', key: 'KEY' } } }] }),
    ],
    [
      'kubernetes.pod.non-root',
      'a user by name',
      'deployment',
      set('spec.template.spec.securityContext', { runAsNonRoot: true }),
    ],
    [
      'kubernetes.pod.unschedulable',
      'more memory than any node has',
      'deployment',
      container({ resources: { requests: { memory: '2Ti' } } }),
    ],
  ];

  test.each(refusals)('%s refuses %s', async (rule, _what, of, change) => {
    const cluster = await createClusterWorld();
    await expect(deploy(cluster, { of, change })).rejects.toThrow(`[rule ${rule}:`);
  });

  test.each([
    ['kubernetes.object.kind', { without: 'secrets-store' }, 'class'],
    ['kubernetes.autoscaler.metrics', { without: 'metrics' }, 'autoscaler'],
    ['kubernetes.pod.image-unreachable', { without: 'way-out' }, 'deployment'],
    ['kubernetes.pod.volume-identity', { without: 'identity' }, 'deployment'],
    ['kubernetes.pod.secret-denied', { without: 'pod-policy' }, 'deployment'],
    ['kubernetes.pod.secret-missing', { without: 'version' }, 'deployment'],
    [
      'kubernetes.pod.secret-missing',
      { resource: 'secrets-store', inputs: { configurationValues: undefined } },
      'deployment',
    ],
  ])('%s finds what AWS lacks', async (rule, mutation, of) => {
    const cluster = await createClusterWorld({ mutation });
    await expect(deploy(cluster, { of })).rejects.toThrow(`[rule ${rule}:`);
  });

  test('kubernetes.pod.image-missing and image-denied tell what the nodes get', async () => {
    const cluster = await createClusterWorld();
    await expect(deploy(cluster, { of: 'deployment', digest: `sha256:${'f'.repeat(64)}` })).rejects.toThrow(
      '[rule kubernetes.pod.image-missing:',
    );
    await cluster.world.destroy('node-role-AmazonEC2ContainerRegistryPullOnly');
    await expect(deploy(cluster, { of: 'deployment' })).rejects.toThrow('[rule kubernetes.pod.image-denied:');
  });

  test('kubernetes.pod.image-platform refuses an image for another processor', async () => {
    const cluster = await createClusterWorld();
    const digest = `sha256:${'c'.repeat(64)}`;
    pushImageTo(cluster.world, text(cluster.made, 'images', 'repositoryUrl'), digest, 'linux/arm64');
    await expect(deploy(cluster, { of: 'deployment', digest })).rejects.toThrow('[rule kubernetes.pod.image-platform:');
  });

  test('kubernetes.pod.unschedulable counts the pods of a small node, which has no room for a roll-out', async () => {
    const mutation = { resource: 'nodes', inputs: { instanceTypes: ['t3.small'] } };
    const cluster = await createClusterWorld({ steps: nodeGroupSetup, mutation });
    await deploy(cluster, { of: 'deployment' });
    await expect(deploy(cluster, { of: 'deployment', digest: digestB })).rejects.toThrow('Too many pods');
    const change = set('spec.replicas', 3);
    await expect(deploy(cluster, { of: 'deployment', change })).rejects.toThrow('[rule kubernetes.pod.unschedulable:');
  });

  test('kubernetes.object.plain-secret finds values that are no secrets of Pulumi', async () => {
    const { world } = await createClusterWorld();
    const secret = (value: Value) =>
      world.apply('kubernetes:core/v1:Secret', 'plain', { metadata: { name: 'plain' }, stringData: { KEY: value } });
    await expect(secret('hush')).rejects.toThrow('[rule kubernetes.object.plain-secret:');
    await secret(new Secret('hush'));
  });

  test('kubernetes.object.immutable refuses another selector', async () => {
    const cluster = await createClusterWorld();
    await deploy(cluster, { of: 'service' });
    const change = (inputs: Bag) =>
      setAt(setAt(inputs, 'spec.selector', { matchLabels: { app: 'orders', tier: 'a' } }), 'spec.template.metadata', {
        labels: { app: 'orders', tier: 'a' },
      });
    await expect(deploy(cluster, { of: 'deployment', change })).rejects.toThrow('field is immutable');
  });
});

describe('the way into a cluster', () => {
  const account = (cluster: ClusterWorld) =>
    cluster.world.apply('kubernetes:core/v1:ServiceAccount', 'a', { metadata: { name: 'a' } });
  const withArgs = ({ kubeconfig }: ClusterWorld, args: string[]) => {
    const [user] = kubeconfig.users;
    const exec = { ...user?.user.exec, args };
    return JSON.stringify({ ...kubeconfig, users: [{ name: 'eks', user: { exec } }] });
  };

  test.each<[string, (cluster: ClusterWorld) => Value]>([
    ['kubernetes.provider.kubeconfig', () => '{ not: [yaml'],
    ['kubernetes.provider.server', ({ kubeconfig }) => JSON.stringify(kubeconfig).replace('.gr7.', '.gr8.')],
    [
      'kubernetes.provider.authority',
      ({ kubeconfig }) =>
        JSON.stringify(kubeconfig).replace(
          /"certificate-authority-data":"[^"]+"/,
          '"certificate-authority-data":"Q0E="',
        ),
    ],
    [
      'kubernetes.provider.caller',
      (cluster) => withArgs(cluster, ['eks', 'get-token', '--cluster-name', 'others', '--region', 'eu-central-1']),
    ],
    [
      'kubernetes.provider.caller',
      (cluster) => withArgs(cluster, ['eks', 'get-token', '--cluster-name', 'orders', '--region', 'us-east-1']),
    ],
    ['kubernetes.provider.caller', (cluster) => withArgs(cluster, ['eks', 'get-token', '--cluster-name', 'orders'])],
  ])('%s refuses it', async (rule, kubeconfig) => {
    const cluster = await createClusterWorld();
    cluster.useKubeconfig(kubeconfig(cluster));
    await expect(account(cluster)).rejects.toThrow(`[rule ${rule}:`);
  });

  test.each([
    [
      'kubernetes.provider.endpoint',
      {
        resource: 'cluster',
        inputs: (made: Parameters<typeof text>[0]) => ({
          vpcConfig: {
            subnetIds: [text(made, 'private-a'), text(made, 'private-b')],
            endpointPublicAccess: false,
            endpointPrivateAccess: true,
          },
        }),
      },
    ],
    [
      'kubernetes.provider.caller',
      {
        resource: 'cluster',
        inputs: { accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false } },
        without: ['entry', 'admin'],
      },
    ],
    [
      'kubernetes.provider.caller',
      {
        resource: 'cluster',
        inputs: { accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false } },
        without: 'admin',
      },
    ],
  ])('%s keeps the caller out', async (rule, mutation) => {
    await expect(account(await createClusterWorld({ steps: eksSetup, mutation }))).rejects.toThrow(`[rule ${rule}:`);
  });
});
