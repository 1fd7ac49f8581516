import {
  chart,
  findManifestProblems,
  getManifest,
  type Manifest,
  render,
  renderText,
  required,
  runHelm,
} from './testing/render';

type Pod = {
  automountServiceAccountToken: boolean;
  securityContext: object;
  serviceAccountName?: string;
  terminationGracePeriodSeconds?: number;
  volumes?: { name: string; csi?: { volumeAttributes: { secretProviderClass: string } } }[];
  containers: {
    image: string;
    args?: string[];
    securityContext: object;
    env: { name: string; value: string }[];
    envFrom: { secretRef: { name: string } }[];
    startupProbe: { httpGet: { path: string } };
    livenessProbe: { httpGet: { path: string } };
    readinessProbe: { httpGet: { path: string } };
  }[];
};

const secretsStore = {
  enabled: true,
  secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:taproom-AbCdEf',
  versionId: '0b6b9ab8-0d4f-4f6e-9b6a-0d8b2d1c5a11',
  region: 'us-east-1',
  keys: ['API_KEY', 'POSTGRES_PASSWORD'],
};

/** What is switched and what is not, each way at least once. */
const matrix: Record<string, object> = {
  'the smallest': {},
  'an Ingress for an ALB': {
    ingress: { enabled: true, annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' } },
  },
  'an Ingress with a name and a certificate': {
    ingress: { enabled: true, className: 'nginx', host: 'beer.example', tlsSecret: 'certificate' },
  },
  'a Gateway': { gateway: { enabled: true, parentRefs: [{ name: 'front', namespace: 'infra' }], hostnames: ['a.b'] } },
  'a fixed number of instances': { autoscaling: { enabled: false }, replicas: 1 },
  'secrets from AWS': { secretsStore, migration: { enabled: false } },
  'secrets from AWS, and others to migrate': { secretsStore, migration: { existingSecret: 'owner' } },
  metrics: { metrics: { enabled: true } },
  'nothing that can be left out': {
    autoscaling: { enabled: false },
    migration: { enabled: false },
    networkPolicy: { enabled: false },
    podDisruptionBudget: { enabled: false },
    serviceAccount: { create: false },
  },
  'everything that can be said': {
    companyName: 'Bar "No. 1": tea, beer & more',
    env: { POSTGRES_HOST: 'db.example', POSTGRES_PORT: 5432, POSTGRES_POOL_SIZE: 10_000_000 },
    image: { ...required.image, pullPolicy: 'Always', pullSecrets: ['registry'] },
    fullnameOverride: 'tap-of-another-name',
    migration: { env: { MIGRATE_USER: 'owner', SERVICE_ROLE: 'service' }, existingSecret: 'owner' },
    networkPolicy: {
      ingressFrom: [{ namespaceSelector: { matchLabels: { name: 'front' } } }],
      storeCidrs: ['10.0.0.0/8'],
    },
    nodeSelector: { 'kubernetes.io/arch': 'amd64' },
    podAnnotations: { 'example.com/note': 'yes' },
    resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: 2, memory: '2Gi' } },
    serviceAccount: {
      name: 'tap',
      annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/tap' },
    },
    tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoSchedule' }],
  },
};

const podsOf = (manifests: readonly Manifest[]) =>
  manifests.flatMap(({ kind, spec }): [string, Pod][] => {
    if (kind === 'Pod') return [[kind, spec as unknown as Pod]];
    if (kind !== 'Deployment' && kind !== 'Job') return [];
    return [[kind, (spec.template as { spec: Pod }).spec]];
  });
const podOf = (manifests: readonly Manifest[], kind: string) =>
  podsOf(manifests).find(([of]) => of === kind)?.[1] as Pod;
const variablesOf = ({ containers: [container] }: Pod) =>
  Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));

describe('helm lint --strict', () => {
  test.each(['', 'the smallest', 'everything that can be said'])('is content with the values: %s', async (name) => {
    const values = name === '' ? {} : { ...required, ...matrix[name] };
    const { code, stdout } = await runHelm(['lint', '--strict', chart], values);
    expect(stdout).toContain('0 chart(s) failed');
    expect(code).toBe(0);
  });
});

describe.each(Object.entries(matrix))('rendered with %s', (_, values) => {
  let text: string;
  let manifests: Manifest[];
  beforeAll(async () => {
    text = await renderText(values);
    manifests = await render(values);
  });

  test('is what Kubernetes takes', async () => {
    expect(await findManifestProblems(text)).toBe('');
  });

  test('runs every pod as the restricted profile wants it, by digest', () => {
    const pods = podsOf(manifests);
    expect(pods.length).toBeGreaterThan(1);
    for (const [, pod] of pods) {
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      for (const { image, securityContext } of pod.containers) {
        expect(image).toBe(`${required.image.repository}@${required.image.digest}`);
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    }
  });

  test("selects the service's pods by labels that no other pod has", () => {
    const labels = (kind: string) =>
      (getManifest(manifests, kind).spec.template as { metadata: { labels: object } }).metadata.labels;
    const service = getManifest(manifests, 'Service').spec.selector as object;
    const { selector } = getManifest(manifests, 'Deployment').spec;
    expect(selector).toEqual({ matchLabels: service });
    expect(labels('Deployment')).toMatchObject(service);
    for (const kind of manifests.map((manifest) => manifest.kind).filter((of) => of === 'Job')) {
      expect(labels(kind)).not.toMatchObject(service);
    }
  });
});

describe('the Deployment', () => {
  test('gates traffic by /startup and is kept alive by /health', async () => {
    const [container] = podOf(await render(), 'Deployment').containers;
    expect(container?.startupProbe.httpGet.path).toBe('/startup');
    expect(container?.readinessProbe.httpGet.path).toBe('/startup');
    expect(container?.livenessProbe.httpGet.path).toBe('/health');
  });

  test('takes no instance away before another one is ready, and waits until it has drained', async () => {
    const manifests = await render({ drainSeconds: 45 });
    expect(getManifest(manifests, 'Deployment').spec.strategy).toMatchObject({ rollingUpdate: { maxUnavailable: 0 } });
    const pod = podOf(manifests, 'Deployment');
    expect(variablesOf(pod).DRAIN_SECONDS).toBe('45');
    // The service ends within 10 s beyond the drain.
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(45 + 10);
  });

  test('has its variables as text, and believes X-Forwarded-For only behind a front', async () => {
    const env = { POSTGRES_POOL_SIZE: 10_000_000 };
    const plain = variablesOf(podOf(await render({ env }), 'Deployment'));
    expect(plain).toMatchObject({ POSTGRES_POOL_SIZE: '10000000', TRUST_PROXY_HOPS: '0', COMPANY_NAME: 'My Company' });
    const behind = variablesOf(podOf(await render({ ingress: { enabled: true } }), 'Deployment'));
    expect(behind.TRUST_PROXY_HOPS).toBe('1');
  });

  test('leaves the number of instances to the autoscaler where there is one', async () => {
    expect(getManifest(await render(), 'Deployment').spec).not.toHaveProperty('replicas');
    const fixed = await render({ autoscaling: { enabled: false }, replicas: 3 });
    expect(getManifest(fixed, 'Deployment').spec.replicas).toBe(3);
  });
});

describe('the migration', () => {
  test('runs before anything else of a release, with what exists before', async () => {
    const job = getManifest(await render(), 'Job');
    expect(job.metadata.annotations).toMatchObject({ 'helm.sh/hook': 'pre-install,pre-upgrade' });
    const pod = podOf([job], 'Job');
    expect(pod.serviceAccountName).toBe('default');
    expect(pod.containers[0]?.args).toEqual(['migrate']);
    expect(pod.containers[0]?.envFrom).toEqual([{ secretRef: { name: 'taproom' } }]);
  });

  test('has variables of its own, which the service does not see', async () => {
    const manifests = await render({ migration: { env: { MIGRATE_USER: 'owner' }, existingSecret: 'owner' } });
    expect(variablesOf(podOf(manifests, 'Job')).MIGRATE_USER).toBe('owner');
    expect(podOf(manifests, 'Job').containers[0]?.envFrom).toEqual([{ secretRef: { name: 'owner' } }]);
    expect(variablesOf(podOf(manifests, 'Deployment'))).not.toHaveProperty('MIGRATE_USER');
  });
});

test('secretsStore mounts the class that fills existingSecret', async () => {
  const manifests = await render({ secretsStore, migration: { enabled: false } });
  const { metadata, spec } = getManifest(manifests, 'SecretProviderClass');
  const pod = podOf(manifests, 'Deployment');
  expect(pod.volumes?.find(({ csi }) => csi)?.csi?.volumeAttributes.secretProviderClass).toBe(metadata.name);
  expect(spec.secretObjects).toMatchObject([{ secretName: pod.containers[0]?.envFrom[0]?.secretRef.name }]);
  expect(spec.parameters).toMatchObject({
    usePodIdentity: 'true',
    objects: expect.stringContaining(secretsStore.versionId),
  });
});

test('a Helm that was built without the flags of its releases renders it too', async () => {
  expect(await renderText({}, ['--kube-version', '1.20'])).toContain('kind: Deployment');
});

describe('wrong values', () => {
  test.each<[string, object, string | RegExp]>([
    ['no digest', { image: { repository: 'r.example/x' } }, 'image.digest is required: sha256: and 64 hexadecimal'],
    ['a tag', { image: { repository: 'r.example/x:latest', digest: required.image.digest } }, '/image/repository'],
    ['no secret', { existingSecret: '' }, 'existingSecret is required'],
    ['an unknown value', { replica: 2 }, "additional properties 'replica' not allowed"],
    ['no instance', { replicas: 0 }, "'/replicas': minimum: got 0, want 1"],
    ['another type', { drainSeconds: '20s' }, "'/drainSeconds': got string, want integer"],
    ['a plain secret', { env: { POSTGRES_PASSWORD: 'x' } }, 'env.POSTGRES_PASSWORD must not be a plain variable'],
    ['a plain secret to migrate', { migration: { env: { MIGRATE_PASSWORD: 'x' } } }, 'migration.env.MIGRATE_PASSWORD'],
    ['a variable of the chart', { env: { PORT: 80 } }, 'env.PORT must not be set'],
    ['a variable in small letters', { env: { port: 80 } }, /invalid propertyName 'port'/],
    ['max below min', { autoscaling: { minReplicas: 5 } }, 'autoscaling.maxReplicas must not be below'],
    ['no gateway', { gateway: { enabled: true } }, 'gateway.parentRefs must name at least one gateway'],
    [
      'no keys',
      { secretsStore: { ...secretsStore, keys: [] }, migration: { enabled: false } },
      'secretsStore.keys must',
    ],
    ['no way to migrate', { secretsStore }, 'migration.existingSecret must name a secret that exists before'],
  ])('%s is refused by name', async (_, values, message) => {
    const { code, stderr } = await runHelm(['template', 'tap', chart], { ...required, ...values });
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });
});

test('a manifest that Kubernetes would not take is found', async () => {
  const text = (await renderText()).replace('automountServiceAccountToken:', 'automountServiceAcountToken:');
  expect(await findManifestProblems(text)).toContain('automountServiceAcountToken');
});
