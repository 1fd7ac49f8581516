import type { World } from '../../testing/world';
import { digestA, digestB } from './app-runner-setup';
import { instanceSetup } from './database-setup';
import { natSetup } from './network-setup';
import { pushImageTo } from './push-image';
import { type Made, type Step, text } from './setup';

export const trustOf = (service: string, actions: readonly string[] = ['sts:AssumeRole']) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: actions }],
  });

const clusterPolicies = [
  'AmazonEKSBlockStoragePolicy',
  'AmazonEKSClusterPolicy',
  'AmazonEKSComputePolicy',
  'AmazonEKSLoadBalancingPolicy',
  'AmazonEKSNetworkingPolicy',
];
const nodePolicies = ['AmazonEC2ContainerRegistryPullOnly', 'AmazonEKSWorkerNodeMinimalPolicy'];
const groupPolicies = ['AmazonEC2ContainerRegistryReadOnly', 'AmazonEKSWorkerNodePolicy', 'AmazonEKS_CNI_Policy'];

function roleSteps(name: string, trust: string, policies: readonly string[]): Step[] {
  return [
    { token: 'aws:iam/role:Role', name, inputs: { name, assumeRolePolicy: trust } },
    ...policies.map(
      (policy): Step => ({
        token: 'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
        name: `${name}-${policy}`,
        inputs: (made) => ({ role: text(made, name), policyArn: `arn:aws:iam::aws:policy/${policy}` }),
      }),
    ),
  ];
}

/** A second public subnet beside that of the NAT gateway, both for load balancers; a registry, and a secret. */
const surroundings: readonly Step[] = [
  ...natSetup.map(
    (step): Step =>
      step.name === 'public'
        ? {
            ...step,
            inputs: (made) => ({
              vpcId: text(made, 'network'),
              cidrBlock: '10.0.255.0/24',
              availabilityZone: 'eu-central-1a',
              tags: { 'kubernetes.io/role/elb': '1' },
            }),
          }
        : step,
  ),
  {
    token: 'aws:ec2/subnet:Subnet',
    name: 'public-b',
    inputs: (made) => ({
      vpcId: text(made, 'network'),
      cidrBlock: '10.0.254.0/24',
      availabilityZone: 'eu-central-1b',
      tags: { 'kubernetes.io/role/elb': '1' },
    }),
  },
  {
    token: 'aws:ec2/routeTableAssociation:RouteTableAssociation',
    name: 'public-b-association',
    inputs: (made) => ({ subnetId: text(made, 'public-b'), routeTableId: text(made, 'public-routes') }),
  },
  ...instanceSetup.filter(({ name }) => !natSetup.some((step) => step.name === name)),
  { token: 'aws:ecr/repository:Repository', name: 'images', inputs: { name: 'orders' } },
  { token: 'aws:secretsmanager/secret:Secret', name: 'secret', inputs: { name: 'orders' } },
  {
    token: 'aws:secretsmanager/secretVersion:SecretVersion',
    name: 'version',
    inputs: (made) => ({ secretId: text(made, 'secret'), secretString: JSON.stringify({ PASSWORD: 'hush' }) }),
  },
  ...roleSteps('cluster-role', trustOf('eks.amazonaws.com', ['sts:AssumeRole', 'sts:TagSession']), clusterPolicies),
  ...roleSteps('pod-role', trustOf('pods.eks.amazonaws.com', ['sts:AssumeRole', 'sts:TagSession']), []),
  {
    token: 'aws:iam/rolePolicy:RolePolicy',
    name: 'pod-policy',
    inputs: (made) => ({
      role: text(made, 'pod-role'),
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: text(made, 'secret', 'arn') },
        ],
      }),
    }),
  },
];

const parts: readonly Step[] = [
  {
    token: 'aws:eks/addon:Addon',
    name: 'secrets-store',
    inputs: (made) => ({
      clusterName: text(made, 'cluster', 'name'),
      addonName: 'aws-secrets-store-csi-driver-provider',
      configurationValues: JSON.stringify({ 'secrets-store-csi-driver': { syncSecret: { enabled: true } } }),
    }),
  },
  {
    token: 'aws:eks/addon:Addon',
    name: 'metrics',
    inputs: (made) => ({ clusterName: text(made, 'cluster', 'name'), addonName: 'metrics-server' }),
  },
  {
    token: 'aws:eks/podIdentityAssociation:PodIdentityAssociation',
    name: 'identity',
    inputs: (made) => ({
      clusterName: text(made, 'cluster', 'name'),
      namespace: 'default',
      serviceAccount: 'orders',
      roleArn: text(made, 'pod-role', 'arn'),
    }),
  },
  {
    token: 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule',
    name: 'pods-to-store',
    inputs: (made) => {
      const config = made.cluster?.vpcConfig as { clusterSecurityGroupId?: string } | undefined;
      return {
        securityGroupId: text(made, 'store-group'),
        referencedSecurityGroupId: config?.clusterSecurityGroupId ?? '',
        ipProtocol: 'tcp',
        fromPort: 5432,
        toPort: 5432,
      };
    },
  },
];

/** A cluster in Auto Mode whose pods read a secret and reach the database. */
export const eksSetup: readonly Step[] = [
  ...surroundings,
  ...roleSteps('node-role', trustOf('ec2.amazonaws.com'), nodePolicies),
  {
    token: 'aws:eks/cluster:Cluster',
    name: 'cluster',
    inputs: (made) => ({
      name: 'orders',
      version: '1.35',
      roleArn: text(made, 'cluster-role', 'arn'),
      bootstrapSelfManagedAddons: false,
      accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: true },
      computeConfig: { enabled: true, nodePools: ['general-purpose'], nodeRoleArn: text(made, 'node-role', 'arn') },
      kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
      storageConfig: { blockStorage: { enabled: true } },
      upgradePolicy: { supportType: 'STANDARD' },
      vpcConfig: {
        subnetIds: [text(made, 'private-a'), text(made, 'private-b')],
        endpointPublicAccess: true,
        endpointPrivateAccess: true,
      },
    }),
  },
  ...parts,
  {
    token: 'aws:eks/accessEntry:AccessEntry',
    name: 'entry',
    inputs: (made) => ({
      clusterName: text(made, 'cluster', 'name'),
      principalArn: 'arn:aws:iam::123456789012:user/rehearsal',
    }),
  },
  {
    token: 'aws:eks/accessPolicyAssociation:AccessPolicyAssociation',
    name: 'admin',
    inputs: (made) => ({
      clusterName: text(made, 'cluster', 'name'),
      principalArn: text(made, 'entry', 'principalArn'),
      policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
      accessScope: { type: 'cluster' },
    }),
  },
];

/** The same with one node of a group instead. */
export const nodeGroupSetup: readonly Step[] = [
  ...surroundings,
  ...roleSteps('node-role', trustOf('ec2.amazonaws.com'), groupPolicies),
  {
    token: 'aws:eks/cluster:Cluster',
    name: 'cluster',
    inputs: (made) => ({
      name: 'orders',
      version: '1.35',
      roleArn: text(made, 'cluster-role', 'arn'),
      accessConfig: { authenticationMode: 'API' },
      vpcConfig: { subnetIds: [text(made, 'private-a'), text(made, 'private-b')] },
    }),
  },
  {
    token: 'aws:eks/nodeGroup:NodeGroup',
    name: 'nodes',
    inputs: (made) => ({
      clusterName: text(made, 'cluster', 'name'),
      nodeGroupName: 'nodes',
      nodeRoleArn: text(made, 'node-role', 'arn'),
      instanceTypes: ['t3.medium'],
      subnetIds: [text(made, 'private-a'), text(made, 'private-b')],
      scalingConfig: { minSize: 1, desiredSize: 1, maxSize: 2 },
    }),
  },
  {
    token: 'aws:eks/addon:Addon',
    name: 'identity-agent',
    inputs: (made) => ({ clusterName: text(made, 'cluster', 'name'), addonName: 'eks-pod-identity-agent' }),
  },
  ...parts,
];

/** Two versions of the service. */
export function pushOrders(world: World, made: Made): void {
  for (const digest of [digestA, digestB]) pushImageTo(world, text(made, 'images', 'repositoryUrl'), digest);
}
