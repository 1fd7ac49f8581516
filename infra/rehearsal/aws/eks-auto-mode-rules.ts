import { applyRule, inputRule } from '../rules';
import { cluster } from './eks-handles';
import { refuseActions } from './eks-role-policies';
import { refuseAssumption } from './iam-authorize';

/** What EKS refuses of Auto Mode, and what keeps its nodes from working. */
export const autoModeRules = [
  inputRule({
    id: 'aws.eks.auto-mode-blocks',
    refuses: 'Auto Mode in parts: compute, load balancing and storage are all on or all off.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/automode.html',
    types: cluster,
    check: ({ inputs: { computeConfig, kubernetesNetworkConfig, storageConfig } }) => {
      const states = [
        computeConfig?.enabled,
        kubernetesNetworkConfig?.elasticLoadBalancing?.enabled,
        storageConfig?.blockStorage?.enabled,
      ];
      return new Set(states.map((state) => state ?? false)).size === 1
        ? undefined
        : 'compute_config.enabled, kubernetes_network_config.elastic_load_balancing.enabled, and storage_config.block_storage.enabled must all be set to either true or false (computeConfig, kubernetesNetworkConfig.elasticLoadBalancing, storageConfig.blockStorage)';
    },
  }),
  inputRule({
    id: 'aws.eks.auto-mode-addons',
    refuses: 'Auto Mode with the add-ons that EKS installs by itself, or by the old way of giving access.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/automode-get-started-cli.html',
    types: cluster,
    check: ({ inputs: { computeConfig, bootstrapSelfManagedAddons = true, accessConfig } }) => {
      if (computeConfig?.enabled !== true) return undefined;
      if (bootstrapSelfManagedAddons) {
        return 'InvalidParameterException: bootstrapSelfManagedAddons must be false where computeConfig.enabled is true';
      }
      return ['API', 'API_AND_CONFIG_MAP'].includes(accessConfig?.authenticationMode ?? 'CONFIG_MAP')
        ? undefined
        : 'InvalidParameterException: accessConfig.authenticationMode must be API or API_AND_CONFIG_MAP where computeConfig.enabled is true';
    },
  }),
  inputRule({
    id: 'aws.eks.auto-mode-pools',
    refuses: 'Pools of nodes that Auto Mode does not have, or pools without the role of their nodes.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/set-builtin-node-pools.html',
    types: cluster,
    check: ({ inputs: { computeConfig } }) => {
      const { enabled, nodePools = [], nodeRoleArn } = computeConfig ?? {};
      const unknown = nodePools.filter((pool) => !['general-purpose', 'system'].includes(pool));
      if (unknown.length > 0) {
        return `InvalidParameterException: computeConfig.nodePools must be of general-purpose and system, not ${unknown.join(', ')}`;
      }
      if (enabled !== true && (nodePools.length > 0 || nodeRoleArn !== undefined)) {
        return 'InvalidParameterException: computeConfig.nodePools and nodeRoleArn must not be set where computeConfig.enabled is false';
      }
      return nodePools.length > 0 === (nodeRoleArn !== undefined)
        ? undefined
        : 'InvalidParameterException: computeConfig.nodeRoleArn must be set exactly where computeConfig.nodePools are';
    },
  }),
  applyRule({
    id: 'aws.eks.auto-node-role',
    refuses: 'A role of the nodes of Auto Mode that EC2 may not take on, or that may not give pods their identity.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/auto-create-node-role.html',
    types: cluster,
    check: async ({ inputs: { computeConfig }, cloud }) => {
      const roleArn = computeConfig?.nodeRoleArn;
      if (roleArn === undefined) return undefined;
      const refused = await refuseAssumption(cloud, { roleArn, service: 'ec2.amazonaws.com' });
      if (refused !== undefined) return `InvalidParameterException: ${refused} (computeConfig.nodeRoleArn)`;
      const lacking = await refuseActions(cloud, roleArn, {
        AmazonEKSWorkerNodeMinimalPolicy: ['eks-auth:AssumeRoleForPodIdentity'],
        AmazonEC2ContainerRegistryPullOnly: ['ecr:GetAuthorizationToken'],
      });
      return lacking.map((why) => `${why} (computeConfig.nodeRoleArn)`);
    },
  }),
];
