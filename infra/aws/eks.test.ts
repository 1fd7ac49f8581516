import { parse } from 'yaml';
import { deployUnderMocks, type MockedDeployment, providerConfig } from '../testing/deploy-under-mocks';
import type { MockedResource } from '../testing/mock-clouds';
import { getResource, plainTexts, waitsFor } from '../testing/resource-graph';

const eks = { ...providerConfig, 'taproom:targets': ['eks'] };
const domain = { aws: { name: 'beer.example.com', zone: 'example.com' } };

const release = 'kubernetes:helm.sh/v3:Release';
const ingress = 'kubernetes:networking.k8s.io/v1:Ingress';
const addOn = 'aws:eks/addon:Addon';

async function deploy(config: object = {}): Promise<MockedDeployment> {
  return deployUnderMocks({ config: { ...eks, ...config } });
}

function addOnNames(resources: readonly MockedResource[]): unknown[] {
  return resources.filter(({ type }) => type === addOn).map(({ inputs }) => inputs.addonName);
}

describe('a cluster of Auto Mode', () => {
  let resources: MockedResource[];
  beforeAll(async () => {
    ({ resources } = await deploy());
  });
  const get = (type: string, name?: string) => getResource(resources, type, name);

  test('has all three capabilities, a role for nodes, and access by API', () => {
    const { inputs } = get('aws:eks/cluster:Cluster');
    expect(inputs).toMatchObject({
      accessConfig: { authenticationMode: 'API' },
      bootstrapSelfManagedAddons: false,
      computeConfig: { enabled: true, nodePools: ['general-purpose'], nodeRoleArn: expect.stringMatching(/eks-node$/) },
      kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
      storageConfig: { blockStorage: { enabled: true } },
      upgradePolicy: { supportType: 'STANDARD' },
      version: '1.35',
    });
  });

  test('has no nodes and add-ons of its own that Auto Mode has built in', () => {
    expect(addOnNames(resources)).toEqual(
      expect.arrayContaining([
        'metrics-server',
        'aws-secrets-store-csi-driver-provider',
        'amazon-cloudwatch-observability',
      ]),
    );
    expect(addOnNames(resources)).toHaveLength(3);
    expect(resources.filter(({ type }) => type === 'aws:eks/nodeGroup:NodeGroup')).toEqual([]);
  });

  test('keeps every log group with an end, and makes it before who would make it without one', () => {
    const groups = resources.filter(
      ({ type, inputs }) => /^aws:cloudwatch/.test(type) && /eks/.test(String(inputs.name)),
    );
    expect(groups.map(({ inputs }) => inputs.retentionInDays)).toEqual(Array(5).fill(30));
    for (const group of groups.filter(({ name }) => name !== 'eks-control-plane-logs')) {
      expect(waitsFor(resources, get(addOn, 'eks-amazon-cloudwatch-observability'), group)).toBe(true);
    }
    expect(
      waitsFor(
        resources,
        get('aws:eks/cluster:Cluster'),
        get('aws:cloudwatch/logGroup:LogGroup', 'eks-control-plane-logs'),
      ),
    ).toBe(true);
  });

  test('is spoken to with a token of the moment', () => {
    const { kubeconfig } = get('pulumi:providers:kubernetes').inputs;
    const { users } = parse(String(kubeconfig)) as { users: { user: object }[] };
    expect(users.map(({ user }) => user)).toEqual([
      {
        exec: expect.objectContaining({
          command: 'aws',
          args: expect.arrayContaining(['get-token', 'taproom-dev-eks']),
        }),
      },
    ]);
  });

  test('takes no secret into the release, but its reference and a name that follows its version', () => {
    const { values } = get(release).inputs as { values: { existingSecret: string; secretsStore: object; env: object } };
    expect(values.existingSecret).toMatch(/^taproom-[0-9a-f]{8}$/);
    expect(values.secretsStore).toMatchObject({
      enabled: true,
      versionId: 'version-1',
      keys: ['API_KEY', 'POSTGRES_PASSWORD', 'REDIS_PASSWORD'],
    });
    expect(values.env).toMatchObject({ TRUST_PROXY_HOPS: '1', POSTGRES_TLS_CA: 'amazon-rds' });
    expect(values.env).not.toHaveProperty('DRAIN_SECONDS');
    expect(resources.map(({ type }) => type)).not.toContain('kubernetes:core/v1:Secret');
  });

  test('opens the stores to the cluster, and lets the service account read one secret, before the release', () => {
    const rules = resources.filter(
      ({ type, inputs }) =>
        type === 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule' &&
        inputs.referencedSecurityGroupId === 'cluster-group-id',
    );
    expect(rules.map(({ inputs }) => inputs.fromPort).sort()).toEqual([5_432, 6_379]);
    const association = get('aws:eks/podIdentityAssociation:PodIdentityAssociation');
    expect(association.inputs).toMatchObject({ namespace: 'taproom', serviceAccount: 'taproom' });
    for (const before of [...rules, association]) expect(waitsFor(resources, get(release), before)).toBe(true);
  });

  test('has its way in made last, so that the load balancer goes first', () => {
    const way = get(ingress);
    const network = resources.filter(({ type }) => /RouteTableAssociation|aws:ec2\/route:Route$/.test(type));
    const parts = [get(release), get('aws:eks/cluster:Cluster'), get('kubernetes:core/v1:Namespace'), ...network];
    for (const part of parts) expect(waitsFor(resources, way, part)).toBe(true);
  });

  test('takes a roll-out that fails back', () => {
    expect(get(release).inputs).toMatchObject({ atomic: true, chart: './chart', namespace: 'taproom' });
    expect(get(release).inputs.values).toMatchObject({ migration: { enabled: false } });
  });
});

describe('taproom:settings.eks', () => {
  test('compute node-group: one node that is large enough, with the add-ons that it needs', async () => {
    const { resources } = await deploy({ 'taproom:settings': { eks: { compute: 'node-group' } } });
    const group = getResource(resources, 'aws:eks/nodeGroup:NodeGroup');
    expect(group.inputs).toMatchObject({ instanceTypes: ['t3.medium'], scalingConfig: { desiredSize: 1 } });
    expect(getResource(resources, 'aws:eks/cluster:Cluster').inputs.computeConfig).toEqual({
      enabled: true,
      nodePools: [],
    });
    expect(addOnNames(resources)).toEqual(
      expect.arrayContaining(['vpc-cni', 'kube-proxy', 'coredns', 'eks-pod-identity-agent']),
    );
    expect(waitsFor(resources, group, getResource(resources, addOn, 'eks-vpc-cni'))).toBe(true);
    expect(waitsFor(resources, getResource(resources, release), group)).toBe(true);
  });

  test('admins: each gets an entry and a policy', async () => {
    const admins = ['arn:aws:iam::123456789012:role/ci', 'arn:aws:iam::123456789012:role/oncall'];
    const { resources } = await deploy({ 'taproom:settings': { eks: { admins } } });
    const entries = resources.filter(({ type }) => type === 'aws:eks/accessEntry:AccessEntry');
    expect(entries.map(({ inputs }) => inputs.principalArn)).toEqual(admins);
    expect(
      resources.filter(({ type }) => type === 'aws:eks/accessPolicyAssociation:AccessPolicyAssociation'),
    ).toHaveLength(2);
  });

  test.each<[string, object, string]>([
    [
      'a version out of support',
      { version: '1.29' },
      'eks: taproom:settings.eks.version must be one of 1.34, 1.35, 1.36',
    ],
    ['a range that is none', { publicAccessCidrs: ['office'] }, 'must be a range such as 203.0.113.0/24'],
    ['an admin that is none', { admins: ['me'] }, 'must be the ARN of an IAM role or user'],
    ['another kind of nodes', { compute: 'fargate' }, 'must be one of auto, node-group'],
  ])('refuses %s before anything is created', async (_, settings, message) => {
    jest.useFakeTimers({ now: new Date('2026-11-21'), doNotFake: ['nextTick', 'setImmediate', 'setTimeout'] });
    try {
      await expect(deploy({ 'taproom:settings': { eks: settings } })).rejects.toThrow(message);
    } finally {
      jest.useRealTimers();
    }
  });

  test('refuses what no single node holds, and no instance at all', async () => {
    const config = {
      'taproom:service': { cpu: 16, memoryMiB: 65_536, minInstances: 0, maxInstances: 4 },
      'taproom:database': { size: 'large' },
      'taproom:settings': { eks: { compute: 'node-group' } },
    };
    await expect(deploy(config)).rejects.toThrow(/eks: taproom:service\.minInstances must be at least 1/);
    await expect(deploy(config)).rejects.toThrow(/eks: taproom:service must fit one node/);
  });
});

describe('taproom:domain.aws', () => {
  test('answers under HTTPS, with a certificate and a record', async () => {
    const { resources, outputs } = await deploy({ 'taproom:domain': domain });
    expect(outputs.app_url).toBe('https://beer.example.com');
    expect(outputs.warnings).toEqual([]);
    const parameters = getResource(resources, 'kubernetes:eks.amazonaws.com/v1:IngressClassParams');
    expect(plainTexts(parameters.inputs)).toContain('arn:aws:acm:us-east-1:123456789012:certificate/0123abcd');
    const alias = getResource(resources, 'aws:route53/record:Record', 'eks-alias');
    expect(alias.inputs.aliases).toEqual([
      expect.objectContaining({ name: 'k8s-eks-0123abcd.us-east-1.elb.amazonaws.com', zoneId: 'Z35SXDOTRQ7X7K' }),
    ]);
    expect(waitsFor(resources, alias, getResource(resources, ingress))).toBe(true);
  });

  test('without one: plain HTTP, and a warning', async () => {
    const { outputs } = await deploy();
    expect(outputs.app_url).toBe('http://k8s-eks-0123abcd.us-east-1.elb.amazonaws.com');
    expect(outputs.warnings).toEqual([expect.stringMatching(/^eks: answers over plain HTTP/)]);
  });
});
