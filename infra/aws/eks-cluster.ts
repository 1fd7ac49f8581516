import * as cloudwatch from '@pulumi/aws/cloudwatch';
import * as eks from '@pulumi/aws/eks';
import type * as pulumi from '@pulumi/pulumi';
import type { EksSettings } from './eks-settings';
import type { AwsFoundation } from './foundation';
import { createRole } from './roles';

export type EksCluster = {
  resource: eks.Cluster;
  /** The group of the control plane and of every node: what the pods come from. */
  groupId: pulumi.Output<string>;
  nodeRoleArn: pulumi.Output<string>;
  /** What must exist before a node can join. */
  ready: pulumi.Resource[];
};

type ClusterRequest = { foundation: AwsFoundation; protect: boolean; settings: EksSettings };

/** Source: https://docs.aws.amazon.com/eks/latest/userguide/auto-cluster-iam-role.html */
const clusterPolicies = [
  'AmazonEKSClusterPolicy',
  'AmazonEKSComputePolicy',
  'AmazonEKSBlockStoragePolicy',
  'AmazonEKSLoadBalancingPolicy',
  'AmazonEKSNetworkingPolicy',
];

/** Any repository, since those of the add-ons are in accounts of AWS, another one in each region. */
const pullPolicy = 'AmazonEC2ContainerRegistryPullOnly';

/**
 * Sources: https://docs.aws.amazon.com/eks/latest/userguide/auto-create-node-role.html,
 * https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
 */
const nodePolicies: Record<EksSettings['compute'], string[]> = {
  auto: ['AmazonEKSWorkerNodeMinimalPolicy', pullPolicy],
  'node-group': ['AmazonEKSWorkerNodePolicy', 'AmazonEKS_CNI_Policy', pullPolicy],
};

/**
 * A cluster with the capabilities of EKS Auto Mode, which bring the load balancer also where the nodes are a group of our
 * own: pods may run on any mix of nodes, and are reached by their addresses. Sources:
 * https://docs.aws.amazon.com/eks/latest/userguide/eks-compute.html,
 * https://docs.aws.amazon.com/eks/latest/userguide/auto-networking.html#auto-lb-consider
 */
export function createCluster(
  name: string,
  { foundation: { network, scope }, protect, settings }: ClusterRequest,
  options: pulumi.CustomResourceOptions,
): EksCluster {
  const { names, logRetentionDays } = scope;
  const clusterName = names('eksCluster', name);
  // Before the cluster, which would make it without an end.
  const logs = new cloudwatch.LogGroup(
    `${name}-control-plane-logs`,
    { name: `/aws/eks/${clusterName}/cluster`, retentionInDays: logRetentionDays },
    options,
  );
  const role = createRole(
    `${name}-cluster`,
    {
      names,
      principal: 'eks.amazonaws.com',
      actions: ['sts:AssumeRole', 'sts:TagSession'],
      statements: [],
      managedPolicies: clusterPolicies,
    },
    options,
  );
  const nodeRole = createRole(
    `${name}-node`,
    { names, principal: 'ec2.amazonaws.com', statements: [], managedPolicies: nodePolicies[settings.compute] },
    options,
  );
  const way = network.egress('nat');
  const isAuto = settings.compute === 'auto';
  const cluster = new eks.Cluster(
    name,
    {
      name: clusterName,
      version: settings.version,
      roleArn: role.arn,
      // The one who makes it administers it; others by `admins`. What the API holds is encrypted by EKS itself since 1.28:
      // https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html
      accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: true },
      vpcConfig: {
        subnetIds: network.privateSubnetIds,
        endpointPrivateAccess: true,
        endpointPublicAccess: true,
        publicAccessCidrs: settings.publicAccessCidrs,
      },
      // All three on, or all off; and then no add-ons that EKS does not manage.
      computeConfig: isAuto
        ? { enabled: true, nodePools: ['general-purpose'], nodeRoleArn: nodeRole.arn }
        : { enabled: true, nodePools: [] },
      kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
      storageConfig: { blockStorage: { enabled: true } },
      bootstrapSelfManagedAddons: false,
      upgradePolicy: { supportType: settings.extendedSupport ? 'EXTENDED' : 'STANDARD' },
      enabledClusterLogTypes: ['audit', 'authenticator'],
      deletionProtection: protect,
    },
    {
      ...options,
      // The roles outlive it: it needs them to take its nodes and load balancers away.
      dependsOn: [...role.ready, ...nodeRole.ready, ...way.ready, logs],
    },
  );
  return {
    resource: cluster,
    groupId: cluster.vpcConfig.clusterSecurityGroupId,
    nodeRoleArn: nodeRole.arn,
    ready: [cluster, ...nodeRole.ready, ...way.ready],
  };
}
