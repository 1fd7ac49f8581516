import { parseGraph } from '../graph/graph';
import type { Bag } from '../protocol/values';
import { eksSimulation } from './eks';
import { eksSetup, nodeGroupSetup, trustOf } from './testing/eks-setup';
import { createFakeRuntime } from './testing/fake-runtime';
import { applySetup, createAwsWorld, type Made, type Mutation, testMutations, text } from './testing/setup';

const options = () => ({ runtime: createFakeRuntime() });
const subnets = (made: Made) => [text(made, 'private-a'), text(made, 'private-b')];

function wrong(rule: string, what: string, inputs: Mutation['inputs'], rest: Partial<Mutation> = {}): Mutation {
  return { rule, what, resource: 'cluster', ...(inputs && { inputs }), ...rest };
}

describe('the rules of a cluster in Auto Mode', () => {
  testMutations(
    eksSetup,
    [
      wrong('aws.eks.cluster-name', 'a name with a dot', { name: 'orders.production' }),
      wrong('aws.eks.version', 'a version out of support', { version: '1.30' }),
      wrong('aws.eks.version', 'a version that nobody has', { version: '2.0' }),
      wrong('aws.eks.version', 'a version in extended support where only standard is wanted', { version: '1.32' }),
      wrong('aws.eks.auto-mode-blocks', 'compute without load balancing', {
        kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: false } },
      }),
      wrong('aws.eks.auto-mode-blocks', 'compute without storage', { storageConfig: undefined }),
      wrong('aws.eks.auto-mode-addons', 'add-ons of EKS itself', { bootstrapSelfManagedAddons: undefined }),
      wrong('aws.eks.auto-mode-addons', 'access by the ConfigMap', { accessConfig: undefined }),
      wrong('aws.eks.auto-mode-pools', 'a pool that does not exist', (made) => ({
        computeConfig: { enabled: true, nodePools: ['spot'], nodeRoleArn: text(made, 'node-role', 'arn') },
      })),
      wrong('aws.eks.auto-mode-pools', 'pools without a role', {
        computeConfig: { enabled: true, nodePools: ['general-purpose'] },
      }),
      wrong(
        'aws.eks.cluster-role-trust',
        'a role of somebody else',
        { assumeRolePolicy: trustOf('ec2.amazonaws.com') },
        { of: 'cluster-role' },
      ),
      wrong(
        'aws.eks.cluster-role-trust',
        'a role without tags on its session',
        { assumeRolePolicy: trustOf('eks.amazonaws.com') },
        { of: 'cluster-role' },
      ),
      wrong('aws.eks.cluster-role-policies', 'a role without the policy of load balancing', undefined, {
        without: 'cluster-role-AmazonEKSComputePolicy',
      }),
      wrong('aws.eks.auto-node-role', 'a role that nodes may not take on', undefined, {
        inputs: { assumeRolePolicy: trustOf('eks.amazonaws.com') },
        of: 'node-role',
      }),
      wrong('aws.eks.auto-node-role', 'a role without the policy of nodes', undefined, {
        without: 'node-role-AmazonEKSWorkerNodeMinimalPolicy',
      }),
      wrong('aws.eks.subnets', 'one zone only', (made) => ({
        vpcConfig: { subnetIds: [text(made, 'private-a'), text(made, 'public')] },
      })),
      wrong('aws.eks.subnets', 'a missing subnet', { vpcConfig: { subnetIds: ['subnet-0', 'subnet-1'] } }),
      wrong('aws.eks.endpoint', 'an API server without any way to it', (made) => ({
        vpcConfig: { subnetIds: subnets(made), endpointPublicAccess: false },
      })),
      wrong('aws.eks.log-types', 'a log that does not exist', { enabledClusterLogTypes: ['pods'] }),
      wrong('aws.eks.addon-name', 'an unknown add-on', { addonName: 'ingress-nginx' }, { resource: 'metrics' }),
      wrong(
        'aws.eks.addon-configuration',
        'what the add-on does not know',
        { configurationValues: JSON.stringify({ syncSecret: { enabled: true } }) },
        { resource: 'secrets-store' },
      ),
      wrong(
        'aws.eks.addon-configuration',
        'a configuration that is no object',
        { configurationValues: '[1]' },
        { resource: 'secrets-store' },
      ),
      wrong('aws.eks.cluster-missing', 'another cluster', { clusterName: 'others' }, { resource: 'metrics' }),
      wrong(
        'aws.eks.pod-identity-role',
        'a role without tags on its session',
        { assumeRolePolicy: trustOf('pods.eks.amazonaws.com') },
        { resource: 'identity', of: 'pod-role' },
      ),
      wrong(
        'aws.eks.access-principal',
        'a role that does not exist',
        { principalArn: 'arn:aws:iam::123456789012:role/nobody' },
        { resource: 'entry' },
      ),
      wrong(
        'aws.eks.access-policy',
        'a policy of IAM',
        { policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
        { resource: 'admin' },
      ),
      wrong('aws.eks.access-policy', 'no namespaces', { accessScope: { type: 'namespace' } }, { resource: 'admin' }),
    ],
    options,
  );

  test('aws.eks.subnet-zone refuses a zone without control planes', async () => {
    const world = createAwsWorld({ ...options(), region: 'us-east-1' });
    const zones = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `us-east-1${letter}`);
    const made = await applySetup(world, eksSetup.slice(0, 1));
    const ids: string[] = [];
    for (const [index, availabilityZone] of zones.entries()) {
      const inputs = { vpcId: text(made, 'network'), cidrBlock: `10.0.${index}.0/24`, availabilityZone };
      ids.push((await world.apply('aws:ec2/subnet:Subnet', availabilityZone, inputs)).id);
    }
    const inputs = { name: 'orders', roleArn: 'arn:aws:iam::123456789012:role/nobody', vpcConfig: { subnetIds: ids } };
    await expect(world.apply('aws:eks/cluster:Cluster', 'cluster', inputs)).rejects.toThrow(
      '[rule aws.eks.subnet-zone:',
    );
  });

  test('aws.eks.version-step refuses to go back, and two steps at once', async () => {
    const world = createAwsWorld(options());
    const made = await applySetup(world, eksSetup);
    const step = eksSetup.find(({ name }) => name === 'cluster');
    const inputs = typeof step?.inputs === 'function' ? step.inputs(made) : {};
    const update = (version: string) => world.apply('aws:eks/cluster:Cluster', 'cluster', { ...inputs, version });
    await expect(update('1.34')).rejects.toThrow('[rule aws.eks.version-step:');
    expect((await update('1.36')).version).toBe('1.36');
  });
});

describe('the rules of a node group', () => {
  testMutations(
    nodeGroupSetup,
    [
      wrong(
        'aws.eks.node-group-size',
        'more than at most',
        { scalingConfig: { minSize: 1, desiredSize: 3, maxSize: 2 } },
        { resource: 'nodes' },
      ),
      wrong(
        'aws.eks.instance-type',
        'a type that does not exist',
        { instanceTypes: ['t9.nano'] },
        { resource: 'nodes' },
      ),
      wrong('aws.eks.node-group-cluster', 'another cluster', { clusterName: 'others' }, { resource: 'nodes' }),
      wrong(
        'aws.eks.node-role-trust',
        'a role of the control plane',
        { assumeRolePolicy: trustOf('eks.amazonaws.com') },
        { resource: 'nodes', of: 'node-role' },
      ),
      wrong('aws.eks.node-role-policies', 'a role without the policy of the network plug-in', undefined, {
        resource: 'nodes',
        without: 'node-role-AmazonEKS_CNI_Policy',
      }),
      wrong(
        'aws.eks.node-network',
        'a cluster without the network plug-in',
        { bootstrapSelfManagedAddons: false },
        { resource: 'nodes', of: 'cluster' },
      ),
      wrong('aws.eks.node-path', 'subnets without a way out', undefined, { resource: 'nodes', without: 'way-out' }),
      wrong(
        'aws.eks.access-mode',
        'an entry where the ConfigMap gives access',
        { accessConfig: { authenticationMode: 'CONFIG_MAP' } },
        {
          resource: 'entry',
          of: 'cluster',
          add: {
            token: 'aws:eks/accessEntry:AccessEntry',
            name: 'entry',
            inputs: { clusterName: 'orders', principalArn: 'arn:aws:iam::123456789012:user/rehearsal' },
          },
        },
      ),
    ],
    options,
  );

  test('keeps its cluster', async () => {
    const world = createAwsWorld(options());
    await applySetup(world, nodeGroupSetup);
    await expect(world.destroy('cluster')).rejects.toThrow('Cluster has nodegroups attached');
  });
});

test('deletion protection keeps a cluster', async () => {
  const world = createAwsWorld(options());
  await applySetup(world, eksSetup, { resource: 'cluster', inputs: { deletionProtection: true } });
  await expect(world.destroy('cluster')).rejects.toThrow('deletion protection');
});

describe('what must wait in a program with EKS', () => {
  const urn = (type: string, name: string) => `urn:pulumi:a::b::${type}::${name}`;
  const node = (type: string, name: string, inputs: Bag, outputs: Bag = {}) => ({
    urn: urn(type, name),
    id: name,
    type,
    custom: true,
    inputs,
    outputs,
  });
  const release = node('kubernetes:helm.sh/v3:Release', 'release', {
    name: 'orders',
    values: { secret: 'arn:secret' },
  });

  test.each([
    ['aws.eks.order-workloads', [node('aws:eks/cluster:Cluster', 'cluster', { name: 'orders' }), release]],
    [
      'aws.eks.order-subnets',
      [node('aws:ec2/subnet:Subnet', 'public', { tags: { 'kubernetes.io/role/elb': '1' } }), release],
    ],
    [
      'aws.eks.order-role-policies',
      [
        node('aws:iam/role:Role', 'role', {}, { arn: 'arn:role', name: 'role' }),
        node('aws:iam/rolePolicyAttachment:RolePolicyAttachment', 'policy', { role: 'role' }),
        node('aws:eks/cluster:Cluster', 'cluster', { roleArn: 'arn:role' }),
      ],
    ],
    [
      'aws.eks.order-secrets',
      [node('aws:secretsmanager/secretVersion:SecretVersion', 'version', {}, { secretArn: 'arn:secret' }), release],
    ],
    [
      'aws.eks.identity-unused',
      [
        node('aws:eks/podIdentityAssociation:PodIdentityAssociation', 'identity', {
          namespace: 'a',
          serviceAccount: 'b',
        }),
      ],
    ],
    ['aws.eks.extended-support', [node('aws:eks/cluster:Cluster', 'cluster', { name: 'orders' })]],
  ])('%s finds it', async (id, resources) => {
    const rule = eksSimulation.rules.find((candidate) => candidate.id === id);
    if (rule?.stage !== 'graph') throw new Error('no such rule');
    expect(await rule.check(parseGraph({ deployment: { resources } }))).toHaveLength(1);
    const waiting = resources.map((resource) => ({
      ...resource,
      dependencies: resources.filter((other) => other !== resource).map((other) => other.urn),
    }));
    const isOrder = id.startsWith('aws.eks.order');
    expect(await rule.check(parseGraph({ deployment: { resources: waiting } }))).toHaveLength(isOrder ? 0 : 1);
  });
});
