import { applyRule, inputRule, operationRule } from '../rules';
import { blockService } from './ecs-task-path';
import { findCluster, noCluster, nodeGroup } from './eks-handles';
import { addonsOf, instanceTypes } from './eks-nodes';
import { refuseActions } from './eks-role-policies';
import { refuseAssumption } from './iam-authorize';
import { subnet } from './vpc';

const source = 'https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html';

export const nodeGroupRules = [
  inputRule({
    id: 'aws.eks.node-group-size',
    refuses: 'A node group whose numbers do not follow each other: minimum, wanted, maximum.',
    source,
    types: nodeGroup,
    check: ({ inputs: { scalingConfig } }) => {
      const { minSize, desiredSize, maxSize } = scalingConfig;
      if (maxSize < 1) return 'expected scalingConfig.maxSize to be at least (1)';
      return minSize <= desiredSize && desiredSize <= maxSize
        ? undefined
        : `InvalidParameterException: desired capacity ${desiredSize} must be between minimum size ${minSize} and maximum size ${maxSize} (scalingConfig)`;
    },
  }),
  inputRule({
    id: 'aws.eks.instance-type',
    refuses: 'A type of instance that does not exist, or that the rehearsal does not know.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html',
    types: nodeGroup,
    check: ({ inputs: { instanceTypes: wanted = [] } }) =>
      wanted
        .filter((type) => !(type in instanceTypes))
        .map(
          (type) =>
            `InvalidParameterException: The following supplied instance types do not exist: [${type}]; the rehearsal knows ${Object.keys(instanceTypes).join(', ')}`,
        ),
  }),
  applyRule({
    id: 'aws.eks.node-group-cluster',
    refuses: 'A node group of a cluster that does not exist, or in subnets of another VPC.',
    source,
    types: nodeGroup,
    check: ({ inputs, cloud, place }) => {
      const found = findCluster(cloud, inputs.clusterName, place.region);
      if (!found) return noCluster(inputs.clusterName);
      const strangers = inputs.subnetIds.filter(
        (id) => cloud.find(subnet, id)?.outputs.vpcId !== found.outputs.vpcConfig.vpcId,
      );
      return strangers.map(
        (id) => `InvalidParameterException: Subnet ${id} is not in the VPC of the cluster (subnetIds)`,
      );
    },
  }),
  applyRule({
    id: 'aws.eks.node-role-trust',
    refuses: 'A role of nodes that EC2 may not take on.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html',
    types: nodeGroup,
    check: async ({ inputs, cloud }) => {
      const refused = await refuseAssumption(cloud, { roleArn: inputs.nodeRoleArn, service: 'ec2.amazonaws.com' });
      return (
        refused &&
        `InvalidParameterException: Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole ${inputs.nodeRoleArn}: ${refused} (nodeRoleArn)`
      );
    },
  }),
];

/** What makes nodes never join. */
export const nodeGroupOperationRules = [
  operationRule({
    id: 'aws.eks.node-role-policies',
    refuses: 'A role of nodes that may not do what nodes do: the worker node policy, and that of the network plug-in.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html',
    types: nodeGroup,
    check: ({ inputs, cloud }) =>
      refuseActions(cloud, inputs.nodeRoleArn, {
        AmazonEKSWorkerNodePolicy: ['ec2:DescribeInstances', 'eks:DescribeCluster'],
        AmazonEKS_CNI_Policy: ['ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface'],
      }),
  }),
  operationRule({
    id: 'aws.eks.node-network',
    refuses: 'Nodes of a group without the network plug-in: they never become ready.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/managing-vpc-cni.html',
    types: nodeGroup,
    check: ({ inputs, cloud, place }) => {
      const found = findCluster(cloud, inputs.clusterName, place.region);
      return !found || addonsOf(cloud, found).includes('vpc-cni')
        ? undefined
        : 'Unhealthy nodes in the kubernetes cluster: container runtime network not ready: cni plugin not initialized: the add-on vpc-cni must be there before the nodes (bootstrapSelfManagedAddons is false)';
    },
  }),
  operationRule({
    id: 'aws.eks.node-path',
    refuses: 'Nodes in subnets without a way to the services of AWS that they need to join.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html',
    types: nodeGroup,
    check: ({ inputs, cloud, place }) => {
      const found = findCluster(cloud, inputs.clusterName, place.region);
      if (!found) return undefined;
      const origin = {
        kind: 'vpc' as const,
        region: place.region ?? '',
        subnetIds: inputs.subnetIds,
        securityGroupIds: [found.outputs.vpcConfig.clusterSecurityGroupId],
        hasPublicAddress: inputs.subnetIds.every((id) => cloud.find(subnet, id)?.inputs.mapPublicIpOnLaunch === true),
      };
      return (['ec2', 'ecr.api', 'sts'] as const).flatMap((service) => {
        const blocked = blockService(cloud, origin, service);
        return blocked === undefined ? [] : [`Instances failed to join the kubernetes cluster: ${blocked}`];
      });
    },
  }),
];
