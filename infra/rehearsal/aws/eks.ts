import { eksAccessEntry, eksAccessPolicyAssociation } from './eks-access';
import { eksAddon } from './eks-addon';
import { autoModeRules } from './eks-auto-mode-rules';
import { eksCluster } from './eks-cluster';
import { clusterPartRules } from './eks-cluster-part-rules';
import { clusterRules } from './eks-cluster-rules';
import { eksFunctions } from './eks-functions';
import { eksNodeGroup } from './eks-node-group';
import { nodeGroupOperationRules, nodeGroupRules } from './eks-node-group-rules';
import { eksOrderRules } from './eks-order';
import { eksPodIdentityAssociation } from './eks-pod-identity';

export const eksSimulation = {
  resources: [
    eksCluster,
    eksNodeGroup,
    eksAddon,
    eksAccessEntry,
    eksAccessPolicyAssociation,
    eksPodIdentityAssociation,
  ],
  functions: eksFunctions,
  rules: [
    ...clusterRules,
    ...autoModeRules,
    ...nodeGroupRules,
    ...nodeGroupOperationRules,
    ...clusterPartRules,
    ...eksOrderRules,
  ],
};
